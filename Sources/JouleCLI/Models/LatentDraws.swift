import Joule

extension DrawRequest {
  /// The hidden block given the visible one, drawn or its means, `[count, hidden]`.
  func hiddenDraws<Model: LatentVariableModel>(
    of model: Model, given rows: Tensor<Float>
  ) -> Tensor<Float> where Model.Scalar == Float {
    wantsMeans
      ? model.hiddenMean(given: rows)
      : model.sampleHidden(given: rows, using: ChainRandom(key: key.folded("layer")))
  }

  /// Block Gibbs sampling, with the given values held where rows are clamped.
  ///
  /// - Parameter start: where the chains start, `[count, variables]`.
  /// - Returns: `[count, variables]`.
  func gibbsDraws<Model: LatentVariableModel>(
    of model: Model, from start: Tensor<Float>
  ) throws -> Tensor<Float> where Model.Scalar == Float {
    if let clamped {
      var run = ParallelChains(at: start, key: key, on: workers) {
        ClampedBlockGibbs(model, values: clamped.rows($0))
      }
      try run.advance(by: steps, on: workers) { display.show($0) }
      return wantsMeans ? run.gathered { $0.visibleMean(of: $1) } : run.position
    }
    let kernel = BlockGibbs(model)
    var run = ParallelChains(at: start, key: key, on: workers) { _ in kernel }
    if steps > 0 {
      let plan = SamplingPlan(warmUp: 0, samples: steps)
      try run.sample(plan, on: workers) { progress in
        display.show(progress.fraction, progress.figures.joined(separator: ", "))
        return .proceed
      }
    }
    return wantsMeans
      ? run.gathered { model.visibleMean(given: $0.completion(of: $1).hiddenMean) }
      : run.position
  }
}
