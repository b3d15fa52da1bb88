public import JouleAlgebra
import JouleRandom
public import JouleTensor
import RealModule

/// The von Mises distribution of an angle, in radians.
///
///     p(x) = e^(κ cos(x−m)) / (2π I₀(κ)),   T(x) = (cos x, sin x),   h = 1
///     θ = κ (cos m, sin m),   log Z = log 2π I₀(κ),   μ = A(κ) (cos m, sin m),   A = I₁/I₀
///     Cov[T] = A′(κ) along m, A(κ)/κ across it
///
/// Angles that differ by whole turns are the same; the density is over one turn.
public struct VonMises: UnivariateFamily, SampledFamily, UniformBaseMeasure {
  public init() {}
  public let name = "von Mises"
  public let statisticNames = ["cos x", "sin x"]
  public let support = UnivariateSupport.interval(-.infinity, .infinity)

  /// κ and m of θ; m = 0 for κ = 0.
  private func polar(_ parameters: NaturalParameters) -> (kappa: Double, direction: Double) {
    (
      Double.hypot(parameters[0], parameters[1]),
      Double.atan2(y: parameters[1], x: parameters[0])
    )
  }

  public func statistics(of x: Double) -> [Double] { [Double.cos(x), Double.sin(x)] }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    Double.log(2 * .pi) + SpecialFunctions.logBesselI0(polar(parameters).kappa)
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    // A/κ is finite at κ = 0.
    let ratio = SpecialFunctions.besselRatio(polar(parameters).kappa).overArgument
    return [ratio * parameters[0], ratio * parameters[1]]
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    let (kappa, direction) = polar(parameters)
    let ratio = SpecialFunctions.besselRatio(kappa)
    let (c, s) = (Double.cos(direction), Double.sin(direction))
    let (along, across) = (ratio.slope, ratio.overArgument)
    let mixed = (along - across) * c * s
    return Tensor([
      [along * c * c + across * s * s, mixed], [mixed, along * s * s + across * c * c],
    ])
  }

  /// From κ ≈ R (2 − R²) / (1 − R²) with R = |μ|.
  ///
  /// Reference: A. Banerjee et al., Clustering on the unit hypersphere using von Mises-Fisher
  /// distributions, JMLR 6 (2005), eq. 4.4.
  public func startingPoint(for moments: MeanParameters) -> NaturalParameters {
    let square = moments[0] * moments[0] + moments[1] * moments[1]
    let factor = (2 - square) / (1 - square)
    return [factor * moments[0], factor * moments[1]]
  }

  public func boundary(at moments: MeanParameters) -> String? {
    1 - Double.hypot(moments[0], moments[1]) > 1e-14
      ? nil
      : "all angles are equal: the likelihood grows without end as the concentration goes to infinity"
  }

  /// Of x and the distribution within the turn that begins half a turn before m.
  ///
  ///     P = ½ + y/2π + (1/π) Σⱼ (Iⱼ(κ)/I₀(κ)) sin(jy)/j,   y = x − m in [−π, π)
  ///
  /// The ratios rⱼ = Iⱼ/Iⱼ₋₁ = 1/(2j/κ + rⱼ₊₁) come from above (DLMF 10.29.1), and the sum with them.
  public func cumulative(at x: Double, _ parameters: NaturalParameters) -> ProbabilityPair {
    let (kappa, direction) = polar(parameters)
    let y = (x - direction).remainder(dividingBy: 2 * .pi)
    var (ratio, sum) = (0.0, 0.0)
    if kappa > 0 {
      // Σⱼ r₁…rⱼ sin(jy)/j as r₁(sin y + r₂(sin 2y/2 + …)); Iⱼ/I₀ ≈ e^(−j²/2κ) ends it.
      for j in (1...Int(30 + 10 * kappa.squareRoot())).reversed() {
        ratio = 1 / (2 * Double(j) / kappa + ratio)
        sum = ratio * (Double.sin(Double(j) * y) / Double(j) + sum)
      }
    }
    let excess = y / (2 * .pi) + sum / .pi
    return ProbabilityPair(lower: 0.5 + excess, upper: 0.5 - excess)
  }

  public func sampler(at parameters: NaturalParameters) -> Draw {
    let (kappa, direction) = polar(parameters)
    return { stream in
      [(direction + stream.vonMises(concentration: kappa)).remainder(dividingBy: 2 * .pi)]
    }
  }
}

extension VonMises: ConventionalParameters {
  public var conventionalNames: [String] { ["direction", "concentration"] }

  public func conventionalParameters(at parameters: NaturalParameters) -> [Double] {
    let (kappa, direction) = polar(parameters)
    return [direction, kappa]
  }

  public func naturalParameters(conventional values: [Double]) -> NaturalParameters {
    [values[1] * Double.cos(values[0]), values[1] * Double.sin(values[0])]
  }

  public func requirement(brokenByConventional values: [Double]) -> String? {
    if !values[0].isFinite { return "the direction must be finite, got \(values[0])" }
    return values[1] >= 0 && values[1].isFinite
      ? nil : "the concentration must be finite and not negative, got \(values[1])"
  }
}
