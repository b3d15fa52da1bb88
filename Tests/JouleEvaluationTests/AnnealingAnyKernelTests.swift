import Foundation
import Joule
import JouleTestSupport
import Testing

/// Annealed importance sampling of any kernel along any path, and where its temperatures go.
@Suite struct AnnealingAnyKernelTests {
  /// Three bits with one state outside the support.
  static let target = ImportanceSamplingTests.target
  static let base = BernoulliProduct<Double>(probabilities: Tensor([0.3, 0.6, 0.5]))

  typealias Path = GeometricPath<BernoulliProduct<Double>, TableEnergy>
  typealias Kernel = MetropolisHastings<Path.Energy, Symmetric<BitFlip<Double>>>

  static var path: AnchoredPath<Path, Kernel, BernoulliProduct<Double>> {
    KernelAlongPath(GeometricPath(from: base, to: target)) { energy, _ in
      MetropolisHastings(energy, BitFlip<Double>())
    }.starting(from: base)
  }

  static func exactSamples(_ count: Int, seed: UInt64) -> Tensor<Double> {
    let table = AliasTable(weights: target.probabilities)
    var stream = RandomStream(key: RandomKey(seed: seed))
    return States.rows((0..<count).map { _ in stream.categorical(table) }, count: 3)
  }

  static func bracket(chains: Int, steps: Int, seed: UInt64) throws -> PartitionBracket {
    let sampling = AnnealedImportanceSampling(path, steps: steps)
    let key = RandomKey(seed: seed)
    return PartitionBracket(
      baseLogPartition: path.baseLogPartition,
      forward: try sampling.forward(chains: chains, key: key.folded("forward")),
      reverse: try sampling.reverse(
        from: exactSamples(chains, seed: seed + 1_000_000), key: key.folded("reverse")))
  }

  @Test func itIsExactWhereThePathStandsStill() throws {
    let base = try NormalDistribution<Double>(
      mean: Tensor([1, -2]), covariance: Tensor([[2, 0.5], [0.5, 1]]))
    let shifted = EnergyFunction<Double>(variableCount: 2) { base.energy(of: $0) - 4.5 }
    let path = KernelAlongPath(GeometricPath(from: base, to: shifted)) { energy, _ in
      MetropolisHastings(energy, GaussianWalk(scale: 0.7))
    }.starting(from: base)
    let weights = try AnnealedImportanceSampling(path, steps: 12)
      .forward(chains: 20, key: RandomKey(seed: 1))
    #expect(weights.logWeights.allSatisfy { abs($0 + path.baseLogPartition - 4.5) < 1e-11 })
  }

  @Test func forwardErrsLowAndReverseErrsHighByLessWithMoreSteps() throws {
    let exact = ImportanceSamplingTests.logPartition
    var gaps: [Double] = []
    for steps in [2, 20, 200] {
      let brackets = try (0..<100).map {
        try Self.bracket(chains: 6, steps: steps, seed: UInt64(700 + $0))
      }
      let forward = brackets.map { $0.forwardEstimate - exact }
      let reverse = brackets.map { $0.reverseEstimate - exact }
      #expect(MonteCarlo.zScore(of: forward, expected: 0) < 3)
      #expect(MonteCarlo.zScore(of: reverse, expected: 0) > -3)
      gaps.append((forward + reverse).reduce(0) { $0 + abs($1) } / 200)
    }
    #expect(gaps[1] < 0.6 * gaps[0] && gaps[2] < 0.6 * gaps[1], "\(gaps)")
  }

  @Test func itsIntervalsHoldTheExactValueAsOftenAsTheySay() throws {
    // Two standard errors of Bennett's estimate: 95.4 % of 200 seeds, less three deviations of that
    // count; the outer bracket at least as often.
    let exact = ImportanceSamplingTests.logPartition
    var held = (bennett: 0, bracket: 0)
    for seed in 0..<200 {
      let bracket = try Self.bracket(chains: 60, steps: 20, seed: UInt64(seed))
      if abs(bracket.estimate - exact) < 2 * bracket.standardError { held.bennett += 1 }
      if bracket.lower <= exact && exact <= bracket.upper { held.bracket += 1 }
    }
    let least = MonteCarlo.leastCount(of: 200, rate: 0.954)
    #expect(held.bennett >= least && held.bracket >= least, "\(held) of 200")
  }

