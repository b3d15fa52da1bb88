import Joule
import JouleTestSupport
import Testing

/// Step sizes and masses that are found while chains warm up.
@Suite struct TrajectoryAdaptationTests {
  /// Standard deviations 0.01, 0.1, 1, 10 and correlations of 0.6.
  static func target() throws -> (QuadraticEnergy<Double>, covariance: Tensor<Double>) {
    let scales = [0.01, 0.1, 1, 10]
    let covariance = Tensor<Double>(
      (0..<4).map { i in (0..<4).map { j in (i == j ? 1 : 0.6) * scales[i] * scales[j] } })
    return (QuadraticEnergy(precision: try covariance.inverse()), covariance)
  }

  /// The mean acceptance of further steps.
  private func acceptance<Kernel: TransitionKernel>(
    of chains: ParallelChains<Kernel>, steps: Int = 100
  ) -> Double {
    var state = chains.kernel.makeState(at: chains.position)
    let infos = (0..<steps).map {
      chains.kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 61), step: $0))
    }
    return infos.meanAcceptance ?? .nan
  }

  /// Where all variables have one period, as a mass makes them here, a path of fixed length meets it at some
  /// step sizes: acceptance rises again there, and fifty steps of any search may end on the wrong side. So the
  /// step alone adapts, over more steps than that, in many variables, where acceptance falls off between.
  @Test(arguments: [0.6, 0.8, 0.95]) func acceptanceComesToWhatIsAimedAt(target: Double) throws {
    let count = 64
    let model = QuadraticEnergy(precision: Tensor<Double>.identity(count))
    var chains = ParallelChains(
      HamiltonianMonteCarlo(
        model, steps: 5, adapting: .stepSize, targetAcceptance: target, from: 1e3),
      at: Tensor(normal: [32, count], using: RandomKey(seed: 62)), key: RandomKey(seed: 63))
    try chains.warmUp(steps: 400)
    let stepSize = chains.kernel.stepSize
    #expect(abs(acceptance(of: chains) - target) < 0.04, "step size \(stepSize)")
    try chains.advance(by: 20)
    #expect(chains.kernel.stepSize == stepSize, "adaptation ended with the warm-up")
  }

  @Test func langevinFindsItsStepAcrossOrdersOfMagnitude() throws {
    let (model, _) = try Self.target()
    for start in [1e-9, 1e6] {
      var chains = ParallelChains(
        MetropolisAdjustedLangevin(model, adapting: .stepSize, from: start),
        at: Tensor(zeros: [32, 4]), key: RandomKey(seed: 64))
      try chains.warmUp(steps: 300)
      #expect(abs(acceptance(of: chains) - 0.574) < 0.05)
      #expect(chains.kernel.metric == .unit(4))
    }
  }

  @Test func aDiagonalMassHasTheVariances() throws {
    let (model, covariance) = try Self.target()
    var chains = ParallelChains(
      NoUTurnSampler(model), at: Tensor(normal: [16, 4], using: RandomKey(seed: 65)),
      key: RandomKey(seed: 66))
    try chains.warmUp(steps: 600)
    let mass = chains.kernel.metric.inverseMass
    for i in 0..<4 {
      // The last window has 16 · 400 draws, hardly correlated; 10⁻³ of the floor weighs 5 in so many.
      #expect(abs(mass[i, i] / covariance[i, i] - 1) < 0.15, "variable \(i): \(mass[i, i])")
    }
    #expect(abs(acceptance(of: chains, steps: 50) - 0.8) < 0.08)
  }

  @Test func aDenseMassWhitensTheTarget() throws {
    let (model, covariance) = try Self.target()
    var chains = ParallelChains(
      NoUTurnSampler(model, adapting: .denseMass),
      at: Tensor(normal: [16, 4], using: RandomKey(seed: 67)), key: RandomKey(seed: 68))
    try chains.warmUp(steps: 600)
    let whitener = try chains.kernel.metric.inverseMass.cholesky().inverse()
    let white = whitener.matmul(covariance).matmul(whitener, transposingOther: true)
    let eigenvalues = try white.symmetricEigen().values
    #expect(eigenvalues[0] > 0.8 && eigenvalues[3] < 1.25, "\(eigenvalues)")
  }

  @Test func windowsAreThoseOfStan() {
    let thousand = WarmUpSchedule(steps: 1000)
    #expect(thousand.initial == 75 && thousand.final == 50)
    #expect(thousand.windows == [25, 50, 100, 200, 500])
    #expect(thousand.windowEnds == [100, 150, 250, 450, 950])
    #expect(WarmUpSchedule(steps: 150).windows == [25])
    #expect(WarmUpSchedule(steps: 100) == WarmUpSchedule(steps: 100))
    #expect(WarmUpSchedule(steps: 100).windows == [75])
    #expect(WarmUpSchedule(steps: 19).windows.isEmpty)
    for steps in 0..<3000 where WarmUpSchedule(steps: steps).steps != steps {
      Issue.record("a warm-up of \(steps) steps has \(WarmUpSchedule(steps: steps).steps)")
    }
  }

  /// The recursion of Hoffman and Gelman (2014), eq. 6, written out.
  @Test func dualAveragingIsTheRecursion() {
    let acceptances = (0..<50).map { Double(($0 * 37) % 11) / 10 }
    var averaging = DualAveraging(stepSize: 0.3, target: 0.8)
    var (sum, average) = (0.0, 0.0)
    for (index, found) in acceptances.enumerated() {
      averaging.update(acceptance: found)
      let t = Double(index + 1)
      sum = (1 - 1 / (t + 10)) * sum + (0.8 - found) / (t + 10)
      let logStep = MonteCarlo.log(3) - t.squareRoot() / 0.05 * sum
      let weight = MonteCarlo.exp(-0.75 * MonteCarlo.log(t))
      average = weight * logStep + (1 - weight) * average
      #expect(abs(MonteCarlo.log(averaging.stepSize) - logStep) < 1e-10)
      #expect(abs(MonteCarlo.log(averaging.averagedStepSize) - average) < 1e-10)
    }
  }

  @Test func discreteLangevinFindsItsStep() throws {
    let machine = GradientTargets.machine
    // Proposals of this machine are accepted at 0.65 however large the step: more can be aimed at, less cannot.
    var chains = ParallelChains(
      DiscreteLangevin(adapting: machine, targetAcceptance: 0.8), at: Tensor(zeros: [64, 6]),
      key: RandomKey(seed: 69))
    try chains.warmUp(steps: 300)
    #expect(abs(acceptance(of: chains) - 0.8) < 0.06, "step size \(chains.kernel.stepSize)")
    var unreachable = ParallelChains(
      DiscreteLangevin(adapting: machine, targetAcceptance: 0.4), at: Tensor(zeros: [64, 6]),
      key: RandomKey(seed: 69))
    try unreachable.warmUp(steps: 300)
    typealias Kernel = DiscreteLangevin<RestrictedBoltzmannMachine<Double>>
    #expect(unreachable.kernel.stepSize == Kernel.largestStepSize)
  }
}
