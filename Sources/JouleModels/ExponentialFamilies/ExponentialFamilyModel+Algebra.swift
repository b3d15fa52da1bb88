// Densities here are relative to the base measure: p/h. Where h is constant, and for all families but those
// of counts it is, nothing else is meant than the densities themselves.
extension ExponentialFamilyModel where Family: ExponentialFamily {
  /// The normalised product of two members: natural parameters add.
  ///
  ///     p(x) q(x) / h(x) ∝ h(x) exp((θ + φ)·T(x))
  ///
  /// - Precondition: both are of one family.
  /// - Throws: ``ExponentialFamilyError/parameters(family:requirement:)`` where θ + φ is outside the
  ///   domain, so that the product cannot be normalised.
  public func product(with other: Self) throws(ExponentialFamilyError) -> Self {
    try Self(family, naturalParameters + other.naturalParameters)
  }

  /// log ∫ (p/h)(q/h) h dx = log Z(θ + φ) − log Z(θ) − log Z(φ): what normalises the product, the
  /// evidence that two experts agree.
  public func logOverlap(with other: Self) throws(ExponentialFamilyError) -> Double {
    try product(with: other).logPartition - logPartition - other.logPartition
  }

  /// The member at inverse temperature β: θ scales.
  ///
  ///     (p/h)^β h ∝ h(x) exp(β θ·T(x))
  ///
  /// - Precondition: β is finite and not negative.
  /// - Throws: ``ExponentialFamilyError/parameters(family:requirement:)`` where βθ is outside the domain.
  public func tempered(by beta: Double) throws(ExponentialFamilyError) -> Self {
    precondition(
      beta >= 0 && beta.isFinite, "an inverse temperature is finite and not negative, got \(beta)")
    return try Self(family, beta * naturalParameters)
  }
}
