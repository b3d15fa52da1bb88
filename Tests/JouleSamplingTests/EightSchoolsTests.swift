import Joule
import JouleTestSupport
import Testing

/// NUTS on the standard example of a hierarchical model, against its exact posterior.
@Suite struct EightSchoolsTests {
  private static let model = HierarchicalNormal<Double>.eightSchools

  /// Posterior means and variances of μ, τ and θ, without a sampler: given τ all is normal, so that one
  /// integral over log τ is left.
  ///
  ///     y | τ ~ N(0, D + s_μ² 1 1ᵀ), D = diag(σᵢ² + τ²);   μ | τ, y ~ N(m, 1/q),
  ///     q = Σ 1/Dᵢ + 1/s_μ²,   m = Σ (yᵢ/Dᵢ) / q,   θᵢ | μ, τ, y ~ N(b yᵢ + (1 − b) μ, b σᵢ²),   b = τ²/Dᵢ
  private static func exactMoments() -> (means: [Double], variances: [Double]) {
    let (groups, scales) = (model.means.indices, model.priorScales)
    var (total, first) = (0.0, [Double](repeating: 0, count: model.variableCount))
    var second = first
    for place in 0..<4000 {
      // Equally spaced and nothing at the ends, so that the trapezoidal rule has every digit.
      let logSpread = -30 + 0.01 * Double(place)
      let square = MonteCarlo.exp(2 * logSpread)
      let inverses = groups.map { 1 / (model.errors[$0] * model.errors[$0] + square) }
      let precision = inverses.reduce(1 / (scales.mean * scales.mean), +)
      let center = groups.reduce(0) { $0 + inverses[$1] * model.means[$1] } / precision
      var logDensity = (precision * center * center - MonteCarlo.log(precision)) / 2 + logSpread
      logDensity -= MonteCarlo.log(1 + square / (scales.spread * scales.spread))
      for group in groups {
        let y = model.means[group]
        logDensity += (MonteCarlo.log(inverses[group]) - inverses[group] * y * y) / 2
      }
      let weight = MonteCarlo.exp(logDensity)
      var (means, variances) = ([center, MonteCarlo.exp(logSpread)], [1 / precision, 0])
      for group in groups {
        let share = square * inverses[group]
        means.append(share * model.means[group] + (1 - share) * center)
        let error = model.errors[group]
        variances.append((1 - share) * (1 - share) / precision + share * error * error)
      }
      total += weight
      for index in first.indices {
        first[index] += weight * means[index]
        second[index] += weight * (means[index] * means[index] + variances[index])
      }
    }
    let means = first.map { $0 / total }
    return (means, zip(second, means).map { $0 / total - $1 * $1 })
  }

  /// The largest error of a mean or a standard deviation, in Monte-Carlo standard errors.
  private static func worstError<Model: DifferentiableEnergy>(
    of model: Model, _ key: RandomKey
  ) throws -> Double where Model.Scalar == Double {
    let schools = Self.model
    var chains = ParallelChains(
      NoUTurnSampler(model, targetAcceptance: 0.9),
      at: Tensor(normal: [4, schools.variableCount], using: key.folded("starts")), key: key)
    let plan = SamplingPlan(warmUp: 1000, samples: 2000)
    let trace = try chains.sample(
      plan,
      observing: DrawTrace(
        Observable(schools.parameterNames) { rows in schools.parameters(of: rows) }))
    let exact = exactMoments()
    let lines = Draws(trace.values, variableNames: trace.names).diagnostics()
    return try lines.indices.map { index in
      let line = lines[index]
      let errors = (
        try #require(line.meanError), try #require(line.standardDeviationError)
      )
      return max(
        abs(line.mean - exact.means[index]) / errors.0,
        abs(line.standardDeviation - exact.variances[index].squareRoot()) / errors.1)
    }.max() ?? .infinity
  }

  /// Twenty figures: one beyond four errors by chance would be one run in eight hundred.
  @Test func meansAndDeviationsAreThoseOfTheExactPosterior() throws {
    let worst = try Self.worstError(of: Self.model, RandomKey(seed: 81))
    #expect(worst < 4)
  }

  /// Whoever samples log τ and forgets what that does to the density has another posterior, and it shows.
  @Test func aDensityOfTheWrongVariableShows() throws {
    let model = Self.model
    let wrong = DifferentiableEnergyFunction<Double>(variableCount: model.variableCount) { x in
      var gradient = x
      var energies = model.energy(of: x, gradient: &gradient)
      // τ² in place of τ: the term counted twice.
      for row in 0..<x.shape[0] {
        energies[row] -= x[row, 1]
        gradient[row, 1] -= 1
      }
      return (energies, gradient)
    }
    let worst = try Self.worstError(of: wrong, RandomKey(seed: 82))
    #expect(worst > 8, "\(worst)")
  }
}
