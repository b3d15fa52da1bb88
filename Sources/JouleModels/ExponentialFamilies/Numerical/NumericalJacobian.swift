public import JouleTensor

/// Derivatives by central differences, once extrapolated.
///
///     D = (4 D(h/2) − D(h)) / 3,   D(h) = (f(x + h) − f(x − h)) / 2h,   error O(h⁴)
enum NumericalJacobian {
  /// ∂fᵢ/∂xⱼ, `[values, arguments]`.
  ///
  /// - Parameters:
  ///   - steps: h of every argument; halved until both sides are in the domain.
  ///   - isInDomain: where f is defined.
  static func of(
    at x: [Double], steps: [Double], _ isInDomain: ([Double]) -> Bool,
    _ function: ([Double]) -> [Double]
  ) -> Tensor<Double> {
    let columns = x.indices.map { index -> [Double] in
      func shifted(_ shift: Double) -> [Double] {
        var moved = x
        moved[index] += shift
        return moved
      }
      var h = steps[index]
      for _ in 0..<60 where !(isInDomain(shifted(h)) && isInDomain(shifted(-h))) { h /= 2 }
      func difference(_ h: Double) -> [Double] {
        zip(function(shifted(h)), function(shifted(-h))).map { ($0 - $1) / (2 * h) }
      }
      return zip(difference(h / 2), difference(h)).map { (4 * $0 - $1) / 3 }
    }
    return Tensor(columns).transposed()
  }
}

extension ExponentialFamily {
  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    numericalCovariance(at: parameters)
  }

  /// ∇² log Z by differences of ∇ log Z.
  func numericalCovariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let jacobian = NumericalJacobian.of(
      at: parameters.values, steps: parameters.values.map { 1e-3 * max(1, abs($0)) },
      { requirement(brokenBy: NaturalParameters($0)) == nil }
    ) { meanParameters(at: NaturalParameters($0)).values }
    return (jacobian + jacobian.transposed()) * 0.5
  }
}
