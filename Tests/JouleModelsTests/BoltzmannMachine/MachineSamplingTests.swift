import Joule
import JouleTestSupport
import Testing

/// Chains that start exactly distributed stay so: every pair of units, mixed layers, deep machines.
@Suite struct MachineSamplingTests {
  typealias Machine = BoltzmannMachine<Double>

  /// The visible unit's values in bins of known probability, by quadrature of exp(−F).
  struct Bins {
    let probabilities: [Double]
    /// Ends of the bins of a continuous unit; empty for one that counts.
    private let ends: [Double]
    private let states: [[Double]]

    init(_ machine: Machine, _ unit: any Units) {
      if let states = unit.states {
        self.states = states
        ends = []
        probabilities = MachineSamplingTests.normalized(
          machine.energy(of: Tensor(states)).elements.map { MonteCarlo.exp(-$0) })
        return
      }
      states = []
      let ends =
        unit is TruncatedExponentialUnits
        ? (0...20).map { Double($0) / 20 }
        : stride(from: unit is RectifiedUnits ? 0.0 : -6, through: 6, by: 0.5).map { $0 }
      let rule = UnitNodes.legendre(10)
      self.ends = ends
      probabilities = MachineSamplingTests.normalized(
        zip(ends, ends.dropFirst()).map { low, high in
          let nodes = rule.nodes.map { [(low + high) / 2 + (high - low) / 2 * $0] }
          let energies = machine.energy(of: Tensor(nodes))
          return zip(energies.elements, rule.weights).reduce(0) {
            $0 + MonteCarlo.exp(-$1.0) * $1.1 * (high - low) / 2
          }
        })
    }

    /// Values from the middle of nowhere in a bin: a draw of exact distribution within bins by rejection.
    func exactDraws(
      _ machine: Machine, count: Int, using stream: inout RandomStream
    ) -> Tensor<Double> {
      let table = AliasTable(weights: probabilities)
      let rows = (0..<count).map { _ -> [Double] in
        let bin = stream.categorical(table)
        if ends.isEmpty { return states[bin] }
        // Within a bin the density is bounded by that at 21 places and a margin.
        let (low, high) = (ends[bin], ends[bin + 1])
        let bound = bounds[bin]
        while true {
          let x = low + (high - low) * stream.uniform(as: Double.self)
          let density = MonteCarlo.exp(-machine.energy(of: Tensor([[x]]))[0])
          precondition(density <= bound, "the density at \(x) is above its bound")
          if stream.uniform(as: Double.self) * bound < density { return [x] }
        }
      }
      return Tensor(rows)
    }
    var bounds: [Double] = []

    mutating func findBounds(_ machine: Machine) {
      bounds = zip(ends, ends.dropFirst()).map { low, high in
        let places = (0...20).map { [low + (high - low) * Double($0) / 20] }
        return 1.02 * MonteCarlo.exp(-machine.energy(of: Tensor(places)).min())
      }
    }

    func numbers(of rows: Tensor<Double>) -> [Int] {
      (0..<rows.shape[0]).map { row in
        if ends.isEmpty { return states.firstIndex(of: rows.row(row).elements) ?? 0 }
        let x = rows[row, 0]
        // Beyond the ends there is a millionth at most: it counts to the bins there.
        return Swift.max(0, Swift.min(ends.count - 2, (ends.lastIndex { $0 <= x } ?? 0)))
      }
    }
  }

