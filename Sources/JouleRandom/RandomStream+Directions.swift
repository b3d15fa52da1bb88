import JouleAlgebra
import RealModule

// Proportions and angles.
extension RandomStream {
  /// log of a Gamma(a) variable of scale 1, for shapes so small that the variable itself underflows.
  ///
  ///     x_a = x_{a+1} u^(1/a)
  public mutating func logGamma(shape: Double) -> Double {
    let kernels = VectorKernels.best
    guard shape < 1 else { return kernels.apply(.log, to: gamma(shape: shape)) }
    let rest: Double = exponential()
    return kernels.apply(.log, to: gamma(shape: shape + 1)) - rest / shape
  }

  /// A Beta(a, b) variable: density x^(a−1) (1−x)^(b−1) / B(a, b).
  ///
  /// From two gamma variables; where rounding gives 0 or 1 the nearest number between them.
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    let difference = logGamma(shape: a) - logGamma(shape: b)
    let x = VectorKernels.best.apply(.logistic, to: difference)
    return Swift.min(Swift.max(x, .leastNormalMagnitude), 1 - 0x1p-53)
  }

  /// Proportions of a Dirichlet distribution; they sum to one.
  ///
  /// - Parameter shapes: α, each positive.
  public mutating func dirichlet(_ shapes: [Double]) -> [Double] {
    let logs = shapes.map { logGamma(shape: $0) }
    let total = VectorKernels.best.logSumExp(logs.span)
    return logs.map {
      Swift.max(VectorKernels.best.apply(.exp, to: $0 - total), .leastNormalMagnitude)
    }
  }

  /// An angle in [−π, π) of the von Mises distribution about 0: density e^(κ cos x) / (2π I₀(κ)).
  ///
  /// By rejection from a wrapped Cauchy distribution; two of three trials are accepted at worst.
  ///
  /// Reference: D. J. Best, N. I. Fisher, Efficient simulation of the von Mises distribution, Applied
  /// Statistics 28 (1979), p. 155.
  ///
  /// - Precondition: κ ≥ 0.
  public mutating func vonMises(concentration kappa: Double) -> Double {
    precondition(
      kappa >= 0 && kappa.isFinite, "a concentration is not negative and finite, got \(kappa)")
    if kappa < 1e-8 { return uniform(in: -Double.pi..<Double.pi) }
    let tau = 1 + (1 + 4 * kappa * kappa).squareRoot()
    let rho = (tau - (2 * tau).squareRoot()) / (2 * kappa)
    // With c = 1 − cos x the proposal's density is as 1/(s + c), the target's as e^(−κc): the greatest
    // ratio is at c = 1/κ − s.
    let s = (1 - rho) * (1 - rho) / (2 * rho)
    let peak = Swift.max(0, 1 / kappa - s)
    while true {
      let turn = uniform() - 0.5
      // The wrapped Cauchy angle, by the tangent of its half.
      let tangent = Double.tan(.pi * turn) * (s / (s + 2)).squareRoot()
      let square = tangent * tangent
      let c = 2 * square / (1 + square)
      let logRatio = -kappa * (c - peak) + Double.log((s + c) / (s + peak))
      let rest: Double = exponential()
      if -rest < logRatio { return 2 * Double.atan(tangent) }
    }
  }
}
