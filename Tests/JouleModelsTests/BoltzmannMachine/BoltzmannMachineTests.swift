import Joule
import JouleTestSupport
import Testing

/// Every pair of units, and deeper machines, held to the same laws.
@Suite struct BoltzmannMachineTests {
  typealias Machine = BoltzmannMachine<Double>

  static let pairs = UnitKinds.all.flatMap { visible in
    UnitKinds.all.map { [visible, $0] }
  }

  static func pair(_ kinds: [String]) -> Machine {
    UnitKinds.machine(kinds.map { UnitLayer(UnitKinds.one($0)) })
  }

  /// Machines whose states can all be listed: mixed layers and deep ones.
  static let finite: [(name: String, machine: Machine)] = [
    (
      "mixed",
      UnitKinds.machine(
        [
          UnitLayer([BernoulliUnits(2), PottsUnits(2, states: 3), SpinUnits(1)]),
          UnitLayer([CountUnits(1, largest: 2, weights: .binomial), BernoulliUnits(2)]),
        ], scale: 0.8)
    ),
    (
      "deep",
      UnitKinds.machine(
        ([BernoulliUnits(4), SpinUnits(3), BernoulliUnits(3)] as [any Units]).map { UnitLayer($0) },
        scale: 0.8)
    ),
    (
      "deep and mixed",
      UnitKinds.machine(
        [
          UnitLayer([BernoulliUnits(2), PottsUnits(1, states: 3)]), UnitLayer(SpinUnits(3)),
          UnitLayer([BernoulliUnits(2), SpinUnits(1)]),
        ], scale: 0.8)
    ),
    (
      "deeper",
      UnitKinds.machine(
        ([BernoulliUnits(3), PottsUnits(1, states: 3), BernoulliUnits(2), BernoulliUnits(3)]
          as [any Units]).map {
            UnitLayer($0)
          }, scale: 0.8)
    ),
  ]

  /// Rows of values that layer 0 can have.
  static func rows(_ machine: Machine, count: Int = 5) -> Tensor<Double> {
    var rows = Tensor<Double>(normal: [count, machine.variableCount], using: RandomKey(seed: 12))
    let hidden = Tensor<Double>(zeros: [count, machine.hiddenCount])
    machine.sampleVisible(
      given: hidden, using: ChainRandom(key: RandomKey(seed: 13)), into: &rows)
    return rows
  }

  @Test(arguments: pairs)
  func freeEnergySumsTheHiddenUnitOut(kinds: [String]) {
    let machine = Self.pair(kinds)
    let rows = Self.rows(machine)
    let nodes = UnitNodes(UnitKinds.one(kinds[1]))
    let hidden = Tensor<Double>(nodes.values)
    let free = machine.energy(of: rows)
    let means = machine.hiddenMean(given: rows)
    for row in 0..<rows.shape[0] {
      let repeated = rows.rows(at: hidden.shape[0].range.map { _ in row })
      let energies = machine.jointEnergy(visible: repeated, hidden: hidden)
      let terms = zip(energies.elements, nodes.weights).map { MonteCarlo.exp(-$0) * $1 }
      let z = terms.reduce(0, +)
      #expect(abs(free[row] + MonteCarlo.log(z)) < 1e-8, "\(kinds)")
      for column in 0..<machine.hiddenCount {
        let mean = zip(terms, nodes.values).reduce(0) { $0 + $1.0 * $1.1[column] } / z
        #expect(abs(means[row, column] - mean) < 1e-8 * max(1, abs(mean)))
      }
    }
  }

  @Test(arguments: pairs)
  func gradientsOfPairsMatchCentralDifferences(kinds: [String]) {
    let machine = UnitKinds.machine([
      UnitLayer(UnitKinds.one(kinds[0], count: 2)), UnitLayer(UnitKinds.one(kinds[1], count: 2)),
    ])
    Self.expectGradients(machine, "\(kinds)")
  }

  @Test(arguments: finite.indices)
  func gradientsOfDeepAndMixedMachinesMatchCentralDifferences(index: Int) {
    Self.expectGradients(Self.finite[index].machine, Self.finite[index].name)
  }

  static func expectGradients(_ machine: Machine, _ name: String) {
    let rows = Self.rows(machine)
    let weights = Tensor<Double>([0.3, -1.2, 2, 0.7, 0.05])
    let gradient = machine.gradient(at: rows, rowWeights: weights, on: Workers(count: 2))
    var expected = FiniteDifferences.gradient(at: machine.parameters) { parameters in
      var moved = machine
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    // The gauge is part of the gradient: what the differences see has to be projected as well.
    expected = Self.inGauge(expected, of: machine)
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-7, "\(name)")
  }

