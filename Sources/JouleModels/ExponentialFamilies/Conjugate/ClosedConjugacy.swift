import JouleAlgebra
import JouleTensor
import RealModule

// With a = ντ: the logarithms of beta, gamma and Dirichlet integrals over θ.

extension Bernoulli: ClosedConjugacy {
  /// p is Beta(ντ, ν(1−τ)).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    SpecialFunctions.logBeta(strength * mean[0], strength * (1 - mean[0]))
  }
}

extension Binomial: ClosedConjugacy {
  /// p is Beta(ντ, ν(n−τ)).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    SpecialFunctions.logBeta(strength * mean[0], strength * (Double(trials) - mean[0]))
  }
}

extension Categorical: ClosedConjugacy {
  /// p is Dirichlet(ντ), with τ₀ = 1 − Σ τₖ.
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    logDirichletIntegral(strength: strength, mean: mean, trials: 1)
  }
}

extension Multinomial: ClosedConjugacy {
  /// p is Dirichlet(ντ), with τ₀ = n − Σ τₖ.
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    logDirichletIntegral(strength: strength, mean: mean, trials: Double(trials))
  }
}

private func logDirichletIntegral(
  strength: Double, mean: MeanParameters, trials: Double
) -> Double {
  let shapes = ([trials - mean.values.reduce(0, +)] + mean.values).map { strength * $0 }
  return shapes.reduce(-Double.logGamma(strength * trials)) { $0 + Double.logGamma($1) }
}

extension Poisson: ClosedConjugacy {
  /// The rate is Gamma(ντ, ν).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    let shape = strength * mean[0]
    return Double.logGamma(shape) - shape * Double.log(strength)
  }
}

extension Geometric: ClosedConjugacy {
  /// p is Beta(ν + 1, ντ).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    SpecialFunctions.logBeta(strength * mean[0], strength + 1)
  }
}

extension NegativeBinomial: ClosedConjugacy {
  /// p is Beta(νr + 1, ντ).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    SpecialFunctions.logBeta(strength * mean[0], strength * successes + 1)
  }
}

extension Exponential: ClosedConjugacy {
  /// The rate is Gamma(ν + 1, ντ).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    Double.logGamma(strength + 1) - (strength + 1) * Double.log(strength * mean[0])
  }
}

extension Gaussian: ClosedConjugacy {
  /// The precision λ is Gamma((ν+3)/2, νs²/2) with s² = τ₂ − τ₁², the mean given λ is N(τ₁, 1/νλ).
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    let spread = mean[1] - mean[0] * mean[0]
    return logNormalWishartIntegral(
      strength: strength, order: 1, logSpread: Double.log(spread))
  }
}

extension MultivariateGaussian: ClosedConjugacy {
  /// The precision is Wishart of ν + p + 2 degrees and scale (νS)⁻¹, the mean given it Gaussian.
  public func logPriorPartition(strength: Double, mean: MeanParameters) -> Double {
    let n = variableCount
    let spread = zip(triangle.pairs, mean.values[n...]).map { $1 - mean[$0.i] * mean[$0.j] }
    let logSpread = positiveDefinite(triangle.matrix(spread))?.logDeterminant ?? .nan
    return logNormalWishartIntegral(strength: strength, order: n, logSpread: logSpread)
  }
}

/// The integral over θ of a Gaussian of p variables: with θ = (Λm; −½Λᵢᵢ, −Λᵢⱼ) the volume element is
/// 2^(−p) |Λ| dm dΛ; m integrates to (2π/ν)^(p/2) |Λ|^(−½), Λ to a Wishart constant of ν + p + 2 degrees.
private func logNormalWishartIntegral(
  strength: Double, order: Int, logSpread: Double
) -> Double {
  let p = Double(order)
  let degrees = strength + p + 2
  let logTwoPi = Double.log(2 * .pi)
  let overMean = 0.5 * p * (logTwoPi - Double.log(strength)) - 0.5 * strength * p * logTwoPi
  let overPrecision =
    0.5 * degrees * (p * Double.log(2) - p * Double.log(strength) - logSpread)
    + SpecialFunctions.logMultivariateGamma(degrees / 2, order: order)
  return overMean + overPrecision - p * Double.log(2)
}
