import JouleAlgebra
public import JouleTensor
import RealModule

extension GaussianComponents {
  /// Sums over rows about the means of the components that they were taken with, d = x − μ.
  public struct Moments: Sendable {
    /// Σ r, `[components]`.
    var totals: Tensor<Double>
    /// Σ r d, `[components, variables]`.
    var sums: Tensor<Double>
    /// Σ r d², `[components, variables]`, or Σ r dᵀd, `[components, variables · variables]`.
    var squares: Tensor<Double>
  }

  /// The form of the covariances.
  public struct Options: Sendable {
    public var covariance: Covariance

    public init(covariance: Covariance) { self.covariance = covariance }
  }

  public func moments(of rows: Tensor<Double>, responsibilities: Tensor<Double>) -> Moments {
    let totals = responsibilities.sum(along: 0)
    let column = totals.reshaped(to: [count, 1])
    guard covariance == .full else {
      let center = means.mean(along: 0)
      let (x, m) = (rows - center, means - center)
      let shares = responsibilities.transposed()
      let sums = shares.matmul(x)
      return Moments(
        totals: totals, sums: sums - m * column,
        squares: shares.matmul(x.squared()) - m * sums * 2 + m.squared() * column)
    }
    var (sums, squares) = ([Double](), [Double]())
    for component in 0..<count {
      let deviations = rows - means.row(component)
      let shared = deviations * responsibilities.columns(component..<component + 1)
      sums += shared.sum(along: 0).elements
      squares += shared.matmul(deviations, transposingSelf: true).elements
    }
    return Moments(
      totals: totals, sums: Tensor(shape: means.shape, elements: sums),
      squares: Tensor(shape: [count, variableCount * variableCount], elements: squares))
  }

  public static func add(_ part: Moments, to total: inout Moments) {
    total.totals += part.totals
    total.sums += part.sums
    total.squares += part.squares
  }

  /// μ + Σ r d / Σ r, and the covariance about it. Variances below the limit are raised to it, in every
  /// direction: that is the greatest likelihood that the limit allows, so that the likelihood still rises.
  public func maximized(
    _ moments: Moments, isEmpty: [Bool], limits: MixtureLimits
  ) -> (components: Self, limited: [Int]) {
    let totals = Tensor<Double>(
      zip(moments.totals.elements, isEmpty).map { $1 ? 1 : $0 }
    ).reshaped(to: [count, 1])
    let shift = moments.sums / totals
    var means = self.means + shift
    means.assignRows(where: isEmpty, from: self.means)
    var limited: [Int] = []
    var spread: Tensor<Double>
    let least = limits.leastVariance
    switch covariance {
    case .spherical, .diagonal:
      var variances = moments.squares / totals - shift.squared()
      if covariance == .spherical { variances = variances.mean(along: 1, keepingAxis: true) }
      let lowest = variances.min(along: 1)
      limited = (0..<count).filter { !isEmpty[$0] && lowest[$0] < least }
      variances.clamp(to: least...(.infinity))
      spread = variances.log().reshaped(to: self.spread.shape)
    case .full:
      spread = self.spread
      let size = variableCount * variableCount
      for component in 0..<count where !isEmpty[component] {
        let (whitening, isLimited) = whitening(
          of: moments, component, shift.row(component), least: least)
        if isLimited { limited.append(component) }
        spread.elements.replaceSubrange(component * size..<(component + 1) * size, with: whitening)
      }
    }
    if covariance != .full {
      let rows = [count, spread.count / count]
      var kept = spread.reshaped(to: rows)
      kept.assignRows(where: isEmpty, from: self.spread.reshaped(to: rows))
      spread = kept.reshaped(to: spread.shape)
    }
    return (Self(means: means, spread: spread, covariance), limited)
  }

  /// A of a component in its stored form, from S = Σ r dᵀd / Σ r − δᵀδ.
  private func whitening(
    of moments: Moments, _ component: Int, _ shift: Tensor<Double>, least: Double
  ) -> (stored: [Double], isLimited: Bool) {
    let n = variableCount
    var scatter = moments.squares.row(component).reshaped(to: [n, n])
    scatter.scale(by: 1 / moments.totals[component])
    scatter -= shift.outerProduct(with: shift)
    return Self.whitening(of: scatter, least: least)
  }

  /// A of a covariance, whose eigenvalues are raised to the least variance where they are below it.
  static func whitening(
    of covariance: Tensor<Double>, least: Double
  ) -> (stored: [Double], isLimited: Bool) {
    let n = covariance.shape[0]
    var covariance = covariance
    var isLimited = false
    // Whatever is not finite stays so, and the fit stops.
    guard let eigen = try? covariance.symmetricEigen() else {
      return ([Double](repeating: .nan, count: n * n), false)
    }
    if eigen.values.min() < least {
      isLimited = true
      var values = eigen.values
      values.clamp(to: least...(.infinity))
      covariance = (eigen.vectors * values).matmul(eigen.vectors, transposingOther: true)
    }
    guard let lower = try? covariance.cholesky(), let inverse = try? lower.solve(Tensor.identity(n))
    else { return ([Double](repeating: .nan, count: n * n), isLimited) }
    // S = L Lᵀ, S⁻¹ = L⁻ᵀ L⁻¹, A = L⁻ᵀ.
    let factor = inverse.transposed()
    let stored = (0..<n * n).map { place in
      let (row, column) = (place / n, place % n)
      return row < column
        ? factor[row, column] : row == column ? Double.log(factor[row, row]) : 0
    }
    return (stored, isLimited)
  }

  public func logPrior(limits: MixtureLimits) -> Double { 0 }

  /// The variance in every direction, at the centres.
  public static func initial(
    centers: Tensor<Double>, variance: Double, options: Options
  ) -> Self {
    let (count, n) = (centers.shape[0], centers.shape[1])
    let logVariance = Double.log(variance)
    let spread: Tensor<Double>
    switch options.covariance {
    case .spherical: spread = Tensor([count], repeating: logVariance)
    case .diagonal: spread = Tensor([count, n], repeating: logVariance)
    case .full:
      let one = Tensor<Double>.identity(n) * (-0.5 * logVariance)
      spread = Tensor(
        shape: [count, n, n], elements: (0..<count).flatMap { _ in one.elements })
    }
    return Self(means: centers, spread: spread, options.covariance)
  }
}
