public import JouleTensor

/// A wide well that holds an energy together.
///
///     E(x) = … + ½ κ |x − c|²
///
/// A network of smooth rectifiers may fall without end in some direction, and then exp(−E) has no integral: chains
/// run away. It falls no faster than linearly, so any κ > 0 makes the integral finite. In other words the network
/// tilts the normal distribution N(c, 1/κ): choose 1/√κ some times as wide as the data.
public struct Confinement<Scalar: TensorScalar>: Sendable, Equatable {
  /// κ.
  public let strength: Scalar
  /// c, `[variables]`.
  public let center: Tensor<Scalar>

  /// - Parameters:
  ///   - strength: κ > 0.
  ///   - center: c, `[variables]`, such as the mean of the data.
  public init(strength: Scalar, center: Tensor<Scalar>) {
    precondition(
      strength > 0 && strength.isFinite, "a confinement's strength is positive, got \(strength)")
    precondition(
      center.rank == 1 && center.firstNonFinite == nil,
      "a confinement's center is a finite vector, got one of shape \(center.shape)")
    self.strength = strength
    self.center = center
  }
}
