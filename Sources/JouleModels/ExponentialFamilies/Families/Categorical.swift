import JouleRandom
public import JouleTensor
import RealModule

/// The categorical distribution: one of K categories, numbered from 0.
///
///     p(x) = p_x,   T(x) = ([x = 1], …, [x = K−1]),   h = 1,   θₖ = log(pₖ / p₀)
///     log Z = log(1 + Σ e^θₖ),   μₖ = pₖ,   Cov[T] = diag(p) − p pᵀ
///
/// Category 0 has no statistic of its own: with it the statistics would sum to one, and θ would not be
/// determined.
public struct Categorical: CountFamily, SampledFamily, UniformBaseMeasure {
  /// K.
  public let categoryCount: Int

  /// - Precondition: at least two categories.
  public init(categoryCount: Int) {
    precondition(categoryCount > 1, "there are at least two categories, got \(categoryCount)")
    self.categoryCount = categoryCount
  }

  public var name: String { "categorical (\(categoryCount) categories)" }
  public var statisticNames: [String] { (1..<categoryCount).map { "[x = \($0)]" } }
  public var support: UnivariateSupport { .integers(from: 0, through: categoryCount - 1) }

  public func statistics(of x: Double) -> [Double] {
    (1..<categoryCount).map { Double($0) == x ? 1 : 0 }
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    logSumExpWithZero(parameters.values)
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    MeanParameters(Array(softmaxWithZero(parameters.values).dropFirst()))
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    multinomialCovariance(softmaxWithZero(parameters.values), trials: 1)
  }

  public func closedForm(of moments: MeanParameters) -> NaturalParameters? {
    logRatiosToFirst(moments.values)
  }

  public func boundary(at moments: MeanParameters) -> String? {
    emptyCategoryBoundary(moments.values, categories: categoryCount)
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    let table = AliasTable(weights: softmaxWithZero(parameters.values))
    return { stream in [Double(stream.categorical(table))] }
  }
}

extension Categorical: ConventionalParameters {
  public var conventionalNames: [String] { (0..<categoryCount).map { "probability[\($0)]" } }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    softmaxWithZero(parameters.values)
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    NaturalParameters(values.dropFirst().map { Double.log($0 / values[0]) })
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    proportionsRequirement(values)
  }
}

// MARK: What the families of categories share

/// log(1 + Σ e^θₖ).
func logSumExpWithZero(_ values: [Double]) -> Double {
  let largest = max(0, values.max() ?? 0)
  return largest
    + Double.log(values.reduce(Double.exp(-largest)) { $0 + Double.exp($1 - largest) })
}

/// The probabilities of K categories from K − 1 log-ratios to the first.
func softmaxWithZero(_ values: [Double]) -> [Double] {
  let total = logSumExpWithZero(values)
  return [Double.exp(-total)] + values.map { Double.exp($0 - total) }
}

/// n (diag(p) − p pᵀ) without the first category.
func multinomialCovariance(_ probabilities: [Double], trials: Double) -> Tensor<Double> {
  let count = probabilities.count - 1
  var result = Tensor<Double>(zeros: [count, count])
  for j in 0..<count {
    for k in 0..<count {
      let (p, q) = (probabilities[j + 1], probabilities[k + 1])
      result[j, k] = trials * (j == k ? p * (1 - p) : -p * q)
    }
  }
  return result
}

/// log(pₖ / p₀) of shares of all categories but the first.
func logRatiosToFirst(_ shares: [Double]) -> NaturalParameters {
  let first = 1 - shares.reduce(0, +)
  return NaturalParameters(shares.map { Double.log($0 / first) })
}

func emptyCategoryBoundary(_ shares: [Double], categories: Int) -> String? {
  let all = [1 - shares.reduce(0, +)] + shares
  // A share that nothing contributed to is zero but for the rounding of the sum.
  guard let empty = all.firstIndex(where: { $0 < 4e-16 * Double(categories) }) else { return nil }
  return "category \(empty) does not occur: the likelihood grows without end as its probability "
    + "goes to 0; fewer categories, or a prior, give finite parameters"
}

func proportionsRequirement(_ values: [Double]) -> String? {
  if let index = values.firstIndex(where: { !($0 > 0) }) {
    return "probabilities must be positive, got \(values[index]) for category \(index)"
  }
  let sum = values.reduce(0, +)
  return abs(sum - 1) < 1e-9 ? nil : "the probabilities must sum to 1, got \(sum)"
}
