public import JouleCore
public import JouleTensor

/// An energy that a program gives as a function.
///
///     let ring = EnergyFunction<Double>(variableCount: 2) { x in
///       let radius = x.squared().sum(along: 1).squareRoot()
///       return (radius - 2).squared() * 8
///     }
///
/// +∞ marks what lies outside the support.
public struct EnergyFunction<Scalar: TensorScalar>: EnergyModel {
  public let variableCount: Int
  private let function: @Sendable (Tensor<Scalar>) -> Tensor<Scalar>

  /// - Parameter energy: E of every row, `[batch, variableCount]` → `[batch]`, in nats.
  public init(
    variableCount: Int, energy: @escaping @Sendable (Tensor<Scalar>) -> Tensor<Scalar>
  ) {
    precondition(variableCount > 0, "an energy has variables, got \(variableCount)")
    self.variableCount = variableCount
    function = energy
  }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let energies = function(rows)
    precondition(
      energies.shape == [rows.shape[0]],
      "the energy of \(rows.shape[0]) rows has shape \([rows.shape[0]]), got \(energies.shape)")
    return energies
  }
}

/// An energy that a program gives as a function, together with its gradient.
///
///     let bowl = DifferentiableEnergyFunction<Double>(variableCount: 3) { x in
///       (energy: x.squared().sum(along: 1) * 0.5, gradient: x)
///     }
public struct DifferentiableEnergyFunction<Scalar: TensorScalar>: DifferentiableEnergy {
  public typealias Value = (energy: Tensor<Scalar>, gradient: Tensor<Scalar>)
  public let variableCount: Int
  private let function: @Sendable (Tensor<Scalar>) -> Value

  /// - Parameter energyAndGradient: E, `[batch]`, and ∂E/∂x, `[batch, variableCount]`, of rows
  ///   `[batch, variableCount]`, in nats.
  public init(
    variableCount: Int, energyAndGradient: @escaping @Sendable (Tensor<Scalar>) -> Value
  ) {
    precondition(variableCount > 0, "an energy has variables, got \(variableCount)")
    self.variableCount = variableCount
    function = energyAndGradient
  }

  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let value = function(rows)
    precondition(
      value.energy.shape == [rows.shape[0]] && value.gradient.shape == rows.shape,
      "\(rows.shape) rows have energies of shape \([rows.shape[0]]) and a gradient of shape "
        + "\(rows.shape), got \(value.energy.shape) and \(value.gradient.shape)")
    gradient = value.gradient
    return value.energy
  }
}
