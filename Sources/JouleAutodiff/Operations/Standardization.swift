import JouleTensor

extension Value {
  /// The elements with mean 0 and variance 1 along an axis.
  ///
  ///     (x − m) / √(v + ε),   v = mean of (x − m)²
  ///
  /// - Parameters:
  ///   - axis: along which means m and variances v are taken.
  ///   - epsilon: ε > 0, which bounds what a constant is divided by.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func standardized(along axis: Int, epsilon: Scalar = 1e-5) -> Value {
    precondition(epsilon > 0, "standardized: epsilon is positive, got \(epsilon)")
    guard axis >= 0, axis < rank, shape[axis] > 0 else {
      stopOnShape("standardized(along: \(axis))", shape, need: "an axis with elements")
    }
    let length = shape[axis]
    let offset = self - mean(along: axis, keepingAxis: true).repeated(along: axis, count: length)
    let variance = offset.squared().mean(along: axis, keepingAxis: true)
    let factor = (variance + epsilon).sqrt().reciprocal()
    return offset * factor.repeated(along: axis, count: length)
  }
}
