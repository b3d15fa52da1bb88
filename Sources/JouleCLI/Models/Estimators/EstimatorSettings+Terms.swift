import Joule

extension EstimatorSettings {
  /// The estimator of the method's name for any machine of two blocks; nil of mean field, which supplies no rows.
  ///
  /// - Parameters:
  ///   - learningRate: that of fast weights, unless they have their own.
  ///   - baseMeans: of independent units that tempering begins at; nil takes what the model suggests.
  func terms<Model: AnnealableModel & LatentVariableModel>(
    learningRate: Double, baseMeans: Tensor<Model.Scalar>?
  ) throws -> (any TermEstimator<Model>)? {
    typealias Kernel = BlockGibbs<Model>
    let (steps, chains) = (gibbsSteps, chains)
    let persistent = PersistentContrastiveDivergence(steps: steps, chains: chains) { Kernel($0) }
    switch method {
    case .cd: return ContrastiveDivergence(steps: steps) { Kernel($0) }
    case .pcd: return persistent
    case .fpcd: return FastWeights(persistent, rate: fastRate ?? learningRate)
    case .pt:
      let ladder = try TemperatureLadder.linear(count: temperatures ?? 10)
      return PersistentContrastiveDivergence(steps: steps, chains: chains) { (model: Model) in
        TemperedChains(
          model, along: model.annealingPath(fromMeans: baseMeans), ladder: ladder)
      }
    case .ptt:
      return TrajectoryTempering(steps: steps, chains: chains, threshold: swapRate ?? 0.3) {
        Kernel($0)
      }
    case .tap: return nil
    }
  }
}
