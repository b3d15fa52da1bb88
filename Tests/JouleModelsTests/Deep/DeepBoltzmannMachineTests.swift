import Foundation
import Joule
import JouleTestSupport
import Testing

/// Inference and bounds of deep Boltzmann machines against sums over all states.
@Suite struct DeepBoltzmannMachineTests {
  @Test(arguments: DeepFixtures.shapes)
  func boundIsBelowTheExactLogLikelihoodAndRisesWithEveryRound(widths: [Int]) {
    let machine = DeepFixtures.machine(widths)
    let exact = DeepFixtures.logWeights(machine)
    let rows: Tensor<Double> = States.all(of: widths[0])
    var last = [Double](repeating: -.infinity, count: exact.count)
    for rounds in [0, 1, 2, 5, 20, 100] {
      let bounds = DeepBoltzmannMachine(machine, inferenceRounds: rounds).evidence(of: rows)
      for (row, bound) in bounds.elements.enumerated() {
        #expect(bound <= exact[row] + 1e-12, "row \(row), \(rounds) rounds")
        #expect(bound >= last[row] - 1e-12, "row \(row), \(rounds) rounds")
      }
      last = bounds.elements
    }
    // The units of a posterior do depend on each other: a bound that were exact would be a mistake.
    #expect(zip(last, exact).contains { $0 < $1 - 1e-3 })
    #expect(zip(last, exact).allSatisfy { $0 > $1 - 1 })
  }

  @Test(arguments: DeepFixtures.shapes)
  func layersAboveARowHaveItsLogLikelihoodForTheirPartitionFunction(widths: [Int]) {
    let machine = DeepFixtures.machine(widths)
    let deep = DeepBoltzmannMachine(machine)
    for (state, exact) in DeepFixtures.logWeights(machine).enumerated() {
      let row = States.rows([state], count: widths[0], as: Double.self)
      let above = ExactPartition.logPartition(of: deep.conditioned(on: row.row(0)))
      #expect(abs(above - deep.dataEnergy(of: row)[0] - exact) < 1e-12, "state \(state)")
    }
  }

  @Test(arguments: DeepFixtures.shapes)
  func partitionFunctionIsTheSumOverAllStates(widths: [Int]) {
    let machine = DeepFixtures.machine(widths)
    let sum = DeepFixtures.logSum(DeepFixtures.logWeights(machine))
    #expect(abs(ExactPartition.logPartition(of: machine) - sum) < 1e-12)
  }

  @Test func oneHiddenLayerIsARestrictedMachine() {
    let machine = DeepFixtures.machine([4, 3])
    let restricted = RestrictedBoltzmannMachine(
      weights: machine.weights(0), visibleBias: machine.bias(0), hiddenBias: machine.bias(1))
    let rows: Tensor<Double> = States.all(of: 4)
    let deep = DeepBoltzmannMachine(machine)
    let difference = deep.energy(of: rows) - restricted.energy(of: rows)
    #expect(difference.largestMagnitude < 1e-14)
    let (a, b) = (deep.gradient(at: rows), restricted.gradient(at: rows))
    for (one, other) in zip(a.entries, b.entries) {
      #expect((one.value - other.value).largestMagnitude < 1e-13)
    }
  }

