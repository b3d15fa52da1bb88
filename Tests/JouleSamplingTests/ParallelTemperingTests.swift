import Foundation
import Joule
import JouleTestSupport
import Testing

/// Every way of tempering finite chains; a line here is held to the same laws.
enum TemperingTable {
  static let bits = FiniteTargets.bits
  static let base = FiniteTargets.independent
  static let betas = [0, 0.25, 0.6, 1]

  static func tempered(_ beta: Double) -> [Double] {
    normalized(bits.energies.map { $0 == .infinity ? 0 : exp(-beta * $0) })
  }

  static func geometric(_ beta: Double) -> [Double] {
    let logs = base.logDensity(of: bits.space.rows).elements
    return normalized(
      zip(logs, bits.energies).map { log, energy in
        beta == 0 ? exp(log) : exp((1 - beta) * log - beta * energy)
      })
  }

  static func normalized(_ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  static let temperatures = KernelAlongPath(TemperingPath(bits)) { energy, _ in
    MetropolisHastings(energy, FiniteTargets.Drift())
  }

  /// The base covers states that the target does not.
  static let between = KernelAlongPath(GeometricPath(from: base, to: bits)) { energy, _ in
    MetropolisHastings(energy, BitFlip<Double>()).repeated(2)
  }

  static let machine = RestrictedBoltzmannMachine<Double>(
    weights: Tensor([
      [0.9, -1.1, 0.4], [-0.6, 0.8, 1.3], [1.5, 0.2, -0.7], [-0.3, -1.4, 0.6],
    ]) * 1.5,
    visibleBias: Tensor([0.2, -0.5, 0.1, 0.4]), hiddenBias: Tensor([-0.3, 0.6, -0.1]))
  static let means = [0.3, 0.6, 0.2, 0.7]

  /// (1 − β) aᵀv + β bᵀv + Σⱼ log(1 + exp(β (cⱼ + (vᵀW)ⱼ))), by loops.
  static func machine(_ beta: Double) -> [Double] {
    normalized(
      (0..<16).map { state in
        var exponent = 0.0
        for i in 0..<4 where state >> i & 1 == 1 {
          exponent += (1 - beta) * log(means[i] / (1 - means[i])) + beta * machine.visibleBias[i]
        }
        for j in 0..<3 {
          var input = machine.hiddenBias[j]
          for i in 0..<4 where state >> i & 1 == 1 { input += machine.weights[i, j] }
          exponent += log(1 + exp(beta * input))
        }
        return exp(exponent)
      })
  }

  static let cases = [
    TemperingCase(
      "temperatures of a table", temperatures, betas: betas, space: bits.space,
      probabilities: tempered),
    TemperingCase(
      "reversible swaps", temperatures, betas: betas, space: bits.space,
      scheme: .stochasticEvenOdd, probabilities: tempered),
    TemperingCase(
      "between two energies", between, betas: betas, space: bits.space,
      probabilities: geometric),
    TemperingCase(
      "a restricted Boltzmann machine", machine.annealingPath(fromMeans: Tensor(means)),
      betas: betas, space: StateSpace(binary: 4), probabilities: machine),
    TemperingCase(
      "tempered chains of a machine", chains(machine.annealingPath(fromMeans: Tensor(means))),
      space: StateSpace(binary: 4), probabilities: machine),
  ]

  static func chains<Path: PathKernel<Double>>(
    _ path: Path
  ) -> TemperedChains<Path, RestrictedBoltzmannMachine<Double>> {
    guard let ladder = try? TemperatureLadder(betas) else {
      preconditionFailure("\(betas) is no ladder")
    }
    return TemperedChains(machine, along: path, ladder: ladder, fitEvery: nil)
  }

  static let wrong = [
    TemperingCase(
      "swaps at half the difference of temperature",
      WrongWeights(chains: temperatures, factor: 0.5), betas: betas, space: bits.space,
      probabilities: tempered),
    TemperingCase(
      "swaps with the sign flipped", WrongWeights(chains: temperatures, factor: -1),
      betas: betas, space: bits.space, probabilities: tempered),
    TemperingCase(
      "swaps that always happen", WrongWeights(chains: temperatures, factor: 0),
      betas: betas, space: bits.space, probabilities: tempered),
    TemperingCase(
      "wrong swaps of a machine",
      WrongWeights(
        chains: machine.annealingPath(fromMeans: Tensor(means)), factor: 0.5),
      betas: betas, space: StateSpace(binary: 4), probabilities: machine),
    TemperingCase(
      "wrong swaps of tempered chains",
      chains(
        WrongWeights(chains: machine.annealingPath(fromMeans: Tensor(means)), factor: 0.5)),
      space: StateSpace(binary: 4), probabilities: machine),
  ]
}

@Suite struct ParallelTemperingTests {
  static let key = RandomKey(seed: 1905)

