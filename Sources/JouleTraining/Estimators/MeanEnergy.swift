public import JouleAutodiff
public import JouleCore
public import JouleRandom

/// The mean energy of the data itself as the loss, for energies that cannot fall everywhere at once, such as the error
/// of an autoencoder whose code is narrow.
///
///     L = (1/N) Σᵢ E(xᵢ)
///
/// Nothing raises the energy of other rows: an energy that is free to fall everywhere does.
///
/// Reference: Y. LeCun, S. Chopra, R. Hadsell, M. Ranzato, F. J. Huang, A tutorial on energy-based learning (2006),
/// §2.2.1.
public struct MeanEnergy<Model: EnergyExpression>: LossEstimator {
  public typealias State = DrawKey

  public init() {}

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> { model.checkedEnergy(of: rows, parameters) }
}
