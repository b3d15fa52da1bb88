import Joule
import JouleTestSupport
import Testing

/// Mixtures as models: densities, gradients, draws, files.
@Suite struct MixtureTests {
  static let key = RandomKey(seed: 41)

  static func bernoulli(components: Int, variables: Int) -> BernoulliMixture<Double> {
    BernoulliMixture(
      weightLogits: Tensor(normal: [components], using: key.folded("weights")),
      components: BernoulliComponents(
        logits: Tensor(normal: [components, variables], using: key.folded("logits")) * 1.5))
  }

  static func gaussian(
    _ covariance: GaussianComponents.Covariance, components: Int = 3, variables: Int = 4
  ) throws -> GaussianMixture<Double> {
    let shape =
      switch covariance {
      case .spherical: [components]
      case .diagonal: [components, variables]
      case .full: [components, variables, variables]
      }
    return GaussianMixture(
      weightLogits: Tensor(normal: [components], using: key.folded("weights")),
      components: try GaussianComponents(parameters: [
        Tensor(normal: [components, variables], using: key.folded("means")) * 2,
        Tensor(normal: shape, using: key.folded("spread")) * 0.6,
      ]))
  }

  static let covariances = GaussianComponents.Covariance.allCases

  @Test(arguments: [(1, 3), (3, 8), (7, 10)])
  func bitProbabilitiesSumToOneAndAreTheFormula(components: Int, variables: Int) {
    let model = Self.bernoulli(components: components, variables: variables)
    let states: Tensor<Double> = States.all(of: variables)
    let density = model.logDensity(of: states)
    #expect(abs(density.exp().sum() - 1) < 1e-13)
    let weights = model.parameters["weight_logits"].exp()
    let (pi, p) = (weights / weights.sum(), model.parameters["logits"].logistic())
    for row in stride(from: 0, to: states.shape[0], by: 5) {
      var expected = 0.0
      for k in 0..<components {
        expected += (0..<variables).reduce(pi[k]) {
          $0 * (states[row, $1] == 1 ? p[k, $1] : 1 - p[k, $1])
        }
      }
      #expect(abs(density[row] - MonteCarlo.log(expected)) < 1e-12)
    }
  }

  /// Against the density of `NormalDistribution`, which is written another way, with its covariance made
  /// from the parameters.
  @Test(arguments: covariances)
  func normalDensitiesAreThoseOfNormals(covariance: GaussianComponents.Covariance) throws {
    let n = 4
    let model = try Self.gaussian(covariance, variables: n)
    let spread = model.parameters["spread"]
    let rows = Tensor<Double>(normal: [9, n], using: Self.key.folded("rows")) * 3
    let weights = model.logWeights
    var terms = Tensor<Double>(zeros: [9, 3])
    for k in 0..<3 {
      var precision = Tensor<Double>.identity(n)
      var factor = Tensor<Double>(zeros: [n, n])
      for i in 0..<n {
        switch covariance {
        case .spherical: precision[i, i] = MonteCarlo.exp(-spread[k])
        case .diagonal: precision[i, i] = MonteCarlo.exp(-spread[k, i])
        case .full:
          factor[i, i] = MonteCarlo.exp(spread[k, i, i])
          for j in i + 1..<n where j < n { factor[i, j] = spread[k, i, j] }
        }
      }
      if covariance == .full { precision = factor.matmul(factor, transposingOther: true) }
      let normal = try NormalDistribution(
        mean: model.parameters["means"].row(k), covariance: precision.inverse())
      let densities = normal.logDensity(of: rows)
      for row in 0..<9 { terms[row, k] = weights[k] + densities[row] }
    }
    let expected = terms.logSumExp(along: 1)
    let difference = model.logDensity(of: rows) - expected
    // Squares of some hundreds, from factors of condition up to a hundred.
    #expect(difference.largestMagnitude < 1e-10)
  }

  /// Data far from zero cost no digits: everything moves along.
  @Test(arguments: covariances)
  func densitiesMoveWithTheData(covariance: GaussianComponents.Covariance) throws {
    let model = try Self.gaussian(covariance)
    var moved = model
    moved.parameters.entries[1].value += 1_048_576
    let rows = Tensor<Double>(normal: [9, 4], using: Self.key.folded("rows"))
    let difference = model.logDensity(of: rows) - moved.logDensity(of: rows + 1_048_576)
    // Differences of numbers near 2²⁰ lose 20 bits; squares and their sum, a few more.
    #expect(difference.largestMagnitude < 1e-7)
  }

  static func models() throws -> [any DifferentiableModel] {
    try [bernoulli(components: 3, variables: 5)] + covariances.map { try gaussian($0) }
  }

  @Test func gradientsMatchCentralDifferences() throws {
    for model in try Self.models() { try Self.checkGradients(of: model) }
  }