  @Test(arguments: TemperingTable.cases)
  func theDistributionIsRightAtEveryTemperature(_ item: TemperingCase) throws {
    for steps in [1, 4, 16] {
      let distances = try item.distances(after: steps, key: Self.key.folded(UInt64(steps)))
      #expect(
        distances.allSatisfy { $0 < 4 }, "after \(steps) steps: \(distances), key \(Self.key)")
    }
  }

  @Test(arguments: TemperingTable.wrong)
  func swapsWithTheWrongTemperatureAreFoundOut(_ item: TemperingCase) throws {
    let distances = try item.distances(after: 16, key: Self.key)
    #expect(distances.contains { $0 > 4 }, "\(distances)")
  }

  @Test func itFindsTheWeightOfAModeThatGibbsNeverReaches() throws {
    let (count, steps) = (100, 600)
    let starts = Tensor<Double>(zeros: [count, 10])
    let gibbs = BlockGibbs(TwoModes.machine)
    var trapped = gibbs.makeState(at: starts)
    for step in 0..<steps {
      gibbs.step(&trapped, using: ChainRandom(key: Self.key, step: step))
    }
    let rows = gibbs.position(of: trapped)
    #expect((0..<count).allSatisfy { TwoModes.fraction(rows, row: $0) == 0 })

    let path = TwoModes.machine.annealingPath(fromMeans: Tensor([10], repeating: 0.5))
    let (tempering, warm) = try ParallelTempering(path, ladder: .linear(count: 8))
      .tuned(from: starts, key: Self.key.folded("tuning"))
    var state = warm
    // Chains are independent of each other: their means over time give the error.
    var sums = [Double](repeating: 0, count: count)
    for step in 0..<steps {
      tempering.step(&state, using: ChainRandom(key: Self.key.folded("run"), step: step))
      let rows = tempering.position(of: state)
      for chain in 0..<count { sums[chain] += TwoModes.fraction(rows, row: chain) }
    }
    let z = MonteCarlo.zScore(
      of: sums.map { $0 / Double(steps) }, expected: TwoModes.weight)
    #expect(abs(z) < 4, "z = \(z)")
    #expect(tempering.report(of: state).roundTripRate > 0.01)
  }

  /// The rate of a ladder of exact chains is what theorem 3 and corollary 1 of Syed et al. say.
  @Test(arguments: [SwapScheme.deterministicEvenOdd, .stochasticEvenOdd])
  func roundTripsComeAtTheRateOfTheTheory(_ scheme: SwapScheme) throws {
    let tempering = ParallelTempering(
      ExactNormals(), ladder: try .geometric(from: 0.001, count: 9), scheme: scheme)
    let (chains, steps) = (40, 1000)
    var rates: [Double] = []
    var report: TemperingReport?
    for seed in 0..<12 {
      let key = Self.key.folded(UInt64(seed))
      var state = tempering.makeState(at: Tensor(zeros: [chains, 1]))
      for step in 0..<200 { tempering.step(&state, using: ChainRandom(key: key, step: step)) }
      let before = state.record.roundTrips
      for step in 200..<200 + steps {
        tempering.step(&state, using: ChainRandom(key: key, step: step))
      }
      rates.append(Double(state.record.roundTrips - before) / Double(steps * chains))
      report = tempering.report(of: state)
    }
    let ideal = try #require(report).idealRoundTripRate
    // The ideal itself comes from rates over 40 × 1,200 swaps a pair: an error of well below 1 %.
    let spread = MonteCarlo.zScore(of: rates, expected: ideal)
    #expect(abs(spread) < 4, "\(rates) for \(ideal)")
  }

