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

/// A kind of model whose hidden layers can be drawn as its rows are.
protocol LayeredKind: FeatureKind {
  /// States of one hidden layer where the chains end, or the means that they are drawn with.
  ///
  /// - Parameter layer: from 0, the one next to the data.
  /// - Returns: `[count, hiddenLayers[layer]]`.
  func draw(_ request: DrawRequest, layer: Int) throws -> Tensor<Float>
}

extension FeatureKind where Model: LatentVariableModel, Model.Scalar == Float {
  var hiddenLayers: [Int] { [model.hiddenCount] }

  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    model.hiddenMean(given: rows)
  }
}

extension LayeredKind where Model: LatentVariableModel, Model.Scalar == Float {
  func draw(_ request: DrawRequest, layer: Int) throws -> Tensor<Float> {
    var visible = request
    visible.wantsMeans = false
    return request.hiddenDraws(of: model, given: try draw(visible))
  }
}

extension RBMKind: LayeredKind {}
extension MachineKind: LayeredKind {}
