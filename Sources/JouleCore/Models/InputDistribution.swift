public import JouleTensor

/// The inputs of a model of inputs and classes, the class summed out: p(x) = Σ_y p(x, y).
///
///     E(x) = −log Σ_y exp(−E(x, y))
///
/// For models whose `classEnergies` leave out no constant of the input.
public struct InputDistribution<Model: ClassifierModel>: EnergyModel {
  public typealias Scalar = Model.Scalar
  public let model: Model

  public init(_ model: Model) { self.model = model }

  public var variableCount: Int { model.inputCount }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    return Tensor<Scalar>(model.inputEnergy(of: rows))
  }
}