  /// A path of one's own: the target's width grows along it. log Z₁/Z₀ of Gaussians is known.
  @Test func aPathOfOnesOwnLeadsToTheSameValue() throws {
    let base = try ImportanceSamplingTests.normal(variance: 1)
    let path = FunctionPath { beta in
      EnergyFunction<Double>(variableCount: 1) { x in
        // From N(0, 1) to N(3β, (1 + 3β)²), unnormalised.
        let standard = (x - 3 * beta) * (1 / (1 + 3 * beta))
        return standard.squared().sum(along: 1) * 0.5
      }
    }
    let chains = KernelAlongPath(path) { energy, beta in
      MetropolisHastings(energy, GaussianWalk(scale: 2 * (1 + 3 * beta)))
    }.starting(from: base)
    let exact = 0.5 * log(2 * Double.pi) + log(4)
    #expect(abs(chains.baseLogPartition - 0.5 * log(2 * Double.pi)) < 1e-12)
    let estimates = try (0..<40).map { seed in
      chains.baseLogPartition
        + (try AnnealedImportanceSampling(chains, steps: 60)
        .forward(chains: 50, key: RandomKey(seed: UInt64(seed)))).logMean
    }
    #expect(MonteCarlo.zScore(of: estimates, expected: exact) < 3)
    #expect(abs(estimates.reduce(0, +) / 40 - exact) < 0.1, "\(estimates)")
  }

  @Test func aNaNStopsThePass() throws {
    let broken = EnergyFunction<Double>(variableCount: 1) { x in
      Tensor(x.elements.map { $0 > 1.5 ? .nan : $0 * $0 })
    }
    let base = try ImportanceSamplingTests.normal(variance: 1)
    let path = KernelAlongPath(GeometricPath(from: base, to: broken)) { energy, _ in
      MetropolisHastings(energy, GaussianWalk(scale: 1))
    }.starting(from: base)
    let fault = #expect(throws: TransitionFault.self) {
      try AnnealedImportanceSampling(path, steps: 10)
        .forward(chains: 100, key: RandomKey(seed: 1), on: Workers(count: 2))
    }
    #expect(fault?.description.contains("beta") == true, "\(fault?.description ?? "")")
  }

  @Test func temperaturesMustSpanThePath() throws {
    #expect(throws: LadderError.doesNotSpanThePath(0, 0.9)) {
      try AnnealedImportanceSampling(
        Self.path, temperatures: TemperatureLadder([0, 0.5, 0.9]))
    }
    let skewed = try AnnealedImportanceSampling(
      Self.path, temperatures: TemperatureLadder([0, 0.1, 0.5, 1]))
    #expect(try skewed.forward(chains: 3, key: RandomKey(seed: 1)).logWeights.count == 3)
  }

  /// A machine whose chains freeze near β = 1 loses its work there, and a profile puts temperatures where
  /// the work is lost.
  @Test func temperaturesGoWhereWorkIsLost() throws {
    let machine = PartitionFunctionTests.machine(12, 6, scale: 2.5, seed: 3)
    let exact = ExactPartition.logPartition(of: machine)
    let path = machine.annealingPath(fromMeans: Tensor([12], repeating: 0.5))
    let even = AnnealedImportanceSampling(path, steps: 60)
    let rows = PartitionFunctionTests.exactSamples(machine, 400, seed: 5)
    let profile = try even.profile(from: rows, key: RandomKey(seed: 6))
    let spaced = even.spaced(by: profile, steps: 60)
    #expect(spaced.temperatures.count == 61)
    #expect(spaced.temperatures.betas[0] == 0 && spaced.temperatures.betas[60] == 1)
    // What is lost on the way up and down, in nats: twelve repeats tell the two apart.
    let differences = try (0..<12).map { seed in
      let key = RandomKey(seed: 100 + UInt64(seed))
      let starts = PartitionFunctionTests.exactSamples(machine, 200, seed: 200 + UInt64(seed))
      return try even.profile(from: starts, key: key).loss!
        - spaced.profile(from: starts, key: key).loss!
    }
    #expect(MonteCarlo.zScore(of: differences, expected: 0) > 4, "\(differences)")
    // It is as right as before.
    let estimates = try (0..<60).map {
      path.baseLogPartition
        + (try spaced.forward(chains: 50, key: RandomKey(seed: UInt64($0)))).logMean - exact
    }
    #expect(MonteCarlo.zScore(of: estimates.map { exp($0) }, expected: 1) < 4)
    #expect(MonteCarlo.zScore(of: estimates.map { exp($0) }, expected: 1) > -4)
    let forwardOnly = try even.profile(chains: 100, key: RandomKey(seed: 7))
    #expect(even.spaced(by: forwardOnly, steps: 10).temperatures.count == 11)
  }

  @Test func theNumberOfWorkersChangesNoBit() throws {
    let sampling = AnnealedImportanceSampling(Self.path, steps: 15)
    let runs = try [1, 2, 4].map {
      try sampling.forward(chains: 130, key: RandomKey(seed: 5), on: Workers(count: $0))
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
    let starts = Self.exactSamples(130, seed: 1)
    let profiles = try [1, 2, 4].map {
      try sampling.profile(from: starts, key: RandomKey(seed: 5), on: Workers(count: $0))
    }
    #expect(profiles[0] == profiles[1] && profiles[0] == profiles[2])
  }
}
