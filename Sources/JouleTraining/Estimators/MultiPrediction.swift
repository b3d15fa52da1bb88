public import JouleAutodiff
public import JouleCore
public import JouleRandom
import JouleTensor

/// Multi-prediction training: a model learns to predict whatever part of a row is hidden from it from the part that
/// is shown, by the very inference that it will be used with.
///
///     L = −E_S Σ_{i ∈ S} log Q(xᵢ | x outside S),   S every variable with probability p, drawn anew for every row
///
/// The gradient is exact: backpropagation through all updates of inference. No chains, no log Z, and nothing to be
/// pretrained; in return it is no likelihood, and the model is as good as its inference.
///
/// Reference: I. Goodfellow, M. Mirza, A. Courville, Y. Bengio, Multi-prediction deep Boltzmann machines,
/// NIPS 2013, §3 and algorithm 1.
public struct MultiPrediction<Model: PredictiveModel>: LossEstimator {
  public typealias State = DrawKey
  /// p.
  public let hiddenShare: Double
  private let workspace = Workspace<Model.Scalar>()

  /// - Parameter hiddenShare: p, in (0, 1]; the same for every variable.
  public init(hiddenShare: Double = 0.5) {
    precondition(
      hiddenShare > 0 && hiddenShare <= 1,
      "a share of variables to hide lies in (0, 1], got \(hiddenShare)")
    self.hiddenShare = hiddenShare
  }

  public func workspace(for model: Model) -> Workspace<Model.Scalar> { workspace }

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> {
    var mask = Tensor<Model.Scalar>(uniform: rows.shape, using: random)
    // Thresholds are strict: 1 where u > t, of which the share is 1 − t.
    mask.formThreshold(above: Model.Scalar(1 - hiddenShare))
    return model.predictionLosses(of: rows, hiding: mask, parameters)
  }
}
