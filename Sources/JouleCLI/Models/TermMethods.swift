import Joule

/// What the estimators that a method names are made with.
struct MethodValues {
  var steps: Int
  var chains: Int
  var temperatures = 10
  /// Of fast weights.
  var fastRate: Double
  /// Of trajectory tempering: where swaps are rarer the model becomes a snapshot.
  var swapRate = 0.3
}

extension RBMSettings.Method {
  /// The estimator of this name for any machine of two blocks; nil of mean field, which supplies no rows.
  ///
  /// - Parameter baseMeans: of independent units that tempering begins at; nil takes what the model suggests.
  func terms<Model: AnnealableModel & LatentVariableModel>(
    _ values: MethodValues, baseMeans: Tensor<Model.Scalar>?
  ) throws -> (any TermEstimator<Model>)? {
    typealias Kernel = BlockGibbs<Model>
    let (steps, chains) = (values.steps, values.chains)
    let persistent = PersistentContrastiveDivergence(steps: steps, chains: chains) { Kernel($0) }
    switch self {
    case .cd: return ContrastiveDivergence(steps: steps) { Kernel($0) }
    case .pcd: return persistent
    case .fpcd: return FastWeights(persistent, rate: values.fastRate)
    case .pt:
      let ladder = try TemperatureLadder.linear(count: values.temperatures)
      return PersistentContrastiveDivergence(steps: steps, chains: chains) { (model: Model) in
        TemperedChains(
          model, along: model.annealingPath(fromMeans: baseMeans), ladder: ladder)
      }
    case .ptt:
      return TrajectoryTempering(steps: steps, chains: chains, threshold: values.swapRate) {
        Kernel($0)
      }
    case .tap: return nil
    }
  }
}