  @Test func turnsBeatChance() throws {
    let rates = try [SwapScheme.deterministicEvenOdd, .stochasticEvenOdd].map { scheme in
      let tempering = ParallelTempering(
        ExactNormals(), ladder: try .geometric(from: 0.001, count: 30), scheme: scheme)
      var state = tempering.makeState(at: Tensor(zeros: [30, 1]))
      for step in 0..<1500 {
        tempering.step(&state, using: ChainRandom(key: Self.key, step: step))
      }
      return tempering.report(of: state).roundTripRate
    }
    #expect(rates[0] > 2 * rates[1], "\(rates)")
  }

  @Test func tuningEqualizesSwapRates() throws {
    let even = ParallelTempering(
      ExactNormals(), ladder: try .linear(from: 0.01, count: 7))
    let starts = Tensor<Double>(zeros: [50, 1])
    let (tuned, state) = try even.tuned(from: starts, key: Self.key)
    #expect(tuned.ladder.betas[0] == 0.01 && tuned.ladder.betas[6] == 1)
    func rates(_ tempering: ParallelTempering<ExactNormals>) -> [Double] {
      var state = tempering.makeState(at: starts)
      for step in 0..<400 {
        tempering.step(&state, using: ChainRandom(key: Self.key.folded("run"), step: step))
      }
      return tempering.report(of: state).swapRates
    }
    let (before, after) = (rates(even), rates(tuned))
    func width(_ values: [Double]) -> Double { values.max()! - values.min()! }
    // 10,000 swaps a pair, and as many in the last round of tuning: each rate within 0.02 or so.
    #expect(width(before) > 0.4 && width(after) < 0.06, "\(before), \(after)")
    // N(0, 1/β) has equal rates at a constant ratio of β.
    let geometric = try TemperatureLadder.geometric(from: 0.01, count: 7)
    for (found, expected) in zip(tuned.ladder.betas, geometric.betas) {
      #expect(abs(log(found / expected)) < 0.15, "\(tuned.ladder.betas)")
    }
    #expect(even.equalized(by: state, count: 12).ladder.count == 12)
  }

  @Test func neitherThreadsNorPiecesChangeABit() throws {
    let machine = RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([30], repeating: 0.3), hiddenCount: 20, weightScale: 0.5,
      using: RandomKey(seed: 3))
    let tempering = ParallelTempering(
      machine.annealingPath(fromMeans: Tensor([30], repeating: 0.5)),
      ladder: try .linear(count: 5))
    let starts = Tensor<Float>(zeros: [70, 30])
    let runs = [1, 2, 4].map { threads in
      var state = tempering.makeState(at: starts)
      let workers = Workers(count: threads)
      for step in 0..<20 {
        tempering.step(&state, using: ChainRandom(key: Self.key, step: step), on: workers)
      }
      return (
        (0..<5).map { tempering.position(of: state, at: $0).elements }, state.record
      )
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
    var pieces = ParallelChains(at: starts, key: Self.key, on: Workers(count: 2)) { _ in
      tempering
    }
    try pieces.advance(by: 20, on: Workers(count: 2))
    #expect(pieces.position.elements == runs[0].0[4])
  }

