public import JouleAlgebra
import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// Fits mixtures by expectation maximization, from k-means++ starts.
///
///     r[i, k] = p(k | xᵢ),   π_k = Σᵢ r[i, k] / N,   θ_k the best for rows of weights r[·, k]
///
/// A step never lowers the mean log-likelihood, plus the prior's part where the limits stand for one.
/// Sums over rows are in Double and in the order of the rows, for any number of threads.
///
/// References: A. Dempster, N. Laird, D. Rubin, Maximum likelihood from incomplete data via the EM
/// algorithm, JRSS B 39 (1977); D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding,
/// SODA 2007.
public struct ExpectationMaximization<Components: MixtureComponents>: Sendable {
  public typealias Model = MixtureModel<Double, Components>

  public let componentCount: Int
  public let options: Components.Options
  public let limits: MixtureLimits

  /// - Parameters:
  ///   - componentCount: K, at least 1.
  ///   - options: what a component is.
  ///   - limits: what keeps components from degenerating.
  public init(
    componentCount: Int, options: Components.Options, limits: MixtureLimits = MixtureLimits()
  ) {
    precondition(componentCount > 0, "a mixture has at least one component, got \(componentCount)")
    self.componentCount = componentCount
    self.options = options
    self.limits = limits
  }

  /// What a step found.
  public struct Step: Sendable {
    /// The model after the step.
    public let model: Model
    /// (1/N) Σ log p(xᵢ) before it, in nats.
    public let meanLogLikelihood: Double
    /// The same and the prior's part, (1/N) log p(θ) up to a constant: what never falls.
    public let objective: Double
  }

  /// A component with less of all rows together than this part of one is empty: it stays where it is, with
  /// next to no weight.
  private static var leastTotal: Double { 1e-8 }
  /// Its weight, as a number of rows.
  private static var emptyTotal: Double { 1e-30 }

  /// One step of the algorithm.
  ///
  /// - Complexity: for K components and n variables, 4·K·n flops a row where components are independent
  ///   variables, 4·K·n² for full covariances.
  public func step(
    _ model: Model, on data: MixtureData, workers: Workers = .single
  ) -> Step {
    let (components, logWeights) = (model.components, model.logWeights)
    let sums = data.sum(componentCount: componentCount, on: workers, components: components) {
      MixturePosterior(logDensities: components.logDensities(of: $0), logWeights: logWeights)
    }
    let count = Double(data.rowCount)
    let mean = sums.logDensity / count
    return Step(
      model: maximized(components, sums), meanLogLikelihood: mean,
      objective: mean + components.logPrior(limits: limits) / count)
  }

  private func maximized(
    _ components: Components, _ sums: MixtureSums<Components>
  ) -> Model {
    let isEmpty = sums.totals.elements.map { $0 < Self.leastTotal }
    let logits = sums.totals.elements.map { Double.log(Swift.max($0, Self.emptyTotal)) }
    return Model(
      weightLogits: Tensor(logits),
      components: components.maximized(sums.moments, isEmpty: isEmpty, limits: limits))
  }

  /// A start: centres by k-means++ among a sample of the rows, every row with the nearest. What a row misses (NaN) stands at
  /// the mean of its column for that.
  ///
  /// - Parameter key: another key, another start.
  public func start(
    on data: MixtureData, key: RandomKey, workers: Workers = .single
  ) -> Model {
    let rows = data.sample(Swift.max(2000, 20 * componentCount), key: key.folded("sample"))
    let means = GivenValues(rows)?.means
    @Sendable func complete(_ rows: Tensor<Double>) -> Tensor<Double> {
      guard let given = GivenValues(rows) else { return rows }
      return given.filled(with: means ?? given.means)
    }
    let sample = complete(rows)
    let mean = sample.mean(along: 0)
    let variance = (sample - mean).squared().mean()
    let centers = Self.centers(
      componentCount, of: sample, using: RandomStream(key: key.folded("centers")))
    let components = Components.initial(
      centers: centers, variance: Swift.max(variance, limits.leastVariance), options: options)
    let shifted = centers - mean
    let norms = shifted.squared().sum(along: 1) * -0.5
    let sums = data.sum(componentCount: componentCount, on: workers, components: components) {
      // |x − c|² is least where x·c − |c|²/2 is greatest.
      var closeness = (complete($0) - mean).matmul(shifted, transposingOther: true)
      closeness += norms
      return MixturePosterior(nearest: closeness.argmax(along: 1), count: componentCount)
    }
    return maximized(components, sums)
  }

  /// k-means++: every centre is a row, drawn in proportion to the squared distance to the nearest so far.
  static func centers(
    _ count: Int, of rows: Tensor<Double>, using stream: RandomStream
  ) -> Tensor<Double> {
    var stream = stream
    // About their mean, where |x|² + |c|² − 2 x·c loses the least; one product a centre.
    let centered = rows - rows.mean(along: 0)
    let norms = centered.squared().sum(along: 1)
    var chosen: [Int] = []
    var distances = Tensor<Double>([rows.shape[0]], repeating: 1)
    while chosen.count < count {
      let pick = Self.pick(by: distances, using: &stream)
      var found = norms - centered.matmul(centered.row(pick)) * 2 + norms[pick]
      found.clamp(to: 0...(.infinity))
      distances = chosen.isEmpty ? found : distances.minimum(with: found)
      distances[pick] = 0
      chosen.append(pick)
    }
    return rows.rows(at: chosen)
  }

  /// A row with a probability in proportion to its weight; any row where none has a weight, because rows are
  /// fewer than centres.
  private static func pick(by weights: Tensor<Double>, using stream: inout RandomStream) -> Int {
    let total = weights.sum()
    let uniform = stream.uniform(as: Double.self)
    guard total > 0 else { return Int(uniform * Double(weights.count)) }
    var rest = uniform * total
    var pick = 0
    for (row, weight) in weights.elements.enumerated() where weight > 0 {
      pick = row
      rest -= weight
      if rest < 0 { break }
    }
    return pick
  }
}
