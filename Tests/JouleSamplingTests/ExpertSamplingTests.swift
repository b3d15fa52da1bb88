import Joule
import JouleTestSupport
import Testing

/// Kernels of every kind sample products and mixtures of experts; those of other weights do not.
@Suite struct ExpertSamplingTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>

  static let machine = Machine(
    weights: Tensor([[1.2, -0.7], [-0.9, 1.1], [0.8, 0.6], [-1.3, 0.4]]),
    visibleBias: Tensor([0.2, -0.4, 0.3, 0.5]), hiddenBias: Tensor([-0.2, 0.3]))
  static let spins = FiniteTargets.square
  static let bits = StateSpace<Double>(binary: 4)

  /// p of every state from sums over hidden units and edges, written out.
  static func probabilities(_ weights: [Double]) -> [Double] {
    let brute = BruteForceMachine(
      weights: machine.weights, visibleBias: machine.visibleBias, hiddenBias: machine.hiddenBias)
    let spinEnergies = spins.energy(of: bits.rows).elements
    let masses = (0..<16).map { state in
      MonteCarlo.exp(
        -weights[0] * brute.freeEnergy(visible: state) - weights[1] * spinEnergies[state])
    }
    let total = masses.reduce(0, +)
    return masses.map { $0 / total }
  }

  static func product(_ weights: [Double]) throws -> ProductOfExperts<
    EitherEnergy<Machine, IsingModel<Double>>
  > {
    try ProductOfExperts(machine, spins, weights: weights)
  }

  /// Two machines, for kernels that need a gradient: p by the machine that they make together.
  static func pair(_ weights: [Double]) throws -> ProductOfExperts<Machine> {
    let other = Machine(
      weights: machine.weights * -0.5, visibleBias: machine.visibleBias,
      hiddenBias: machine.hiddenBias + 0.7)
    return try ProductOfExperts([machine, other], weights: weights)
  }

  private func passes<Kernel: TransitionKernel>(
    _ kernel: Kernel, _ probabilities: [Double], draws: Int = 60_000
  ) throws -> Bool where Kernel.Scalar == Double {
    let report = try KernelOracle(over: Self.bits, probabilities: probabilities, draws: draws)
      .report(on: kernel)
    return report.passes && report.isIrreducible
  }

  @Test func discreteKernelsSampleProducts() throws {
    let weights = [1.0, 0.6]
    let expected = Self.probabilities(weights)
    let product = try Self.product(weights)
    #expect(try passes(MetropolisHastings(product, BitFlip<Double>()), expected))
    #expect(try passes(Gibbs(product), expected))
    #expect(try passes(Gibbs(product, scan: .random, rule: .metropolized), expected))
    // With the other weight they sample something else.
    let wrong = try Self.product([1, 1])
    #expect(try !passes(MetropolisHastings(wrong, BitFlip<Double>()), expected))
    #expect(try !passes(Gibbs(wrong), expected))
  }

  @Test func gradientKernelsOfBitsSampleProducts() throws {
    let pair = try Self.pair([1, 1])
    let closed = try pair.closedForm()
    let brute = BruteForceMachine(
      weights: closed.weights, visibleBias: closed.visibleBias, hiddenBias: closed.hiddenBias)
    let masses = (0..<16).map { MonteCarlo.exp(-brute.freeEnergy(visible: $0)) }
    let total = masses.reduce(0, +)
    let expected = masses.map { $0 / total }
    #expect(try passes(GibbsWithGradients(pair), expected))
    #expect(try passes(BlockGibbs(closed), expected))
    #expect(try !passes(GibbsWithGradients(try Self.pair([1, 0.5])), expected))
  }

  @Test func discreteKernelsSampleMixtures() throws {
    let pair = try Self.pair([1, 1]).experts
    let mixture = try MixtureOfExperts(
      pair, logPartitions: pair.map { ExactPartition.logPartition(of: $0) },
      proportions: [0.4, 0.6])
    var expected = [Double](repeating: 0, count: 16)
    for (machine, share) in zip(pair, [0.4, 0.6]) {
      let joint = machine.jointProbabilities()
      for state in 0..<16 { expected[state] += share * joint.row(state).sum() }
    }
    #expect(try passes(Gibbs(mixture), expected))
    #expect(try passes(GibbsWithGradients(mixture), expected))
    #expect(try !passes(Gibbs(try Self.pair([1, 1])), expected))
  }

  /// Chains that start at exact draws from the closed form of two normal distributions stay there.
  @Test func continuousKernelsSampleProducts() throws {
    let experts = [
      try NormalDistribution<Double>(
        mean: Tensor([1, -1]), covariance: Tensor([[2, 0.5], [0.5, 1]])),
      try NormalDistribution<Double>(
        mean: Tensor([-1, 2]), covariance: Tensor([[1, -0.4], [-0.4, 3]])),
    ]
    let precisions = try experts.map {
      try $0.factor.matmul($0.factor, transposingOther: true).inverse()
    }
    let covariance = try (precisions[0] + precisions[1]).inverse()
    let mean = covariance.matmul(
      precisions[0].matmul(experts[0].mean) + precisions[1].matmul(experts[1].mean))
    let test = StationarityTest(of: try NormalDistribution(mean: mean, covariance: covariance))
    let product = try ProductOfExperts(experts)
    let wrong = try ProductOfExperts(experts, weights: [1, 0.7])
    func check<Kernel: TransitionKernel>(
      _ make: (ProductOfExperts<NormalDistribution<Double>>) -> Kernel
    ) throws where Kernel.Scalar == Double {
      let (right, control) = (
        try test.report(on: make(product), after: [1, 5], chains: 4000),
        try test.report(on: make(wrong), after: [1, 5], chains: 4000)
      )
      #expect(right.passes, "\(right)")
      #expect(!control.passes, "\(control)")
    }
    try check { MetropolisHastings($0, GaussianWalk(scale: 0.8)) }
    try check { MetropolisAdjustedLangevin($0, stepSize: 0.7) }
    try check { HamiltonianMonteCarlo($0, stepSize: 0.4, steps: 5) }
  }
}