  private static func checkGradients<Model: DifferentiableModel>(of model: Model) throws {
    let n = model.variableCount
    let rows = Tensor<Double>(normal: [6, n], using: key.folded("rows"))
    let rowWeights = Tensor<Double>([0.3, -1.2, 2, 0.7, 0.05, 1])
    let gradient = model.gradient(at: rows, rowWeights: rowWeights)
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return moved.energy(of: rows).dot(rowWeights)
    }
    #expect(
      FiniteDifferences.largestDifference(gradient, expected) < 1e-7, "\(type(of: model))")

    var slopes = Tensor<Double>(zeros: [6, n])
    let energies = model.energy(of: rows, gradient: &slopes)
    #expect(energies == -model.logDensity(of: rows))
    for column in 0..<n {
      var (above, below) = (rows, rows)
      for row in 0..<6 {
        above[row, column] += 1e-5
        below[row, column] -= 1e-5
      }
      let difference = (model.energy(of: above) - model.energy(of: below)) * 0.5e5
      for row in 0..<6 {
        #expect(abs(difference[row] - slopes[row, column]) < 1e-7 * max(1, abs(difference[row])))
      }
    }
    var sum = model.parameters
    for index in sum.entries.indices { sum.entries[index].value.fill(.nan) }
    let terms = [0..<2, 2..<6].map { range in
      GradientTerm<Model>(
        model.complete(rows.rows(range)), weight: 1, rowWeights: rowWeights.slice(range))
    }
    model.accumulateGradient(of: terms, into: &sum, scalingPreviousBy: 0, on: Workers(count: 2))
    #expect(FiniteDifferences.largestDifference(sum, gradient) < 1e-12)
  }

  /// 100,000 draws: state frequencies of bits, first and second moments of normals.
  @Test func drawsHaveTheProbabilitiesOfTheModel() {
    let model = Self.bernoulli(components: 3, variables: 4)
    let probabilities = model.logDensity(of: States.all(of: 4)).exp().elements
    let draws = model.sample(count: 100_000, using: ChainRandom(key: RandomKey(seed: 8)))
    let states = States.numbers(of: draws)
    func distance(_ p: [Double]) -> Double { MonteCarlo.totalVariation(of: states, from: p) }
    let floor = MonteCarlo.floor(of: probabilities, count: 100_000)
    #expect(distance(probabilities) < 2 * floor)
    let other = Self.bernoulli(components: 2, variables: 4)
    #expect(distance(other.logDensity(of: States.all(of: 4)).exp().elements) > 10 * floor)
  }

  @Test(arguments: covariances)
  func normalDrawsHaveTheMomentsOfTheModel(covariance: GaussianComponents.Covariance) throws {
    let model = try Self.gaussian(covariance)
    let draws = model.sample(count: 100_000, using: ChainRandom(key: RandomKey(seed: 8)))
    // The mean of ∂E/∂θ under the model is zero, for every parameter: first and second moments at once.
    var slopes: [[Double]] = []
    for start in stride(from: 0, to: 100_000, by: 1000) {
      let gradient = model.gradient(at: draws.rows(start..<start + 1000))
      slopes.append(gradient.entries.flatMap(\.value.elements))
    }
    let scores = slopes[0].indices.compactMap { index -> Double? in
      let values = slopes.map { $0[index] }
      // Below the diagonal of a full factor there is no parameter.
      return values.allSatisfy { $0 == 0 } ? nil : MonteCarlo.zScore(of: values, expected: 0)
    }
    #expect(scores.count >= 3 + 12 + 3)
    #expect((scores.map { abs($0) }.max() ?? .infinity) < 4.5, "\(scores)")
  }

  @Test func anArchiveKeepsTheModel() throws {
    var archive = Archive()
    let bits = Self.bernoulli(components: 2, variables: 3)
    bits.archive(into: &archive)
    #expect(try BernoulliMixture<Double>(from: archive) == bits)
    for covariance in Self.covariances {
      let model = try Self.gaussian(covariance)
      archive = Archive()
      model.archive(into: &archive)
      #expect(try GaussianMixture<Double>(from: archive) == model)
    }
    archive.store(Tensor<Double>(zeros: [3, 4, 5]), as: "spread")
    #expect(
      throws: ArchiveError.shape(
        "spread", found: [3, 4, 5], expected: "[3], [3, 4] or [3, 4, 4]")
    ) { try GaussianMixture<Double>(from: archive) }
  }
}

/// What the tests ask of a mixture in Double.
protocol DifferentiableModel: NormalizedModel, DifferentiableEnergy
where Scalar == Double, Completion == Tensor<Double> {}

extension MixtureModel: DifferentiableModel where Scalar == Double {}

extension Tensor {
  /// Some elements of a vector.
  fileprivate func slice(_ range: Range<Int>) -> Tensor {
    Tensor(Array(elements[range]))
  }
}
