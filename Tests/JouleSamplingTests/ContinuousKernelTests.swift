import Joule
import JouleTestSupport
import Testing

/// A kernel of continuous variables, its type hidden: a line of the table of tests. All are to sample
/// `ContinuousTargets.Bent`.
struct ContinuousKernelCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// What the kernel is made of.
  let typeName: String
  /// Chains from exact draws against their starts.
  let stationarity: @Sendable (_ chains: Int, RandomKey) throws -> StationarityReport
  /// The same, x₁ drawn anew given x₀ after every step.
  let joint: @Sendable (_ chains: Int, RandomKey) throws -> StationarityReport
  private let move: @Sendable (Tensor<Double>, Range<Int>, RandomKey) -> Tensor<Double>

  var testDescription: String { name }

  init<Kernel: TransitionKernel>(_ name: String, _ kernel: Kernel) where Kernel.Scalar == Double {
    self.name = name
    typeName = "\(Kernel.self)"
    let test = StationarityTest<Double>(observing: ContinuousTargets.Bent.observable) {
      ContinuousTargets.Bent.draws($0, key: $1.key)
    }
    stationarity = { try test.report(on: kernel, after: [1, 6], chains: $0, key: $1) }
    joint = {
      try test.jointReport(
        on: kernel, simulating: ContinuousTargets.Bent.simulate, after: [1, 6], chains: $0,
        key: $1)
    }
    move = { rows, steps, key in
      var state = kernel.makeState(at: rows)
      for step in steps { kernel.step(&state, using: ChainRandom(key: key, step: step)) }
      return kernel.position(of: state)
    }
  }

  /// z-scores of the expectations of `Bent` over chains that started at exact draws, after 1, 4 and 16 steps.
  func zScores(chains: Int, key: RandomKey) -> [(name: String, z: Double)] {
    var rows = ContinuousTargets.Bent.draws(chains, key: key.folded("starts"))
    var done = 0
    return [1, 4, 16].flatMap { steps in
      rows = move(rows, done..<steps, key.folded("steps"))
      done = steps
      let points = (0..<chains).map { rows.row($0) }
      return ContinuousTargets.Bent.expectations.map { function in
        (
          "\(function.name) after \(steps) steps",
          MonteCarlo.zScore(of: points.map(function.of), expected: function.value)
        )
      }
    }
  }
}

/// Every kernel of continuous variables is held to stationarity from exact starts here: add a line to `kernels`. One
/// that must fail goes to `wrongKernels`.
enum ContinuousKernelTable {
  static let bent = ContinuousTargets.Bent.energy
  /// Another mass than the target's covariance on purpose: a wrong use of it would show.
  static let diagonal = try? EuclideanMetric<Double>.diagonal(variances: [3, 0.5, 1.2])
  static let dense = try? EuclideanMetric<Double>.dense(covariance: shape)
  static let shape = Tensor<Double>([[3, 0.4, -0.2], [0.4, 0.8, 0.3], [-0.2, 0.3, 0.6]])

  static let kernels: [ContinuousKernelCase] = walks + composed + gradient

  private static let walks: [ContinuousKernelCase] = [
    ContinuousKernelCase("Gaussian walk", MetropolisHastings(bent, GaussianWalk(scale: 0.7))),
    ContinuousKernelCase(
      "Gaussian walk with a shape", MetropolisHastings(bent, shapedWalk)),
    ContinuousKernelCase(
      "uniform walk",
      MetropolisHastings(bent, UniformWalk(halfWidths: Tensor([2, 1, 0.8])))),
    ContinuousKernelCase(
      "noise that is not symmetric", MetropolisHastings(bent, AdditiveNoise(drift))),
    ContinuousKernelCase(
      "independent proposals", MetropolisHastings(bent, Independence(broad))),
    ContinuousKernelCase(
      "steps with a drift", MetropolisHastings(bent, drifting(correction: 1))),
    ContinuousKernelCase(
      "steps that widen outwards", MetropolisHastings(bent, widening)),
  ]

  private static let composed: [ContinuousKernelCase] = [
    ContinuousKernelCase(
      "Metropolis within Gibbs",
      KernelSequence(
        [[2, 0], [1]].map {
          MetropolisHastings(bent, RestrictedProposal(widening, to: $0))
        })),
    ContinuousKernelCase(
      "cycle",
      MetropolisHastings(bent, GaussianWalk(scale: 0.7))
        .followed(by: MetropolisAdjustedLangevin(bent, stepSize: 0.15))),
    ContinuousKernelCase(
      "mixture",
      MetropolisHastings(bent, AdditiveNoise(drift))
        .mixed(with: HamiltonianMonteCarlo(bent, stepSize: 0.4, steps: 3), weight: 0.4)),
    ContinuousKernelCase(
      "repeated", MetropolisHastings(bent, GaussianWalk(scale: 0.7)).repeated(2)),
  ]

  private static let gradient: [ContinuousKernelCase] = [
    ContinuousKernelCase("MALA", MetropolisAdjustedLangevin(bent, stepSize: 0.15)),
    ContinuousKernelCase(
      "MALA, dense mass", MetropolisAdjustedLangevin(bent, stepSize: 0.15, metric: dense)),
    ContinuousKernelCase("HMC", HamiltonianMonteCarlo(bent, stepSize: 0.4, steps: 5)),
    ContinuousKernelCase(
      "HMC, jittered, diagonal mass",
      HamiltonianMonteCarlo(bent, stepSize: 0.4, steps: 4, metric: diagonal, jitter: 0.5)),
    ContinuousKernelCase(
      "HMC, dense mass", HamiltonianMonteCarlo(bent, stepSize: 0.5, steps: 3, metric: dense)),
    ContinuousKernelCase("NUTS", NoUTurnSampler(bent, stepSize: 0.5)),
    ContinuousKernelCase("NUTS, shallow", NoUTurnSampler(bent, stepSize: 0.2, maximumDepth: 2)),
    ContinuousKernelCase(
      "NUTS, diagonal mass", NoUTurnSampler(bent, stepSize: 0.6, metric: diagonal)),
    ContinuousKernelCase("NUTS, dense mass", NoUTurnSampler(bent, stepSize: 0.5, metric: dense)),
  ]