  /// What a machine's chains keep of their input between steps is what they would work out again.
  @Test func whatChainsKeepIsNeverStale() {
    let machine = RestrictedBoltzmannMachine<Float>(TemperingTable.machine)
    let path = machine.annealingPath(fromMeans: Tensor([0.3, 0.6, 0.2, 0.7]))
    let rows: Tensor<Float> = States.all(of: 4)
    var keeping = (path.makeState(at: rows), path.makeState(at: 1 - rows))
    var fresh = keeping
    let marks = (0..<16).map { $0 % 3 == 0 }
    for step in 0..<6 {
      let random = ChainRandom(key: Self.key, step: step)
      var weights = [[Double]](repeating: [Double](repeating: 0, count: 16), count: 4)
      path.step(&keeping.0, at: 0.4, using: random)
      path.step(&keeping.1, at: 0.8, using: random.folded(1))
      path.weigh(&keeping.0, from: 0.4, to: 0.8, logWeights: &weights[0])
      path.weigh(&keeping.1, from: 0.4, to: 0.8, logWeights: &weights[1])
      path.exchange(marks, of: &keeping.0, with: &keeping.1)

      path.step(&fresh.0, at: 0.4, using: random)
      path.step(&fresh.1, at: 0.8, using: random.folded(1))
      fresh.0 = path.makeState(at: path.position(of: fresh.0))
      fresh.1 = path.makeState(at: path.position(of: fresh.1))
      path.weigh(&fresh.0, from: 0.4, to: 0.8, logWeights: &weights[2])
      path.weigh(&fresh.1, from: 0.4, to: 0.8, logWeights: &weights[3])
      let (first, second) = (path.position(of: fresh.0), path.position(of: fresh.1))
      var (a, b) = (first, second)
      a.assignRows(where: marks, from: second)
      b.assignRows(where: marks, from: first)
      fresh = (path.makeState(at: a), path.makeState(at: b))

      #expect(weights[0] == weights[2] && weights[1] == weights[3])
      #expect(path.position(of: keeping.0) == a && path.position(of: keeping.1) == b)
    }
  }

  /// Weighing and moving at once gives what one after the other does.
  @Test func theFusedStepIsWeighingAndMoving() {
    let path = RestrictedBoltzmannMachine<Float>(TemperingTable.machine)
      .annealingPath(fromMeans: nil)
    let rows: Tensor<Float> = States.all(of: 4)
    var (fused, apart) = (path.makeState(at: rows), path.makeState(at: rows))
    var weights = [[Double]](repeating: [Double](repeating: 0, count: 16), count: 2)
    for step in 0..<20 {
      let random = ChainRandom(key: Self.key, step: step)
      let (from, to) = (Double(step) / 20, Double(step + 1) / 20)
      path.advance(&fused, from: from, to: to, logWeights: &weights[0], using: random)
      path.weigh(&apart, from: from, to: to, logWeights: &weights[1])
      path.step(&apart, at: to, using: random)
    }
    #expect(path.position(of: fused) == path.position(of: apart))
    for chain in 0..<16 { #expect(abs(weights[0][chain] - weights[1][chain]) < 1e-9) }
  }

  @Test func faultsNameTheTemperature() throws {
    let broken = EnergyFunction<Double>(variableCount: 1) { x in
      Tensor(x.elements.map { $0 > 1 ? .nan : $0 * $0 })
    }
    let chains = KernelAlongPath(TemperingPath(broken)) { energy, _ in
      MetropolisHastings(energy, GaussianWalk(scale: 1))
    }
    let tempering = ParallelTempering(chains, ladder: try TemperatureLadder([0.1, 1]))
    let fault = #expect(throws: TransitionFault.self) {
      try tempering.tuned(from: Tensor(zeros: [20, 1]), key: Self.key)
    }
    #expect(fault?.description.contains("at beta ") == true, "\(fault?.description ?? "")")
  }
}
