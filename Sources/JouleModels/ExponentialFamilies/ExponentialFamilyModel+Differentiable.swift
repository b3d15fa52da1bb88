public import JouleCore
public import JouleTensor

/// A family whose observations are any real numbers, with a density that has a slope everywhere.
public protocol SmoothFamily: ExponentialFamily {
  /// ∂E/∂x of every row, `[batch, variables]`.
  func energyGradient(at rows: Tensor<Double>, _ parameters: NaturalParameters) -> Tensor<Double>
}

extension ExponentialFamilyModel: DifferentiableEnergy where Family: SmoothFamily {
  public func energy(of rows: Tensor<Double>, gradient: inout Tensor<Double>) -> Tensor<Double> {
    requireRows(rows)
    gradient = family.energyGradient(at: rows, naturalParameters)
    return energy(of: rows)
  }
}

extension Gaussian: SmoothFamily {
  /// −θ₁ − 2 θ₂ x
  public func energyGradient(
    at rows: Tensor<Double>, _ parameters: NaturalParameters
  ) -> Tensor<Double> {
    rows * (-2 * parameters[1]) - parameters[0]
  }
}

extension MultivariateGaussian: SmoothFamily {
  /// S⁻¹ x − S⁻¹ m
  public func energyGradient(
    at rows: Tensor<Double>, _ parameters: NaturalParameters
  ) -> Tensor<Double> {
    rows.matmul(precision(parameters)) - Tensor(Array(parameters.values.prefix(variableCount)))
  }
}
