import JouleAlgebra
public import JouleTensor
import RealModule

extension GaussianComponents {
  /// Sums over rows about the means of the components that they were taken with, d = x − μ; of a variable that a row misses
  /// E[d] = 0 and E[d²] = σ², as these components have it.
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
      if let given = GivenValues(rows) {
        let (x, m) = ((given.values - center) * given.marks, means - center)
        let shares = responsibilities.transposed()
        let (present, sums) = (shares.matmul(given.marks), shares.matmul(x))
        let absent = (column - present) / precisions
        return Moments(
          totals: totals, sums: sums - m * present,
          squares: shares.matmul(x.squared()) - m * sums * 2 + m.squared() * present + absent)
      }
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
  public func maximized(_ moments: Moments, isEmpty: [Bool], limits: MixtureLimits) -> Self {
    let totals = Tensor<Double>(
      zip(moments.totals.elements, isEmpty).map { $1 ? 1 : $0 }
    ).reshaped(to: [count, 1])
    let shift = moments.sums / totals
    let squares = moments.squares / totals
    let rows = [count, spread.count / count]
    var (newMeans, newSpread) = (
      means + shift,
      covariance == .full
        ? fullSpread(squares: squares, shift: shift, least: limits.leastVariance)
        : diagonalSpread(squares: squares, shift: shift, least: limits.leastVariance)
    )
    newMeans.assignRows(where: isEmpty, from: means)
    newSpread.assignRows(where: isEmpty, from: spread.reshaped(to: rows))
    return Self(
      means: newMeans, spread: newSpread.reshaped(to: spread.shape), covariance)
  }

  /// log(Σ r d² / Σ r − δ²), `[components, 1]` or `[components, variables]`.
  private func diagonalSpread(
    squares: Tensor<Double>, shift: Tensor<Double>, least: Double
  ) -> Tensor<Double> {
    var variances = squares - shift.squared()
    if covariance == .spherical { variances = variances.mean(along: 1, keepingAxis: true) }
    variances.clamp(to: least...(.infinity))
    return variances.log()
  }

  /// A in its stored form, from Σ r dᵀd / Σ r − δᵀδ, `[components, variables · variables]`.
  private func fullSpread(
    squares: Tensor<Double>, shift: Tensor<Double>, least: Double
  ) -> Tensor<Double> {
    let n = variableCount
    var elements: [Double] = []
    for component in 0..<count {
      let delta = shift.row(component)
      elements += Self.whitening(
        of: squares.row(component).reshaped(to: [n, n]) - delta.outerProduct(with: delta),
        least: least)
    }
    return Tensor(shape: [count, n * n], elements: elements)
  }

  /// A of a covariance S in its stored form, eigenvalues of S raised to the least variance where they are
  /// below it. NaN where S is not finite: the fit then stops.
  private static func whitening(of covariance: Tensor<Double>, least: Double) -> [Double] {
    let n = covariance.shape[0]
    var covariance = covariance
    guard let eigen = try? covariance.symmetricEigen() else {
      return [Double](repeating: .nan, count: n * n)
    }
    if eigen.values.min() < least {
      var values = eigen.values
      values.clamp(to: least...(.infinity))
      covariance = (eigen.vectors * values).matmul(eigen.vectors, transposingOther: true)
    }
    // S = L Lᵀ, S⁻¹ = L⁻ᵀ L⁻¹, A = L⁻ᵀ.
    guard let lower = try? covariance.cholesky(), let inverse = try? lower.solve(Tensor.identity(n))
    else { return [Double](repeating: .nan, count: n * n) }
    let factor = inverse.transposed()
    return (0..<n * n).map { place in
      let (row, column) = (place / n, place % n)
      return row < column
        ? factor[row, column] : row == column ? Double.log(factor[row, row]) : 0
    }
  }

  /// Those with a variance at the limit, or within a part in 10⁴ of it, in some direction.
  public func limited(by limits: MixtureLimits) -> [Int] {
    let bound = limits.leastVariance * 1.0001
    guard covariance == .full else {
      let lowest = spread.reshaped(to: [count, spread.count / count]).min(along: 1).exp()
      return (0..<count).filter { lowest[$0] <= bound }
    }
    return (0..<count).filter { component in
      let precision = factors[component].matmul(factors[component], transposingOther: true)
      guard let values = try? precision.symmetricEigen().values else { return false }
      return 1 / values.max() <= bound
    }
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