  static func normalized(_ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  @Test(arguments: BoltzmannMachineTests.pairs)
  func gibbsLeavesPairsInvariant(kinds: [String]) {
    let unit = UnitKinds.one(kinds[0])
    let machine = UnitKinds.machine([
      UnitLayer(unit), UnitLayer(UnitKinds.one(kinds[1], count: 2)),
    ])
    var bins = Bins(machine, unit)
    bins.findBounds(machine)
    var stream = RandomStream(key: RandomKey(seed: 21))
    let count = 4000
    let start = bins.exactDraws(machine, count: count, using: &stream)
    let kernel = BlockGibbs(machine)
    var state = kernel.makeState(at: start)
    let floor = MonteCarlo.floor(of: bins.probabilities, count: count)
    for step in 1...8 {
      kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 22), step: step))
      guard [1, 4, 8].contains(step) else { continue }
      let distance = MonteCarlo.totalVariation(
        of: bins.numbers(of: kernel.position(of: state)), from: bins.probabilities)
      #expect(distance < 4 * floor, "\(kinds) after \(step): \(distance), floor \(floor)")
    }
  }

  @Test(arguments: BoltzmannMachineTests.finite.indices)
  func gibbsAndAnnealingStepsLeaveFiniteMachinesInvariant(index: Int) {
    let machine = BoltzmannMachineTests.finite[index].machine
    let all = BoltzmannMachineTests.bruteForce(machine)
    let count = 20_000
    var stream = RandomStream(key: RandomKey(seed: 31))
    let table = AliasTable(weights: all.probabilities)
    let start = Tensor((0..<count).map { _ in all.visible[stream.categorical(table)] })
    let places = Dictionary(
      uniqueKeysWithValues: all.visible.enumerated().map { ($1, $0) })
    let floor = MonteCarlo.floor(of: all.probabilities, count: count)
    func distance(_ rows: Tensor<Double>) -> Double {
      MonteCarlo.totalVariation(
        of: (0..<count).map { places[rows.row($0).elements] ?? 0 }, from: all.probabilities)
    }
    let kernel = BlockGibbs(machine)
    var state = kernel.makeState(at: start)
    let path = machine.annealingPath(fromMeans: start.mean(along: 0))
    var annealed = path.makeState(at: start)
    for step in 1...16 {
      let random = ChainRandom(key: RandomKey(seed: 32), step: step)
      kernel.step(&state, using: random)
      path.step(&annealed, at: 1, using: random)
      guard [1, 4, 16].contains(step) else { continue }
      #expect(distance(kernel.position(of: state)) < 4 * floor)
      #expect(distance(path.position(of: annealed)) < 4 * floor)
    }
    // The control: chains of a machine whose couplings are turned around.
    var turned = machine
    turned.parameters.entries[0].value.negate()
    let wrong = BlockGibbs(turned)
    var drifting = wrong.makeState(at: start)
    for step in 1...16 {
      wrong.step(&drifting, using: ChainRandom(key: RandomKey(seed: 32), step: step))
    }
    #expect(distance(wrong.position(of: drifting)) > 4 * floor)
  }

  static let annealed: [[String]] = [
    ["potts", "bernoulli"], ["gaussian", "bernoulli"], ["spin", "drelu"], ["bernoulli", "relu"],
    ["truncated-exponential", "binomial"],
  ]

  /// Exact where one side can be counted; forward weights have the mean Z₁/Z₀ whatever the path.
  @Test(arguments: annealed)
  func annealingFindsLogPartition(kinds: [String]) throws {
    let machine = UnitKinds.machine(
      [
        UnitLayer(UnitKinds.one(kinds[0], count: 3)), UnitLayer(UnitKinds.one(kinds[1], count: 3)),
      ], scale: 0.7)
    let exact = ExactPartition.logPartition(of: machine)
    let means = machine.visibleMean(given: Tensor(zeros: [1, machine.hiddenCount])).row(0)
    for base in [nil, means] {
      let path = machine.annealingPath(fromMeans: base)
      let weights = try AnnealedImportanceSampling(path, steps: 30).forward(
        chains: 4000, key: RandomKey(seed: 41))
      let estimate = path.baseLogPartition + weights.logMean
      #expect(
        abs(estimate - exact) < 4 * weights.standardError + 1e-9,
        "\(kinds): \(estimate) ± \(weights.standardError), exact \(exact)")
    }
  }

  @Test func withoutCouplingsAnnealingIsExact() throws {
    let machine = UnitKinds.machine(
      [UnitLayer(GaussianUnits(3)), UnitLayer(DoubleRectifiedUnits(2)), UnitLayer(SpinUnits(2))],
      scale: 0)
    let path = machine.annealingPath(fromMeans: nil)
    let weights = try AnnealedImportanceSampling(path, steps: 5).forward(
      chains: 10, key: RandomKey(seed: 4))
    #expect(weights.logWeights.allSatisfy { abs($0) < 1e-12 })
  }
}
