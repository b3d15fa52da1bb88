import Joule
import JouleTestSupport
import Testing

/// Gradients in standardised parameters, and by the Fisher metric.
@Suite struct GradientMetricTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>
  static let machine = Fixtures.machine
  static let batch: Tensor<Double> = States.rows([3, 9, 12, 5, 5], count: 4)

  static func exactGradient(_ machine: Machine) -> ParameterSet<Double> {
    let estimator = ExactGradient<Machine>()
    var state = estimator.makeState(
      for: machine,
      data: DataStatistics(rowCount: 5, means: batch.mean(along: 0), examples: batch),
      key: RandomKey(seed: 0))
    var gradient = machine.parameters.zeros()
    estimator.estimate(
      machine, at: batch, step: 0, state: &state, into: &gradient, on: .single)
    return gradient
  }

  /// A step in the parameters of standardised variables, by differences of the likelihood, converted back by
  /// loops.
  @Test func standardizedGradientIsAStepInStandardizedParameters() {
    let (mu, lambda) = ([0.3, 0.6, 0.2, 0.8], [0.4, 0.7, 0.1])
    let (sigma, tau) = ([0.9, 0.5, 0.7, 0.4], [0.8, 0.6, 0.5])
    /// θ of θ̃; linear but for what does not depend on θ̃.
    func converted(_ set: ParameterSet<Double>) -> ParameterSet<Double> {
      var result = set
      var weights = Tensor<Double>(zeros: [4, 3])
      var (visible, hidden) = (Tensor<Double>(zeros: [4]), Tensor<Double>(zeros: [3]))
      for i in 0..<4 {
        for j in 0..<3 { weights[i, j] = set["weights"][i, j] / sigma[i] / tau[j] }
      }
      for i in 0..<4 {
        visible[i] = set["visible_bias"][i] / sigma[i]
        for j in 0..<3 { visible[i] -= weights[i, j] * lambda[j] }
      }
      for j in 0..<3 {
        hidden[j] = set["hidden_bias"][j] / tau[j]
        for i in 0..<4 { hidden[j] -= weights[i, j] * mu[i] }
      }
      result.entries[0].value = weights
      result.entries[1].value = visible
      result.entries[2].value = hidden
      return result
    }
    /// θ̃ of the machine.
    var own = Self.machine.parameters
    var (visible, hidden) = (Tensor<Double>(zeros: [4]), Tensor<Double>(zeros: [3]))
    for i in 0..<4 {
      visible[i] = Self.machine.visibleBias[i]
      for j in 0..<3 { visible[i] += Self.machine.weights[i, j] * lambda[j] }
      visible[i] *= sigma[i]
    }
    var weights = Self.machine.weights
    for j in 0..<3 {
      hidden[j] = Self.machine.hiddenBias[j]
      for i in 0..<4 {
        hidden[j] += Self.machine.weights[i, j] * mu[i]
        weights[i, j] *= sigma[i] * tau[j]
      }
      hidden[j] *= tau[j]
    }
    own.entries[0].value = weights
    own.entries[1].value = visible
    own.entries[2].value = hidden
    #expect(
      FiniteDifferences.largestDifference(converted(own), Self.machine.parameters) < 1e-14)

    let slope = FiniteDifferences.gradient(at: own) { parameters in
      var moved = Self.machine
      moved.parameters = converted(parameters)
      return moved.energy(of: Self.batch).mean() + Fixtures.bruteForce(moved).logPartition
    }
    let expected = converted(slope)

    let offsets = CenteringOffsets<Double>(visible: Tensor(mu), hidden: Tensor(lambda))
    var gradient = Self.exactGradient(Self.machine)
    Self.machine.center(&gradient, offsets: offsets)
    Self.machine.standardize(
      &gradient, offsets: offsets,
      variances: CenteringOffsets(
        visible: Tensor(sigma) * Tensor(sigma), hidden: Tensor(tau) * Tensor(tau)))
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-7)
  }

  /// With a floor of 1 every variance counts as the largest, and standardising is centring, to the bit of the
  /// weights.
  @Test func aFloorOfOneLeavesCentring() {
    let statistics = DataStatistics(
      rowCount: 5, means: Self.batch.mean(along: 0), examples: Self.batch)
    let base = PersistentContrastiveDivergence(chains: 7) { BlockGibbs<Machine>($0) }
    func estimate<Estimator: GradientEstimator>(
      _ estimator: Estimator
    ) -> ParameterSet<Double> where Estimator.Model == Machine {
      var state = estimator.makeState(
        for: Self.machine, data: statistics, key: RandomKey(seed: 3))
      var gradient = Self.machine.parameters.zeros()
      estimator.estimate(
        Self.machine, at: Self.batch, step: 0, state: &state, into: &gradient, on: .single)
      return gradient
    }
    let centered = estimate(Centered(base))
    #expect(
      FiniteDifferences.largestDifference(centered, estimate(Standardized(base, floor: 1))) < 1e-14)
    #expect(
      FiniteDifferences.largestDifference(centered, estimate(Standardized(base, floor: 0.5))) > 0.01
    )
  }

  /// The metric is the curvature of the divergence: KL(θ ‖ θ + δ) = ½ δᵀFδ + O(δ³), by enumeration. The natural
  /// gradient g′ of a gradient g has (F + d) g′ = g, so that for a small step δ = η g′ this is
  /// ½ η (δᵀg − d δᵀg′).
  @Test func theExactMetricIsTheCurvatureOfTheDivergence() {
    let damping = 1e-6
    let natural = ExactNaturalGradient(ExactGradient<Machine>(), damping: damping)
    var state = natural.makeState(
      for: Self.machine,
      data: DataStatistics(rowCount: 5, means: Self.batch.mean(along: 0), examples: Self.batch),
      key: RandomKey(seed: 0))
    var turned = Self.machine.parameters.zeros()
    natural.estimate(
      Self.machine, at: Self.batch, step: 0, state: &state, into: &turned, on: Workers(count: 2))
    let gradient = Self.exactGradient(Self.machine)
    func dot(_ a: ParameterSet<Double>, _ b: ParameterSet<Double>) -> Double {
      zip(a.entries, b.entries).reduce(0) {
        $0
          + $1.0.value.reshaped(to: [$1.0.value.count]).dot(
            $1.1.value.reshaped(to: [$1.1.value.count]))
      }
    }
    func divergence(_ step: Double) -> Double {
      var moved = Self.machine
      for index in turned.entries.indices {
        moved.parameters.entries[index].value -= turned.entries[index].value * step
      }
      let p = Fixtures.bruteForce(Self.machine).visibleProbabilities
      let q = Fixtures.bruteForce(moved).visibleProbabilities
      return zip(p, q).reduce(0) { $0 + $1.0 * MonteCarlo.log($1.0 / $1.1) }
    }
    // The mean of both directions has no third order. The fourth is 1.2 % of the second at a length of 10⁻²,
    // as the direction is one of little curvature; it falls with the square of the length.
    let scale = 1e-3 / dot(turned, turned).squareRoot()
    let expected = scale * scale * (dot(turned, gradient) - damping * dot(turned, turned)) / 2
    let found = (divergence(scale) + divergence(-scale)) / 2
    #expect(abs(found / expected - 1) < 1e-3, "\(found), expected \(expected)")
  }

  /// The blocks by Gram matrices beside the blocks written out.
  @Test func blocksSolveTheSystemsThatTheyStandFor() throws {
    let uniform = Tensor<Double>(uniform: [9, 4], using: RandomKey(seed: 6))
    let rows = Tensor<Double>(shape: [9, 4], elements: uniform.elements.map { $0 < 0.5 ? 0 : 1 })
    let samples = Self.machine.complete(rows)
    let gradient = Self.exactGradient(Self.machine)
    let damping = 0.03
    var turned = gradient
    Self.machine.solveFisherBlocks(
      &turned, samples: samples, damping: damping, on: Workers(count: 2))

    func solved(_ scores: Tensor<Double>, _ right: [Double]) throws -> [Double] {
      let centered = scores - scores.mean(along: 0)
      var matrix = centered.transposed().matmul(centered) * (1.0 / 9)
      for index in right.indices { matrix[index, index] += damping }
      return try LU(factoring: matrix.elements.span, order: right.count).solve(right.span)
    }
    for unit in 0..<3 {
      let means = (0..<9).map { samples.hiddenMean[$0, unit] }
      var scores = Tensor<Double>(zeros: [9, 5])
      for row in 0..<9 {
        for column in 0..<4 { scores[row, column] = means[row] * rows[row, column] }
        scores[row, 4] = means[row]
      }
      let right = (0..<4).map { gradient["weights"][$0, unit] } + [gradient["hidden_bias"][unit]]
      let expected = try solved(scores, right)
      for column in 0..<4 {
        #expect(abs(turned["weights"][column, unit] - expected[column]) < 1e-11)
      }
      #expect(abs(turned["hidden_bias"][unit] - expected[4]) < 1e-11)
    }
    let expected = try solved(rows, gradient["visible_bias"].elements)
    for column in 0..<4 {
      #expect(abs(turned["visible_bias"][column] - expected[column]) < 1e-11)
    }
  }

  @Test func notANumberIsHandedOn() {
    var samples = Self.machine.complete(Self.batch)
    samples.hiddenMean[2, 1] = .nan
    var gradient = Self.exactGradient(Self.machine)
    Self.machine.solveFisherBlocks(&gradient, samples: samples, damping: 0.1, on: .single)
    #expect(gradient.firstNonFinite != nil)
  }

  @Test func neitherThreadsNorInterruptionsChangeABit() throws {
    let base = PersistentContrastiveDivergence(chains: 40) { SmallRuns.Kernel($0) }
    try SmallRuns.requireSameBytes(Standardized(base))
    try SmallRuns.requireSameBytes(NaturalGradient(base))
  }
}