  @Test func layersOfZeroWeightsLeaveARestrictedMachine() {
    let restricted = MachineFixtures.machine(visible: 4, hidden: 3)
    let deep = DeepBoltzmannMachine(
      on: restricted, widths: [5, 2], weightScale: 0, using: RandomKey(seed: 1))
    let rows: Tensor<Double> = States.all(of: 4)
    // The further layers are free: 7 units of bias zero.
    let free = 7 * log(2.0)
    let difference = deep.energy(of: rows) + free - restricted.energy(of: rows)
    #expect(difference.largestMagnitude < 1e-13)
    #expect(
      abs(
        ExactPartition.logPartition(of: deep.machine) - free
          - ExactPartition.logPartition(of: restricted)) < 1e-12)
  }

  @Test func joiningTwoMachinesAddsTheirLogPartitionsAndBounds() {
    let (a, b) = (
      DeepFixtures.machine([3, 2, 2]), DeepFixtures.machine([2, 3, 1], seed: 31)
    )
    func joined(_ layer: Int) -> Tensor<Double> {
      let (one, other) = (a.weights(layer), b.weights(layer))
      let upper = Tensor(
        concatenating: [one, Tensor(zeros: [one.shape[0], other.shape[1]])], along: 1)
      let lower = Tensor(
        concatenating: [Tensor(zeros: [other.shape[0], one.shape[1]]), other], along: 1)
      return Tensor(concatenating: [upper, lower])
    }
    let both = BoltzmannMachine(
      layers: zip(a.layers, b.layers).map { UnitLayer(BernoulliUnits($0.width + $1.width)) },
      weights: [joined(0), joined(1)],
      units: (0..<3).map { [[Tensor(concatenating: [a.bias($0), b.bias($0)])]] })
    let sum = ExactPartition.logPartition(of: a) + ExactPartition.logPartition(of: b)
    #expect(abs(ExactPartition.logPartition(of: both) - sum) < 1e-12)

    let (left, right) = (
      States.rows([1, 6], count: 3, as: Double.self),
      States.rows([3, 2], count: 2, as: Double.self)
    )
    let bound = DeepBoltzmannMachine(both).evidence(
      of: Tensor(concatenating: [left, right], along: 1))
    let parts =
      DeepBoltzmannMachine(a).evidence(of: left) + DeepBoltzmannMachine(b).evidence(of: right)
    #expect((bound - parts).largestMagnitude < 1e-13)
  }

  @Test(arguments: DeepFixtures.shapes)
  func gradientIsThatOfTheBoundWhereInferenceHasSettled(widths: [Int]) {
    // Weights of half the size: inference settles to the last bit, and differences see no rounds.
    let deep = DeepBoltzmannMachine(DeepFixtures.machine(widths, scale: 0.5), inferenceRounds: 200)
    let rows = States.rows([1, 2, 0], count: widths[0], as: Double.self)
    let weights = Tensor<Double>([0.7, -1.1, 0.4])
    let gradient = deep.gradient(at: rows, rowWeights: weights)
    let expected = FiniteDifferences.gradient(at: deep.parameters) { parameters in
      var moved = deep
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  /// With holes in v the bound is of what is given, summed over all that may stand in them.
  @Test(arguments: DeepFixtures.shapes + [[4, 3]])
  func boundOfRowsWithHolesIsBelowTheirExactLogLikelihood(widths: [Int]) {
    let machine = DeepFixtures.machine(widths)
    let exact = DeepFixtures.logWeights(machine)
    for pattern in 1..<1 << widths[0] {
      var rows = States.all(of: widths[0], as: Double.self)
      for row in 0..<rows.shape[0] {
        for place in 0..<widths[0] where pattern >> place & 1 == 1 { rows[row, place] = .nan }
      }
      let sums = (0..<rows.shape[0]).map { state in
        DeepFixtures.logSum(
          exact.indices.filter { $0 & ~pattern == state & ~pattern }.map { exact[$0] })
      }
      var last = [Double](repeating: -.infinity, count: exact.count)
      for rounds in [0, 1, 5, 100] {
        let bounds = DeepBoltzmannMachine(machine, inferenceRounds: rounds).evidence(of: rows)
        for (row, bound) in bounds.elements.enumerated() {
          #expect(bound <= sums[row] + 1e-12, "row \(row), holes \(pattern), \(rounds) rounds")
          #expect(bound >= last[row] - 1e-12, "row \(row), holes \(pattern), \(rounds) rounds")
        }
        last = bounds.elements
      }
    }
  }

  @Test(arguments: DeepFixtures.shapes + [[4, 3]])
  func gradientOfRowsWithHolesIsThatOfTheirBound(widths: [Int]) {
    let deep = DeepBoltzmannMachine(DeepFixtures.machine(widths, scale: 0.5), inferenceRounds: 200)
    var rows = States.rows([1, 2, 0], count: widths[0], as: Double.self)
    rows[0, 1] = .nan
    rows[2, 0] = .nan
    let weights = Tensor<Double>([0.7, -1.1, 0.4])
    let gradient = deep.gradient(at: rows, rowWeights: weights)
    let expected = FiniteDifferences.gradient(at: deep.parameters) { parameters in
      var moved = deep
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test func inferredExactGradientIsThatOfTheMeanBound() {
    typealias Model = DeepBoltzmannMachine<Double>
    let deep = Model(DeepFixtures.machine([3, 2, 3], scale: 0.5), inferenceRounds: 200)
    let rows = States.rows([1, 2, 7, 7], count: 3, as: Double.self)
    let statistics = DataStatistics(rowCount: 4, means: rows.mean(along: 0), examples: rows)
    let estimator = Inferred(ExactGradient<Model.Machine>(), for: Model.self)
    var state = estimator.makeState(for: deep, data: statistics, key: RandomKey(seed: 1))
    var gradient = deep.parameters.zeros()
    estimator.estimate(
      deep, at: rows, step: 0, state: &state, into: &gradient, on: Workers(count: 2))
    let expected = FiniteDifferences.gradient(at: deep.parameters) { parameters in
      var moved = deep
      moved.parameters = parameters
      return moved.energy(of: rows).mean() + ExactPartition.logPartition(of: moved.machine)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test func layersInsideAStackListenToHalfOfBothMachines() {
    let stack = [(4, 3), (3, 5), (5, 2)].enumerated().map {
      MachineFixtures.machine(visible: $1.0, hidden: $1.1, seed: UInt64($0))
    }
    let machine = DeepBoltzmannMachine(composing: stack).machine
    #expect(machine.layers.map(\.width) == [4, 3, 5, 2])
    let v = States.rows([5], count: 4, as: Double.self)
    let h1 = States.rows([5], count: 3, as: Double.self)
    let h2 = States.rows([19], count: 5, as: Double.self)
    let h3 = States.rows([2], count: 2, as: Double.self)
    func field(_ layer: Int, _ states: [Int: Tensor<Double>]) -> Tensor<Double> {
      machine.input(toLayer: layer, from: states) + machine.bias(layer)
    }
    // Two copies below the first layer, two above the last, one elsewhere.
    let below = v.matmul(stack[0].weights) * 2 + stack[0].hiddenBias
    let above = h2.matmul(stack[1].weights, transposingOther: true) + stack[1].visibleBias
    let first = field(1, [0: v, 2: h2]) - (below + above) * 0.5
    #expect(first.largestMagnitude < 1e-14)
    let under = h1.matmul(stack[1].weights) + stack[1].hiddenBias
    let over = h3.matmul(stack[2].weights, transposingOther: true) * 2 + stack[2].visibleBias
    let second = field(2, [1: h1, 3: h3]) - (under + over) * 0.5
    #expect(second.largestMagnitude < 1e-14)
    let top = field(3, [2: h2]) - (h2.matmul(stack[2].weights) + stack[2].hiddenBias)
    #expect(top.largestMagnitude < 1e-14)
  }

  @Test func archivesAreReadBack() throws {
    let deep = DeepBoltzmannMachine<Float>(
      BoltzmannMachine(DeepFixtures.machine([4, 3, 2])), inferenceRounds: 7)
    var archive = Archive()
    deep.archive(into: &archive)
    #expect(try DeepBoltzmannMachine<Float>(from: archive) == deep)
    archive.metadata["inference_rounds"] = "many"
    #expect(throws: ArchiveError.malformed("inference_rounds", "many")) {
      try DeepBoltzmannMachine<Float>(from: archive)
    }
    archive.metadata["inference_rounds"] = "3"
    archive.metadata["layers"] = "bernoulli:4 gaussian:3 bernoulli:2"
    #expect(throws: ArchiveError.self) { try DeepBoltzmannMachine<Float>(from: archive) }
  }
}
