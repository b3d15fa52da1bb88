import Joule

/// A kind of model with hidden units, whose means serve other programs as features of rows.
protocol FeatureKind: ModelKind {
  /// The units of every hidden layer, the one next to the data first.
  var hiddenLayers: [Int] { get }

  /// The means of the hidden units of one layer, given rows.
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`, in the model's own units.
  ///   - layer: from 0, the one next to the data.
  /// - Returns: `[batch, hiddenLayers[layer]]`.
  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float>
}

extension FeatureKind where Model: LatentVariableModel, Model.Scalar == Float {
  var hiddenLayers: [Int] { [model.hiddenCount] }

  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    model.hiddenMean(given: rows)
  }
}

extension RBMKind: FeatureKind {}
