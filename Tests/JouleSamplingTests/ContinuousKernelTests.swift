import Joule
import JouleTestSupport
import Testing

/// A kernel of continuous variables, its type hidden: a line of the table of tests.
struct ContinuousKernelCase: Sendable, CustomTestStringConvertible {
  let name: String
  private let move: @Sendable (Tensor<Double>, Range<Int>, RandomKey) -> Tensor<Double>

  var testDescription: String { name }

  init<Kernel: TransitionKernel>(_ name: String, _ kernel: Kernel) where Kernel.Scalar == Double {
    self.name = name
    move = { rows, steps, key in
      var state = kernel.makeState(at: rows)
      for step in steps { kernel.step(&state, using: ChainRandom(key: key, step: step)) }
      return kernel.position(of: state)
    }
  }

  /// z-scores of the expectations of `Bent` over chains that started at exact draws, after 1, 4 and 16 steps.
  func zScores(chains: Int = 20_000, key: RandomKey) -> [(name: String, z: Double)] {
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
  static let dense = try? EuclideanMetric<Double>.dense(
    covariance: Tensor([[3, 0.4, -0.2], [0.4, 0.8, 0.3], [-0.2, 0.3, 0.6]]))

  static let kernels: [ContinuousKernelCase] = [
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
      HamiltonianMonteCarlo(bent.tempered(0.9), stepSize: 0.4, steps: 5)),
    ContinuousKernelCase(
      "NUTS of another temperature", NoUTurnSampler(bent.tempered(0.9), stepSize: 0.5)),
  ]
}

@Suite struct ContinuousKernelTests {
  static let key = RandomKey(seed: 2027)

  @Test(arguments: ContinuousKernelTable.kernels)
  func leavesItsTargetInvariant(_ kernel: ContinuousKernelCase) {
    for (name, z) in kernel.zScores(key: Self.key) {
      #expect(abs(z) < 4, "\(name), key \(Self.key)")
    }
  }

  @Test(arguments: ContinuousKernelTable.wrongKernels)
  func aWrongKernelIsFoundOut(_ kernel: ContinuousKernelCase) {
    #expect(kernel.zScores(key: Self.key).contains { abs($0.z) > 8 })
  }
}