  /// The projection of a set on the zero-sum gauge, written anew.
  static func inGauge(
    _ set: ParameterSet<Double>, of machine: Machine
  ) -> ParameterSet<Double> {
    var set = set
    func center(_ name: String, _ places: [[Int]]) {
      guard let index = set.entries.firstIndex(where: { $0.name == name }) else { return }
      var elements = set.entries[index].value.elements
      for group in places {
        let mean = group.reduce(0) { $0 + elements[$1] } / Double(group.count)
        for place in group { elements[place] -= mean }
      }
      set.entries[index].value = Tensor(shape: set.entries[index].value.shape, elements: elements)
    }
    for (l, layer) in machine.layers.enumerated() {
      for (g, group) in layer.groups.enumerated() {
        guard let potts = group as? PottsUnits else { continue }
        let columns = (0..<potts.count).map { unit in
          (0..<potts.stateCount).map { layer.ranges[g].lowerBound + unit * potts.stateCount + $0 }
        }
        let own = layer.groups.count == 1 ? "layer\(l).bias" : "layer\(l).\(g).bias"
        center(own, columns.map { $0.map { $0 - layer.ranges[g].lowerBound } })
        if l < machine.layers.count - 1 {
          let width = machine.layers[l + 1].width
          for other in 0..<width {
            center("weights\(l)", columns.map { $0.map { $0 * width + other } })
          }
        }
        if l > 0 {
          for other in 0..<machine.layers[l - 1].width {
            center("weights\(l - 1)", columns.map { $0.map { other * layer.width + $0 } })
          }
        }
      }
    }
    return set
  }

  @Test(arguments: finite.indices)
  func logPartitionIsTheSumFromEitherSide(index: Int) {
    let machine = Self.finite[index].machine
    let exact = ExactPartition.logPartition(of: machine)
    let brute = Self.bruteForce(machine)
    #expect(abs(exact - brute.logPartition) < 1e-10)
  }

  /// All joint states of a finite machine, by their layers.
  static func bruteForce(
    _ machine: Machine
  ) -> (logPartition: Double, visible: [[Double]], probabilities: [Double]) {
    func states(_ parity: Int) -> Tensor<Double> {
      var rows: [[Double]] = [[]]
      for layer in stride(from: parity, to: machine.layers.count, by: 2) {
        for group in machine.layers[layer].groups {
          for _ in 0..<group.count {
            rows = rows.flatMap { row in (group.states ?? []).map { row + $0 } }
          }
        }
      }
      return Tensor(rows)
    }
    let (visible, hidden) = (states(0), states(1))
    let sums = visible.shape[0].range.map { row -> Double in
      let repeated = visible.rows(at: hidden.shape[0].range.map { _ in row })
      let energies = machine.jointEnergy(visible: repeated, hidden: hidden)
      return (-energies).asMatrixRow.logSumExp(along: 1)[0]
    }
    let total = Tensor(sums).asMatrixRow.logSumExp(along: 1)[0]
    return (
      total, visible.shape[0].range.map { visible.row($0).elements },
      sums.map { MonteCarlo.exp($0 - total) }
    )
  }

