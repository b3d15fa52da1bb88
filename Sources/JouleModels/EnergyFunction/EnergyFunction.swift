public import JouleCore
public import JouleTensor

/// An energy that a program gives as a function.
///
///     let ring = EnergyFunction<Double>(variableCount: 2) { x in
///       let radius = x.squared().sum(along: 1).squareRoot()
///       return (radius - 2).squared() * 8
///     }
///
/// +∞ marks what lies outside the support. A function may throw: then the energies of the rows for which it
/// does are NaN, and a run of chains ends with a fault that quotes the error.
public struct EnergyFunction<Scalar: TensorScalar>: EnergyModel {
  public let variableCount: Int
  private let function: @Sendable (Tensor<Scalar>) throws -> Tensor<Scalar>

  /// - Parameter energy: E of every row, `[batch, variableCount]` → `[batch]`, in nats.
  public init(
    variableCount: Int, energy: @escaping @Sendable (Tensor<Scalar>) throws -> Tensor<Scalar>
  ) {
    precondition(variableCount > 0, "an energy has variables, got \(variableCount)")
    self.variableCount = variableCount
    function = energy
  }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    guard let energies = try? function(rows) else { return oneByOne(rows) }
    precondition(
      energies.shape == [rows.shape[0]],
      "the energy of \(rows.shape[0]) rows has shape \([rows.shape[0]]), got \(energies.shape)")
    return energies
  }

  /// NaN for the rows whose own energy throws: one bad row is not to spoil the others.
  private func oneByOne(_ rows: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(
      (0..<rows.shape[0]).map { (try? function(rows.rows($0..<$0 + 1)))?.elements.first ?? .nan })
  }

  /// The error that the function throws there.
  public func faultReason(at row: Tensor<Scalar>) -> String? {
    do {
      _ = try function(row.reshaped(to: [1, row.count]))
      return nil
    } catch {
      return "the energy threw: \(error)"
    }
  }
}

/// An energy that a program gives as a function, together with its gradient.
///
///     let bowl = DifferentiableEnergyFunction<Double>(variableCount: 3) { x in
///       (energy: x.squared().sum(along: 1) * 0.5, gradient: x)
///     }
///
/// +∞ marks what lies outside the support. What a function throws is dealt with as in `EnergyFunction`.
public struct DifferentiableEnergyFunction<Scalar: TensorScalar>: DifferentiableEnergy {
  public typealias Value = (energy: Tensor<Scalar>, gradient: Tensor<Scalar>)
  public let variableCount: Int
  private let function: @Sendable (Tensor<Scalar>) throws -> Value

  /// - Parameter energyAndGradient: E, `[batch]`, and ∂E/∂x, `[batch, variableCount]`, of rows
  ///   `[batch, variableCount]`, in nats.
  public init(
    variableCount: Int, energyAndGradient: @escaping @Sendable (Tensor<Scalar>) throws -> Value
  ) {
    precondition(variableCount > 0, "an energy has variables, got \(variableCount)")
    self.variableCount = variableCount
    function = energyAndGradient
  }

  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    guard let value = try? function(rows) else { return oneByOne(rows, &gradient) }
    precondition(
      value.energy.shape == [rows.shape[0]] && value.gradient.shape == rows.shape,
      "\(rows.shape) rows have energies of shape \([rows.shape[0]]) and a gradient of shape "
        + "\(rows.shape), got \(value.energy.shape) and \(value.gradient.shape)")
    gradient = value.gradient
    return value.energy
  }

  /// NaN for the rows whose own energy throws: one bad row is not to spoil the others.
  private func oneByOne(_ rows: Tensor<Scalar>, _ gradient: inout Tensor<Scalar>) -> Tensor<Scalar>
  {
    Tensor(
      (0..<rows.shape[0]).map { row in
        guard let value = try? function(rows.rows(row..<row + 1)) else { return .nan }
        gradient.assignRow(row, from: value.gradient, row: 0)
        return value.energy.elements.first ?? .nan
      })
  }

  /// The error that the function throws there.
  public func faultReason(at row: Tensor<Scalar>) -> String? {
    do {
      _ = try function(row.reshaped(to: [1, row.count]))
      return nil
    } catch {
      return "the energy threw: \(error)"
    }
  }
}
