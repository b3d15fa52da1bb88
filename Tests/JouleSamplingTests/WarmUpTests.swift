import Joule
import JouleTestSupport
import Testing

/// Chains warm up: kernels adapt, then are fixed.
@Suite struct WarmUpTests {
  /// A correlated Gaussian in so many dimensions with standard deviations 0.1, 0.2, …
  static func gaussian(_ n: Int) throws -> (EnergyFunction<Double>, covariance: Tensor<Double>) {
    var covariance = Tensor<Double>(zeros: [n, n])
    for i in 0..<n {
      for j in 0..<n {
        let correlation = i == j ? 1 : 0.6
        covariance[i, j] = correlation * 0.01 * Double((i + 1) * (j + 1))
      }
    }
    let precision = try covariance.inverse()
    return (
      EnergyFunction(variableCount: n) { (x: Tensor<Double>) in
        (x.matmul(precision) * x).sum(along: 1) * 0.5
      }, covariance
    )
  }

  @Test(arguments: [1, 5]) func theScaleFindsTheOptimalRate(dimensions: Int) throws {
    let (energy, _) = try Self.gaussian(dimensions)
    var chains = ParallelChains(
      MetropolisHastings(energy, GaussianWalk(adapting: .scale, from: 100)),
      at: Tensor(zeros: [8, dimensions]), key: RandomKey(seed: 1))
    try chains.warmUp(steps: 1000)
    let scale = chains.kernel.proposal.walk.scale
    let (rate, error) = try Self.acceptance(of: &chains)
    let optimum = 0.234 + 0.206 / Double(dimensions)
    #expect(abs(rate - optimum) < 0.03 + 4 * error, "scale \(scale), rate \(rate) ± \(error)")
    #expect(chains.kernel.proposal.walk.scale == scale, "adaptation ended with the warm-up")
  }

  @Test func theShapeIsLearntFromWhereTheChainsWent() throws {
    let (energy, covariance) = try Self.gaussian(5)
    var chains = ParallelChains(
      MetropolisHastings(energy, GaussianWalk(adapting: .covariance, from: 0.3)),
      at: Tensor(zeros: [8, 5]), key: RandomKey(seed: 2))
    try chains.warmUp(steps: 4000)
    let factor = try #require(chains.kernel.proposal.walk.factor)
    // L⁻¹ Σ L⁻ᵀ is near the identity: eigenvalues within the noise of some 8 · 1400 / 30 draws.
    let whitener = try factor.inverse()
    let white = whitener.matmul(covariance).matmul(whitener, transposingOther: true)
    let eigenvalues = try white.symmetricEigen().values
    #expect(eigenvalues[0] > 0.6 && eigenvalues[4] < 1.6, "\(eigenvalues)")
    let (rate, error) = try Self.acceptance(of: &chains)
    #expect(abs(rate - 0.275) < 0.03 + 4 * error, "rate \(rate) ± \(error)")
  }

  @Test func adaptationDoesNotDependOnTheThreads() throws {
    let (energy, _) = try Self.gaussian(3)
    func run(_ workers: Workers) throws -> ([Double], Double) {
      var chains = ParallelChains(
        MetropolisHastings(energy, GaussianWalk(adapting: .covariance)),
        at: Tensor(normal: [200, 3], using: RandomKey(seed: 3)), key: RandomKey(seed: 4))
      try chains.warmUp(steps: 100, on: workers)
      try chains.advance(by: 20, on: workers)
      return (chains.position.elements, chains.kernel.proposal.walk.scale)
    }
    let (alone, scale) = try run(.single)
    let (together, otherScale) = try run(Workers(count: 3))
    #expect(alone == together)
    #expect(scale == otherScale)
  }

  @Test func partsOfACycleAdaptByThemselves() throws {
    let (energy, _) = try Self.gaussian(2)
    let kernel = MetropolisHastings(energy, GaussianWalk(adapting: .scale, from: 9))
      .followed(by: MetropolisHastings(energy, GaussianWalk(scale: 0.7)).repeated(2))
    var chains = ParallelChains(kernel, at: Tensor(zeros: [16, 2]), key: RandomKey(seed: 5))
    try chains.warmUp(steps: 300)
    let scale = chains.kernel.first.proposal.walk.scale
    #expect(scale > 0.05 && scale < 2, "\(scale)")
    #expect(chains.kernel.second.kernel.proposal.walk.scale == 0.7)
  }

  /// The mean rate of acceptance of 1000 further steps, with its standard error between chains.
  private static func acceptance<Energy, Q>(
    of chains: inout ParallelChains<MetropolisHastings<Energy, Q>>
  ) throws -> (Double, Double) {
    var state = chains.kernel.makeState(at: Tensor<Energy.Scalar>(chains.position))
    var sums = [Double](repeating: 0, count: chains.chainCount)
    for step in 0..<1000 {
      let info = chains.kernel.step(
        &state, using: ChainRandom(key: RandomKey(seed: 77), step: step))
      for (chain, p) in (info.acceptanceProbabilities ?? []).enumerated() { sums[chain] += p }
    }
    let estimate = MeanEstimate(of: sums.map { $0 / 1000 })
    return (estimate.mean, estimate.standardError)
  }
}