  @Test(arguments: finite.indices)
  func exactGradientsAreSlopesOfTheLikelihood(index: Int) {
    let machine = Self.finite[index].machine
    let rows = Self.rows(machine)
    let estimator = ExactGradient<Machine>()
    let statistics = DataStatistics(rowCount: 5, means: rows.mean(along: 0), examples: rows)
    var state = estimator.makeState(for: machine, data: statistics, key: RandomKey(seed: 1))
    var gradient = machine.parameters.zeros()
    estimator.estimate(machine, at: rows, step: 0, state: &state, into: &gradient, on: .single)
    var expected = FiniteDifferences.gradient(at: machine.parameters) { parameters in
      var moved = machine
      moved.parameters = parameters
      return moved.energy(of: rows).mean() + ExactPartition.logPartition(of: moved)
    }
    expected = Self.inGauge(expected, of: machine)
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-7)
  }

  /// Normal and bounded units on one side, counted ones on the other: log Z enumerates the counted, and the slopes of
  /// variances need more than means.
  @Test(arguments: ["gaussian", "drelu", "relu", "truncated-exponential"])
  func continuousVisibleUnitsAreIntegratedOut(kind: String) {
    let machine = UnitKinds.machine([
      UnitLayer(UnitKinds.one(kind)), UnitLayer([BernoulliUnits(2), PottsUnits(1, states: 3)]),
    ])
    let exact = ExactPartition.logPartition(of: machine)
    let nodes = UnitNodes(UnitKinds.one(kind))
    let free = machine.energy(of: Tensor<Double>(nodes.values))
    let z = zip(free.elements, nodes.weights).reduce(0) { $0 + MonteCarlo.exp(-$1.0) * $1.1 }
    #expect(abs(exact - MonteCarlo.log(z)) < 1e-8)

    let rows = Self.rows(machine)
    let estimator = ExactGradient<Machine>()
    let statistics = DataStatistics(rowCount: 5, means: rows.mean(along: 0), examples: rows)
    var state = estimator.makeState(for: machine, data: statistics, key: RandomKey(seed: 1))
    var gradient = machine.parameters.zeros()
    estimator.estimate(machine, at: rows, step: 0, state: &state, into: &gradient, on: .single)
    var expected = FiniteDifferences.gradient(at: machine.parameters) { parameters in
      var moved = machine
      moved.parameters = parameters
      return moved.energy(of: rows).mean() + ExactPartition.logPartition(of: moved)
    }
    expected = Self.inGauge(expected, of: machine)
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-7, "\(kind)")
  }

  /// Mixed units: against the table of all states.
  @Test func pseudoLikelihoodsAreRatiosOfTheTable() {
    let machine = Self.finite[0].machine
    let all = Self.bruteForce(machine)
    let rows = Self.rows(machine)
    let found = machine.pseudoLogLikelihoods(of: rows)
    // The columns of every unit: two bits, two categories of three, a spin.
    let units = [0..<1, 1..<2, 2..<5, 5..<8, 8..<9]
    for row in 0..<rows.shape[0] {
      let own = rows.row(row).elements
      let logs = units.map { columns -> Double in
        let others = all.visible.indices.filter { state in
          own.indices.allSatisfy { columns.contains($0) || all.visible[state][$0] == own[$0] }
        }
        let total = others.reduce(0) { $0 + all.probabilities[$1] }
        let same = others.first { all.visible[$0] == own }
        return MonteCarlo.log(all.probabilities[same ?? 0] / total)
      }
      #expect(abs(found[row] - logs.reduce(0, +) / 5) < 1e-10)
    }
  }

  @Test func centredGradientsFollowTheCentredEnergyOfADeepMachine() {
    let machine = Self.finite[1].machine
    let (data, chains) = (Self.rows(machine, count: 3), Self.rows(machine, count: 2))
    let key = RandomKey(seed: 77)
    let mu = Tensor<Double>(uniform: [machine.variableCount], using: key.folded("mu"))
    let lambda = Tensor<Double>(uniform: [machine.hiddenCount], using: key.folded("lambda"))
    var centered = machine.parameters.zeros()
    machine.accumulateCenteredGradient(
      of: [
        GradientTerm(machine.complete(data), weight: 1 / 3.0),
        GradientTerm(machine.complete(chains), weight: -1 / 2.0),
      ], offsets: CenteringOffsets(visible: mu, hidden: lambda), into: &centered,
      scalingPreviousBy: 0, on: .single)
    // Offsets by layer: 0 and 2 of mu, 1 of lambda. b = b' − Wλ for every coupling of a layer.
    let offsets = [mu.rows(0..<4), lambda, mu.rows(4..<7)]
    func moved(_ phi: ParameterSet<Double>, by sign: Double) -> ParameterSet<Double> {
      var theta = phi
      for lower in 0..<2 {
        let w = phi["weights\(lower)"]
        for index in theta.entries.indices {
          if theta.entries[index].name == "layer\(lower).bias" {
            theta.entries[index].value += w.matmul(offsets[lower + 1]) * sign
          }
          if theta.entries[index].name == "layer\(lower + 1).bias" {
            theta.entries[index].value += w.transposed().matmul(offsets[lower]) * sign
          }
        }
      }
      return theta
    }
    let gradient = FiniteDifferences.gradient(at: moved(machine.parameters, by: 1)) { phi in
      var copy = machine
      copy.parameters = moved(phi, by: -1)
      return copy.energy(of: data).mean() - copy.energy(of: chains).mean()
    }
    let expected = moved(gradient, by: -1)
    #expect(FiniteDifferences.largestDifference(centered, expected) < 1e-7)
  }
}

extension Int {
  fileprivate var range: Range<Int> { 0..<self }
}

extension Tensor {
  fileprivate var asMatrixRow: Tensor { reshaped(to: [1, count]) }
}
