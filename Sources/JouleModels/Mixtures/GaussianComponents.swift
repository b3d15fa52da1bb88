import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// Normal distributions, with covariances of a given form.
///
///     log p_k(x) = log |det A_k| − ½ |(x − μ_k) A_k|² − (n/2) log 2π,   A_k A_kᵀ the inverse covariance
///
/// Parameters: `means` μ `[components, variables]`, and
///
/// | form | second parameter | covariance |
/// |---|---|---|
/// | spherical | `log_variances` s `[components]` | exp(s) I |
/// | diagonal | `log_variances` s `[components, variables]` | diag(exp(s)) |
/// | full | `whitening` `[components, variables, variables]` | (A Aᵀ)⁻¹ |
///
/// Where variables are independent in a component, values that are missing (NaN) are summed out: they have no term. Full
/// covariances take complete rows only.
///
/// A is upper triangular; in `whitening` its diagonal stands as logarithms, and what is below it counts
/// for nothing. The two names are one parameter, `spread`, whose shape tells the form.
public struct GaussianComponents: MixtureComponents {
  /// What is free in a covariance.
  public enum Covariance: String, Sendable, CaseIterable, Codable {
    case spherical, diagonal, full
  }

  public let covariance: Covariance
  /// μ
  public let means: Tensor<Double>
  /// The second parameter.
  public let spread: Tensor<Double>
  /// A of every component, for full covariances.
  let factors: [Tensor<Double>]
  /// log |det A_k| − (n/2) log 2π
  private let logConstants: [Double]

  public static let kind = "gaussian_mixture"
  public static let parameterNames = ["means", "spread"]

  public init(parameters: [Tensor<Double>]) throws(ArchiveError) {
    let (means, spread) = (parameters[0], parameters[1])
    guard means.rank == 2, means.count > 0 else {
      throw .shape("means", found: means.shape, expected: "[components, variables], neither zero")
    }
    let (count, n) = (means.shape[0], means.shape[1])
    let covariance: Covariance
    switch spread.shape {
    case [count]: covariance = .spherical
    case [count, n]: covariance = .diagonal
    case [count, n, n]: covariance = .full
    default:
      throw .shape(
        "spread", found: spread.shape,
        expected: "[\(count)], [\(count), \(n)] or [\(count), \(n), \(n)]")
    }
    self.init(means: means, spread: spread, covariance)
  }

  init(means: Tensor<Double>, spread: Tensor<Double>, _ covariance: Covariance) {
    let (count, n) = (means.shape[0], means.shape[1])
    self.covariance = covariance
    self.means = means
    self.spread = spread
    let logTwoPi = Double(n) * Double.log(2 * Double.pi)
    let logs = Self.logDeterminants(spread, covariance, variables: n)
    logConstants = logs.map { $0 - logTwoPi / 2 }
    factors =
      covariance == .full
      ? (0..<count).map { Self.factor(spread.elements[$0 * n * n..<($0 + 1) * n * n], n) } : []
  }

  /// log det A of every component.
  private static func logDeterminants(
    _ spread: Tensor<Double>, _ covariance: Covariance, variables n: Int
  ) -> [Double] {
    switch covariance {
    case .spherical: spread.elements.map { -0.5 * Double(n) * $0 }
    case .diagonal: spread.sum(along: 1).elements.map { -0.5 * $0 }
    case .full:
      stride(from: 0, to: spread.count, by: n * n).map { first in
        (0..<n).reduce(0) { $0 + spread.elements[first + $1 * (n + 1)] }
      }
    }
  }

  /// A from its stored form.
  private static func factor(_ stored: ArraySlice<Double>, _ n: Int) -> Tensor<Double> {
    let stored = Array(stored)
    return Tensor(
      shape: [n, n],
      elements: stored.indices.map { place in
        let (row, column) = (place / n, place % n)
        return row < column ? stored[place] : row == column ? Double.exp(stored[place]) : 0
      })
  }

  public var parameters: [Tensor<Double>] { [means, spread] }
  public var count: Int { means.shape[0] }
  public var variableCount: Int { means.shape[1] }

  /// The inverse variances of the components, `[components, variables]`; not for full covariances.
  var precisions: Tensor<Double> {
    let each = (-spread).exp()
    return covariance == .diagonal
      ? each
      : each.reshaped(to: [count, 1]) + Tensor(zeros: [count, variableCount])
  }

  /// What is subtracted from rows and means before squares are taken apart, so that data far from zero
  /// lose nothing: the mean of the means.
  private var center: Tensor<Double> { means.mean(along: 0) }