  static let wrongKernels: [ContinuousKernelCase] = [
    ContinuousKernelCase("Langevin without its test", UnadjustedLangevin(bent, stepSize: 0.15)),
    ContinuousKernelCase(
      "HMC of another temperature",
      HamiltonianMonteCarlo(bent.tempered(0.8), stepSize: 0.4, steps: 5)),
    ContinuousKernelCase(
      "NUTS of another temperature", NoUTurnSampler(bent.tempered(0.8), stepSize: 0.5)),
    ContinuousKernelCase(
      "no Hastings term", MetropolisHastings(bent, drifting(correction: 0))),
    ContinuousKernelCase(
      "Hastings term with the sign flipped", MetropolisHastings(bent, drifting(correction: -1))),
    ContinuousKernelCase(
      "another bend than the simulator's",
      MetropolisHastings(
        ContinuousTargets.Bent.energy(bend: 0.15), GaussianWalk(scale: 0.7))),
  ]

  private static let drift = normal(mean: [0.3, -0.2, 0.1], shape * 0.3)
  private static let broad = normal(mean: [0, 0, 0.7], shape * 2)
  private static let shapedWalk: GaussianWalk<Double> = {
    guard let walk = try? GaussianWalk(covariance: shape, scale: 0.8) else {
      preconditionFailure("\(shape) is no covariance")
    }
    return walk
  }()

  private static func normal(
    mean: [Double], _ covariance: Tensor<Double>
  ) -> NormalDistribution<Double> {
    guard let normal = try? NormalDistribution(mean: Tensor(mean), covariance: covariance) else {
      preconditionFailure("\(covariance) is no covariance")
    }
    return normal
  }

  /// x′ = x + σ(x) z with σ² = 0.1 + ½ |x|²: log q(x′|x) = −n log σ(x) − |x′ − x|²/2σ(x)².
  private static let widening = ProposalFunction<Double> { rows, random, proposed in
    let noise = Tensor<Double>(normal: rows.shape, using: random)
    func variance(_ x: Tensor<Double>) -> Tensor<Double> { x.squared().sum(along: 1) * 0.5 + 0.1 }
    func logDensity(_ squares: Tensor<Double>, _ variance: Tensor<Double>) -> Tensor<Double> {
      (variance.log() * Double(rows.shape[1]) + squares / variance) * -0.5
    }
    let here = variance(rows)
    let steps = noise * here.sqrt().reshaped(to: [rows.shape[0], 1])
    proposed.rows = rows + steps
    let squares = steps.squared().sum(along: 1)
    proposed.logForward = logDensity(squares, here)
    proposed.logReverse = logDensity(squares, variance(proposed.rows))
  }

  /// x′ = x + ε, each ε ~ N(¼, ¼): log q(x′|x) − log q(x|x′) = 2 Σ ε.
  ///
  /// - Parameter correction: 1 as it should be, −1 with the sign of the correction flipped, 0 without it.
  private static func drifting(correction: Double) -> ProposalFunction<Double> {
    ProposalFunction { rows, random, proposed in
      let steps = Tensor<Double>(normal: rows.shape, using: random) * 0.5 + 0.25
      proposed.rows = rows + steps
      proposed.logForward = steps.sum(along: 1) * (2 * correction)
      proposed.logReverse.fill(0)
    }
  }
}

@Suite struct ContinuousKernelTests {
  static let key = RandomKey(seed: 2027)

  @Test(arguments: ContinuousKernelTable.kernels)
  func leavesItsTargetInvariant(_ kernel: ContinuousKernelCase) {
    for (name, z) in kernel.zScores(chains: 8000, key: Self.key) {
      #expect(abs(z) < 4, "\(name), key \(Self.key)")
    }
  }

  @Test(arguments: ContinuousKernelTable.wrongKernels)
  func aWrongKernelIsFoundOut(_ kernel: ContinuousKernelCase) {
    #expect(kernel.zScores(chains: 20_000, key: Self.key).contains { abs($0.z) > 8 })
  }

  /// The oracle finds the same.
  @Test(arguments: ContinuousKernelTable.kernels)
  func theOracleAcceptsIt(_ kernel: ContinuousKernelCase) throws {
    let report = try kernel.stationarity(4000, Self.key)
    #expect(report.passes && report.movedShare > 0.5, "\(report), key \(Self.key)")
  }

  @Test(arguments: ContinuousKernelTable.kernels)
  func itBelongsToItsSimulator(_ kernel: ContinuousKernelCase) throws {
    let report = try kernel.joint(4000, Self.key)
    #expect(report.passes, "\(report), key \(Self.key)")
  }

  @Test(arguments: ContinuousKernelTable.wrongKernels)
  func theOracleRefusesAWrongKernel(_ kernel: ContinuousKernelCase) throws {
    let (alone, joint) = (
      try kernel.stationarity(10_000, Self.key), try kernel.joint(10_000, Self.key)
    )
    #expect(!alone.passes && !joint.passes, "\(alone)\n\(joint)")
  }
}
