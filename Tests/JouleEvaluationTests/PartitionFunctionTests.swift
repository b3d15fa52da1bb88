import Foundation
import Joule
import JouleTestSupport
import Testing

/// log Z: enumerated either way, annealed, and bracketed.
@Suite struct PartitionFunctionTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>

  static func machine(
    _ visible: Int, _ hidden: Int, scale: Double = 1, seed: UInt64 = 40
  ) -> Machine {
    let key = RandomKey(seed: seed)
    return Machine(
      weights: Tensor(normal: [visible, hidden], using: key.folded("w")) * scale,
      visibleBias: Tensor(normal: [visible], using: key.folded("b")) - 0.4,
      hiddenBias: Tensor(normal: [hidden], using: key.folded("c")) + 0.3)
  }

  static func transposed(_ machine: Machine) -> Machine {
    Machine(
      weights: machine.weights.transposed(), visibleBias: machine.hiddenBias,
      hiddenBias: machine.visibleBias)
  }

  @Test(arguments: [(6, 4), (4, 6), (1, 1), (11, 3), (5, 5)])
  func eitherSideAndBruteForceAgree(visible: Int, hidden: Int) {
    let machine = Self.machine(visible, hidden)
    let brute = BruteForceMachine(
      weights: machine.weights,
      visibleBias: machine.visibleBias, hiddenBias: machine.hiddenBias
    ).logPartition
    #expect(abs(ExactPartition.logPartition(of: machine) - brute) < 1e-11)
    #expect(abs(ExactPartition.logPartition(of: Self.transposed(machine)) - brute) < 1e-11)
  }

  @Test func workersChangeNoBit() {
    let machine = Self.machine(40, 15)
    let one = ExactPartition.logPartition(of: machine)
    #expect(one == ExactPartition.logPartition(of: machine, on: Workers(count: 2)))
    #expect(one == ExactPartition.logPartition(of: machine, on: Workers(count: 4)))
  }

  /// log p*(s) of every state by its own formula, one state at a time.
  @Test(arguments: [(40, 11, 0.5), (9, 60, 3.0), (30, 10, 200.0), (3, 2, 5000.0), (300, 9, 30.0)])
  func enumeratedWeightsAreFreeEnergies(visible: Int, hidden: Int, scale: Double) {
    let machine = Self.machine(visible, hidden, scale: scale)
    let bits = machine.enumeratedBitCount
    let rows = States.all(of: bits, as: Double.self)
    let expected =
      hidden <= visible
      ? machine.hiddenFreeEnergy(of: rows).elements : machine.energy(of: rows).elements
    // Sums of so many terms of this size, each way with its own roundings.
    let bound = Double(visible + hidden) * scale * Double(bits) * 0x1p-48
    // Whole blocks, and ranges that begin and end anywhere.
    for range in [0..<1 << bits, 1..<2, 0..<0, 3..<(1 << bits) - 1, (1 << bits) / 2..<1 << bits] {
      if range.upperBound > 1 << bits { continue }
      let weights = machine.enumeratedLogWeights(range)
      #expect(weights.count == range.count)
      for (state, weight) in zip(range, weights) {
        #expect(abs(weight + expected[state]) < bound, "state \(state) of \(range)")
      }
    }
  }

  /// With one hidden unit, and weights beyond the range of exp, there is a closed form.
  @Test func weightsBeyondTheRangeOfExpAreSummed() {
    let machine = Machine(
      weights: Tensor(shape: [3, 1], elements: [2000, -1500, 0.5]),
      visibleBias: Tensor([1000, 700, 0]), hiddenBias: Tensor([-2100]))
    func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
    let off = softplus(1000) + softplus(700) + softplus(0)
    let on = -2100 + softplus(3000) + softplus(-800) + softplus(0.5)
    let expected = max(off, on) + log1p(exp(-abs(off - on)))
    #expect(abs(ExactPartition.logPartition(of: machine) - expected) < 1e-11)
    #expect(abs(ExactPartition.logPartition(of: Self.transposed(machine)) - expected) < 1e-11)
  }

  @Test func joinedIndependentMachinesAdd() {
    let (a, b) = (Self.machine(3, 2, seed: 1), Self.machine(4, 3, seed: 2))
    var weights = Tensor<Double>(zeros: [7, 5])
    for i in 0..<3 { for j in 0..<2 { weights[i, j] = a.weights[i, j] } }
    for i in 0..<4 { for j in 0..<3 { weights[3 + i, 2 + j] = b.weights[i, j] } }
    let joined = Machine(
      weights: weights,
      visibleBias: Tensor(a.visibleBias.elements + b.visibleBias.elements),
      hiddenBias: Tensor(a.hiddenBias.elements + b.hiddenBias.elements))
    let sum = ExactPartition.logPartition(of: a) + ExactPartition.logPartition(of: b)
    #expect(abs(ExactPartition.logPartition(of: joined) - sum) < 1e-12)
  }

  @Test func withoutWeightsTheClosedFormHolds() throws {
    let machine = Self.machine(20, 12, scale: 0)
    let expected = (machine.visibleBias.elements + machine.hiddenBias.elements).reduce(0) {
      $0 + log1p(exp($1))
    }
    #expect(abs(ExactPartition.logPartition(of: machine) - expected) < 1e-11)
    // Annealing is then exact too, along every path, in both directions.
    let path = machine.annealingPath(fromMeans: nil)
    let sampling = AnnealedImportanceSampling(path, steps: 7)
    let forward = try sampling.forward(chains: 5, key: RandomKey(seed: 3))
    #expect(abs(path.baseLogPartition + forward.logMean - expected) < 1e-11)
    let reverse = try sampling.reverse(from: Tensor(zeros: [4, 20]), key: RandomKey(seed: 4))
    #expect(abs(path.baseLogPartition - reverse.logMean - expected) < 1e-11)
  }

  @Test func aModelOfBaseRatesHasTheirLikelihood() {
    let means = Tensor<Double>([0.2, 0.9, 0.5, 0.37])
    let machine = Machine(
      visibleMeans: means, hiddenCount: 3, weightScale: 0, using: RandomKey(seed: 1))
    let logPartition = ExactPartition.logPartition(of: machine)
    let energies = machine.energy(of: States.all(of: 4))
    for state in 0..<16 {
      let expected = (0..<4).reduce(0) {
        $0 + log(state >> $1 & 1 == 1 ? means[$1] : 1 - means[$1])
      }
      #expect(abs(-energies[state] - logPartition - expected) < 1e-10)
    }
  }

  /// Exact draws of a small machine.
  static func exactSamples(_ machine: Machine, _ count: Int, seed: UInt64) -> Tensor<Double> {
    let joint = machine.jointProbabilities()
    let table = AliasTable(weights: joint.sum(along: 1).elements)
    var stream = RandomStream(key: RandomKey(seed: seed))
    return States.rows(
      (0..<count).map { _ in stream.categorical(table) }, count: machine.variableCount)
  }

  static func bracket(
    _ machine: Machine, chains: Int, steps: Int, seed: UInt64, means: Tensor<Double>? = nil
  ) throws -> PartitionBracket {
    let path = machine.annealingPath(fromMeans: means)
    let sampling = AnnealedImportanceSampling(path, steps: steps)
    let key = RandomKey(seed: seed)
    return PartitionBracket(
      baseLogPartition: path.baseLogPartition,
      forward: try sampling.forward(chains: chains, key: key.folded("forward")),
      reverse: try sampling.reverse(
        from: exactSamples(machine, chains, seed: seed + 1_000_000), key: key.folded("reverse")))
  }

  @Test func forwardErrsLowAndReverseErrsHighByLessWithMoreSteps() throws {
    let machine = Self.machine(8, 6, scale: 1.5)
    let exact = ExactPartition.logPartition(of: machine)
    var gaps: [Double] = []
    for steps in [3, 30, 300] {
      let brackets = try (0..<60).map {
        try Self.bracket(machine, chains: 10, steps: steps, seed: UInt64(500 + $0))
      }
      let forward = brackets.map { $0.forwardEstimate - exact }
      let reverse = brackets.map { $0.reverseEstimate - exact }
      // Below and above on average, to within the noise of the average.
      #expect(MonteCarlo.zScore(of: forward, expected: 0) < 3)
      #expect(MonteCarlo.zScore(of: reverse, expected: 0) > -3)
      gaps.append((forward + reverse).reduce(0) { $0 + abs($1) } / 120)
    }
    #expect(gaps[1] < 0.6 * gaps[0] && gaps[2] < 0.6 * gaps[1], "\(gaps)")
  }

  @Test func theBracketHoldsTheExactValueAsOftenAsItSays() throws {
    // Two standard errors at each end: at least 95 % of 200 seeds, less three standard deviations of
    // that count.
    let machine = Self.machine(8, 6)
    let exact = ExactPartition.logPartition(of: machine)
    let means = Tensor<Double>([8], repeating: 0.4)
    let held = try (0..<200).count {
      let bracket = try Self.bracket(
        machine, chains: 50, steps: 100, seed: UInt64($0), means: means)
      return bracket.lower <= exact && exact <= bracket.upper
    }
    #expect(held >= 180, "\(held) of 200")
  }

  @Test func theStandardErrorIsTheSpreadOverSeeds() throws {
    let machine = Self.machine(8, 6)
    let path = machine.annealingPath(fromMeans: nil)
    let sampling = AnnealedImportanceSampling(path, steps: 100)
    let runs = try (0..<200).map {
      try sampling.forward(chains: 100, key: RandomKey(seed: UInt64($0)))
    }
    let means = runs.map(\.logMean)
    let center = means.reduce(0, +) / 200
    let spread = (means.reduce(0) { $0 + ($1 - center) * ($1 - center) } / 199).squareRoot()
    let stated = runs.reduce(0) { $0 + $1.standardError } / 200
    // The spread of 200 values is known to 1/√400 = 5 %; three of those.
    #expect(abs(stated / spread - 1) < 0.2, "stated \(stated), spread \(spread)")
  }

  @Test func annealingDoesNotDependOnTheNumberOfWorkers() throws {
    let machine = RestrictedBoltzmannMachine<Float>(Self.machine(30, 20, scale: 0.3))
    let sampling = AnnealedImportanceSampling(machine.annealingPath(fromMeans: nil), steps: 40)
    let runs = try [1, 2, 4].map {
      try sampling.forward(chains: 70, key: RandomKey(seed: 9), on: Workers(count: $0))
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] == runs[2])
  }

  @Test func weightsSayHowManyCount() {
    #expect(abs(ImportanceWeights([3, 3, 3, 3]).effectiveSampleSize - 4) < 1e-12)
    #expect(abs(ImportanceWeights([1000, 0, 0]).effectiveSampleSize - 1) < 1e-12)
    let weights = ImportanceWeights([log(1), log(2), log(6)])
    #expect(abs(weights.logMean - log(3)) < 1e-14)
    // sd of 1, 2, 6 is √7; over √3 · 3.
    #expect(abs(weights.standardError - (7.0 / 3).squareRoot() / 3) < 1e-14)
  }

  @Test func aWideBracketIsSaidInWords() {
    let near = PartitionBracket(
      baseLogPartition: 0, forward: ImportanceWeights([10, 10.1, 9.9, 10, 10]),
      reverse: ImportanceWeights([-10.2, -10.3, -10.2, -10.1, -10.2]))
    #expect(near.warning == nil)
    let far = PartitionBracket(
      baseLogPartition: 0, forward: ImportanceWeights([10, 10.1, 9.9, 10, 10]),
      reverse: ImportanceWeights([-12.2, -12.3, -12.2, -12.1, -12.2]))
    #expect(far.warning?.contains("disagree by 2.2") == true, "\(far.warning ?? "none")")
  }
  @Test func fewEffectiveChainsAreSaidInWords() {
    // 19 chains of weight 1 and one of weight w: the effective sample size is (19 + w)² / (19 + w²).
    func weights(heaviest: Double) -> ImportanceWeights {
      ImportanceWeights([Double](repeating: 0, count: 19) + [log(heaviest)])
    }
    let level = -weights(heaviest: 1).logMean
    for (heaviest, warns) in [(1.0, false), (4, false), (8, true)] {
      let forward = weights(heaviest: heaviest)
      let size = (19 + heaviest) * (19 + heaviest) / (19 + heaviest * heaviest)
      #expect(abs(forward.effectiveSampleSize - size) < 1e-12)
      #expect((size < 10) == warns)
      let bracket = PartitionBracket(
        baseLogPartition: 0, forward: forward, reverse: weights(heaviest: 1))
      #expect(abs(bracket.gap - level + forward.logMean) < 1e-12 && bracket.gap > -1)
      #expect(bracket.warning?.contains("forward estimate of log Z rests on") ?? false == warns)
    }
  }
}