  public func logDensities(of rows: Tensor<Double>) -> Tensor<Double> {
    if covariance != .full, let given = GivenValues(rows) { return logDensities(of: given) }
    var result: Tensor<Double>
    if covariance == .full {
      result = Tensor(zeros: [rows.shape[0], count])
      for component in 0..<count {
        let squares = whitened(rows, component).squared().sum(along: 1)
        for row in 0..<rows.shape[0] {
          result.elements[row * count + component] = squares.elements[row]
        }
      }
    } else {
      // Σ λ (x − μ)² = Σ λ x² − 2 Σ x λμ + Σ λμ²
      let (x, m, lambda) = (rows - center, means - center, precisions)
      let scaled = m * lambda
      result = x.squared().matmul(lambda, transposingOther: true)
      result.add(x.matmul(scaled, transposingOther: true), scaledBy: -2)
      result += (scaled * m).sum(along: 1)
    }
    result.scale(by: -0.5)
    result += Tensor(logConstants)
    return result
  }

  /// ½ Σ log λ − λ (x − μ)² − log 2π over the variables that a row has.
  private func logDensities(of given: GivenValues) -> Tensor<Double> {
    let (m, lambda) = (means - center, precisions)
    // A variable that is missing adds to none of the sums.
    let x = (given.values - center) * given.marks
    let scaled = m * lambda
    let constants = scaled * m - lambda.log() + Double.log(2 * Double.pi)
    var result = x.squared().matmul(lambda, transposingOther: true)
    result.add(x.matmul(scaled, transposingOther: true), scaledBy: -2)
    result += given.marks.matmul(constants, transposingOther: true)
    result.scale(by: -0.5)
    return result
  }

  /// (x − μ_k) A_k of every row.
  private func whitened(_ rows: Tensor<Double>, _ component: Int) -> Tensor<Double> {
    (rows - means.row(component)).matmul(factors[component])
  }

  public func parameterSlopes(
    at rows: Tensor<Double>, weights: Tensor<Double>
  ) -> [Tensor<Double>] {
    if covariance == .full { return fullSlopes(at: rows, weights: weights) }
    // With d = x − μ: ∂/∂μ = λ d, ∂/∂s = (λ d² − 1) / 2; all of them sums of w, w x and w x².
    let (m, lambda) = (means - center, precisions)
    let x = rows - center
    let totals = weights.sum(along: 0).reshaped(to: [count, 1])
    let sums = weights.matmul(x, transposingSelf: true)
    let squares = weights.matmul(x.squared(), transposingSelf: true)
    let deviations = squares - m * sums * 2 + m.squared() * totals
    let byVariable = (lambda * deviations - totals) * 0.5
    return [
      lambda * (sums - m * totals),
      covariance == .diagonal ? byVariable : byVariable.sum(along: 1),
    ]
  }

  /// With d = x − μ and z = d A: ∂/∂μ = A zᵀ, ∂/∂A = A⁻ᵀ − dᵀ z on and above the diagonal, where logarithms
  /// are the parameters.
  private func fullSlopes(
    at rows: Tensor<Double>, weights: Tensor<Double>
  ) -> [Tensor<Double>] {
    let n = variableCount
    var (meanSlopes, spreadSlopes) = ([Double](), [Double]())
    for component in 0..<count {
      let factor = factors[component]
      let deviations = rows - means.row(component)
      var z = deviations.matmul(factor)
      let share = weights.columns(component..<component + 1)
      z *= share
      meanSlopes += factor.matmul(z.sum(along: 0)).elements
      let outer = deviations.matmul(z, transposingSelf: true)
      let total = share.sum()
      for row in 0..<n {
        for column in 0..<n {
          spreadSlopes.append(
            row < column
              ? -outer[row, column]
              : row == column ? total - outer[row, row] * factor[row, row] : 0)
        }
      }
    }
    return [
      Tensor(shape: means.shape, elements: meanSlopes),
      Tensor(shape: spread.shape, elements: spreadSlopes),
    ]
  }

  public func inputSlopes(at rows: Tensor<Double>, weights: Tensor<Double>) -> Tensor<Double> {
    if covariance == .full {
      var result = Tensor<Double>(zeros: rows.shape)
      for component in 0..<count {
        let slopes = whitened(rows, component).matmul(factors[component], transposingOther: true)
        result -= slopes * weights.columns(component..<component + 1)
      }
      return result
    }
    let lambda = precisions
    return weights.matmul((means - center) * lambda) - (rows - center) * weights.matmul(lambda)
  }

  public func draw(from component: Int, using stream: inout RandomStream) -> [Double] {
    let n = variableCount
    var noise = (0..<n).map { _ in stream.normal(as: Double.self) }
    switch covariance {
    case .spherical:
      let scale = Double.exp(0.5 * spread[component])
      for index in 0..<n { noise[index] *= scale }
    case .diagonal:
      for index in 0..<n { noise[index] *= Double.exp(0.5 * spread[component, index]) }
    case .full:
      // z A = noise, from the first column on: A is upper triangular.
      let factor = factors[component]
      for column in 0..<n {
        for row in 0..<column { noise[column] -= noise[row] * factor[row, column] }
        noise[column] /= factor[column, column]
      }
    }
    for index in 0..<n { noise[index] += means[component, index] }
    return noise
  }
}
