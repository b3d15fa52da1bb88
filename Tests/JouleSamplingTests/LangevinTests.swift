import Joule
import JouleTestSupport
import Testing

/// Langevin kernels on distributions for which everything about them is known.
@Suite struct LangevinTests {
  static let s = 1.3

  static let gaussian = DifferentiableEnergyFunction<Double>(variableCount: 1) { x in
    (x.squared().sum(along: 1) / (2 * s * s), x / (s * s))
  }

  /// z-score of the mean square of chains that start at N(0, `start`) and make 20 steps.
  private func zScore<Kernel: TransitionKernel>(
    of kernel: Kernel, start: Double, expected: Double
  ) -> Double where Kernel.Scalar == Double {
    let key = RandomKey(seed: 31)
    let rows = Tensor<Double>(normal: [50_000, 1], using: key) * start.squareRoot()
    var state = kernel.makeState(at: rows)
    for step in 0..<20 { kernel.step(&state, using: ChainRandom(key: key, step: step)) }
    return MonteCarlo.zScore(
      of: kernel.position(of: state).squared().elements, expected: expected)
  }

  @Test(arguments: [0.1, 0.8, 2.5])
  func unadjustedLangevinHasTheVarianceOfItsStep(step: Double) {
    let variance = Self.s * Self.s / (1 - step / (2 * Self.s * Self.s))
    let kernel = UnadjustedLangevin(Self.gaussian, stepSize: step)
    let z = zScore(of: kernel, start: variance, expected: variance)
    #expect(abs(z) < 4, "variance \(variance)")
    let bias = zScore(of: kernel, start: variance, expected: Self.s * Self.s)
    #expect(step < 0.5 || bias > 8, "the bias of a large step shows")
  }

  /// Without the gradient of where it arrives, and with it again: the same chains, bit by bit.
  @Test func aMoveIsAStepThatTellsNothing() {
    let kernel = UnadjustedLangevin(Self.gaussian, stepSize: 0.3)
    let rows = Tensor<Double>(normal: [40, 1], using: RandomKey(seed: 35))
    var (stepped, moved) = (kernel.makeState(at: rows), kernel.makeState(at: rows))
    for step in 0..<6 {
      let random = ChainRandom(key: RandomKey(seed: 36), step: step)
      #expect(kernel.step(&stepped, using: random).fault == nil)
      if step % 3 == 2 {
        kernel.step(&moved, using: random)
      } else {
        kernel.move(&moved, using: random)
      }
      #expect(kernel.position(of: moved) == kernel.position(of: stepped))
    }
    #expect(kernel.position(of: moved) != rows)
  }

  /// With the mass 1/v the step η is one of ηv.
  @Test func aMassScalesTheStep() throws {
    let metric = try EuclideanMetric<Double>.diagonal(variances: [4])
    let variance = Self.s * Self.s / (1 - 4 * 0.2 / (2 * Self.s * Self.s))
    let z = zScore(
      of: UnadjustedLangevin(Self.gaussian, stepSize: 0.2, metric: metric), start: variance,
      expected: variance)
    #expect(abs(z) < 4)
  }

  @Test(arguments: [0.1, 0.8, 2.5]) func theMetropolisTestRemovesTheBias(step: Double) {
    let variance = Self.s * Self.s
    let z = zScore(
      of: MetropolisAdjustedLangevin(Self.gaussian, stepSize: step), start: variance,
      expected: variance)
    #expect(abs(z) < 4)
  }

  /// The acceptance is that of the densities written out: q(x′|x) = N(x − ηA∇E(x), 2ηA).
  @Test func acceptanceIsTheHastingsRatioWrittenOut() throws {
    let (model, step) = (ContinuousTargets.Bent.energy, 0.2)
    let covariance = Tensor<Double>([[3, 0.4, -0.2], [0.4, 0.8, 0.3], [-0.2, 0.3, 0.6]])
    let kernel = MetropolisAdjustedLangevin(
      model, stepSize: step, metric: try .dense(covariance: covariance))
    let rows = ContinuousTargets.Bent.draws(200, key: RandomKey(seed: 32))
    let random = ChainRandom(key: RandomKey(seed: 33), step: 5)
    var state = kernel.makeState(at: rows)
    let probabilities = try #require(kernel.step(&state, using: random).acceptanceProbabilities)

    let factor = try covariance.cholesky()
    let inverse = try covariance.inverse()
    func drifted(_ x: Tensor<Double>) -> Tensor<Double> {
      x - model.energyGradient(at: x).matmul(covariance) * step
    }
    func logDensity(of next: Tensor<Double>, from x: Tensor<Double>) -> Tensor<Double> {
      let rest = next - drifted(x)
      return -(rest.matmul(inverse) * rest).sum(along: 1) / (4 * step)
    }
    let noise = Tensor<Double>(normal: rows.shape, using: random)
    let proposed =
      drifted(rows) + noise.matmul(factor, transposingOther: true) * (2 * step).squareRoot()
    let logRatios =
      model.energy(of: rows) - model.energy(of: proposed)
      + logDensity(of: rows, from: proposed) - logDensity(of: proposed, from: rows)
    for chain in 0..<200 {
      let expected = min(1, MonteCarlo.exp(logRatios[chain]))
      #expect(abs(probabilities[chain] - expected) < 1e-11, "chain \(chain)")
    }
    #expect(probabilities.contains { $0 < 0.9 })
  }
}
