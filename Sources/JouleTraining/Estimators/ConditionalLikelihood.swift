public import JouleAutodiff
public import JouleCore
public import JouleRandom

/// The conditional likelihood of labels by differentiation: how networks learn classes, with units left out at random.
///
///     L = (1/N) Σᵢ [E(xᵢ, yᵢ) + log Σ_y exp(−E(xᵢ, y))]
///
/// Rows without a label have loss 0.
public struct ConditionalLikelihood<Model: ClassifierExpression>: LossEstimator {
  public typealias State = DrawKey
  /// The probability of an input to be left out of an update.
  public let inputDropout: Double
  /// That of a hidden unit.
  public let hiddenDropout: Double

  /// - Parameters:
  ///   - inputDropout: in [0, 1).
  ///   - hiddenDropout: in [0, 1).
  public init(inputDropout: Double = 0, hiddenDropout: Double = 0) {
    self.inputDropout = inputDropout
    self.hiddenDropout = hiddenDropout
  }

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> {
    let energies = model.classEnergies(
      of: rows.columns(0..<model.inputCount), parameters,
      dropout: UnitDropout(inputs: inputDropout, hidden: hiddenDropout, using: random))
    let labels = rows.columns(model.inputCount..<model.variableCount)
    return (energies * labels).sum(along: 1)
      + (-energies).logSumExp(along: 1) * labels.sum(along: 1)
  }
}
