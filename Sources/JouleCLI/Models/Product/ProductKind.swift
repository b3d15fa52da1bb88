import Joule

/// Products of models of the catalog.
struct ProductKind<Values: ExpertValues>: ModelKind {
  typealias Model = ProductModel<Values>

  static var title: String { Values.title }
  static var values: VariableValues { Values.values }

  let model: Model

  init(_ model: Model) { self.model = model }

  var sizes: [(name: String, count: Int)] {
    [("variables", model.variableCount), ("experts", model.experts.count)]
  }

  var tensors: [(name: String, value: Tensor<Double>)] {
    model.experts.enumerated().flatMap { index, expert in
      expert.tensors.map { ("expert\(index).\($0.name)", $0.value) }
    } + [("expert_weights", Tensor<Double>(model.product.weights.map { Double($0) }))]
  }

  /// The experts with a gradient, where all have one.
  var differentiable: ProductOfExperts<FileExpert>? {
    guard model.experts.allSatisfy(\.isDifferentiable) else { return nil }
    return try? ProductOfExperts(model.experts, weights: model.product.weights)
  }

  /// Markov chains of the kernel that suits the experts, half of their steps to warm up.
  ///
  /// - bits: discrete Langevin sampling where all experts have a gradient, else Gibbs sampling.
  /// - numbers: the no-U-turn sampler where all experts have a gradient, else Metropolis steps.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    try require(
      request.clamped == nil,
      "--clamp is for restricted Boltzmann machines: \(Self.title) is sampled as a whole")
    let shape = [request.count, variableCount]
    let random = ChainRandom(key: request.key.folded("start"))
    switch Values.values {
    case .unit:
      let start =
        request.start ?? Tensor(uniform: shape, using: random).thresholded(above: 0.5)
      if let smooth = differentiable {
        return try position(DiscreteLangevin(adapting: smooth), from: start, request)
      }
      return try position(Gibbs(model.product), from: start, request)
    case .real:
      let start = request.start ?? Tensor(normal: shape, using: random)
      if let smooth = differentiable {
        return try position(NoUTurnSampler(smooth), from: start, request)
      }
      let walk = GaussianWalk<Float>(adapting: .covariance)
      return try position(MetropolisHastings(model.product, walk), from: start, request)
    }
  }

  private func position<Kernel: TransitionKernel>(
    _ kernel: Kernel, from start: Tensor<Float>, _ request: DrawRequest
  ) throws -> Tensor<Float> where Kernel.Scalar == Float {
    guard request.steps > 0 else { return start }
    var run = ParallelChains(at: start, key: request.key, on: request.workers) { _ in kernel }
    let warmUp = request.steps / 2
    try run.sample(
      SamplingPlan(warmUp: warmUp, samples: request.steps - warmUp), on: request.workers
    ) { progress in
      request.display.show(progress.fraction, progress.figures.joined(separator: ", "))
      return .proceed
    }
    return run.position
  }
}

extension Tensor {
  /// 1 where a value is above a threshold, else 0.
  fileprivate func thresholded(above threshold: Scalar) -> Tensor {
    var result = self
    result.formThreshold(above: threshold)
    return result
  }
}
