public import JouleAutodiff
public import JouleTensor

/// A model that predicts any of its variables from all others, by an inference that is written over values, so that
/// it can learn to predict by differentiating what it does.
public protocol PredictiveModel: ParametricEnergy {
  /// How badly each row's hidden variables are predicted from those that are shown.
  ///
  ///     −Σ_{i hidden} log Q(xᵢ | x shown),   Q independent units, found by a fixed number of updates
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - mask: `[batch, variables]`: 1 where a variable is hidden and has to be predicted, 0 where it is shown.
  ///   - parameters: the model's, on the tape of the rows.
  /// - Returns: `[batch]`, in nats.
  func predictionLosses(
    of rows: Value<Scalar>, hiding mask: Tensor<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar>
}
