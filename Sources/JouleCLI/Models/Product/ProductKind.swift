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
  /// - bits: discrete Langevin sampling where all experts have a gradient, else Gibbs sampling, which can hold some.
  /// - numbers: the no-U-turn sampler where all experts have a gradient, else Metropolis steps.
  func draw(_ request: DrawRequest) throws -> Tensor<Float> {
    switch Values.values {
    case .unit:
      if request.clamped == nil, let smooth = differentiable {
        return try request.position(
          of: DiscreteLangevin(adapting: smooth), from: request.bitStart(of: variableCount))
      }
      return try request.siteDraws(of: model.product)
    case .real:
      try require(
        request.clamped == nil,
        "--clamp is for models of bits: the chains of \(Self.title) move all variables at once")
      let start = try request.start ?? numberStart(request.count, key: request.key.folded("start"))
      if let smooth = differentiable {
        return try request.position(of: NoUTurnSampler(smooth), from: start)
      }
      let walk = GaussianWalk<Float>(adapting: .covariance)
      return try request.position(of: MetropolisHastings(model.product, walk), from: start)
    }
  }

  /// Where chains over numbers start: at draws of a normal distribution, and where the product has no density there, at
  /// those of an expert that is drawn from directly.
  private func numberStart(_ count: Int, key: RandomKey) throws -> Tensor<Float> {
    var rows = Tensor<Float>(normal: [count, variableCount], using: ChainRandom(key: key))
    for (number, expert) in model.experts.enumerated() {
      let isOutside = model.energy(of: rows).elements.map { !$0.isFinite }
      guard isOutside.contains(true) else { return rows }
      guard let draws = expert.draws(count, using: ChainRandom(key: key, step: number + 1)) else {
        continue
      }
      rows.assignRows(where: isOutside, from: draws)
    }
    try require(
      model.energy(of: rows).elements.allSatisfy(\.isFinite),
      "the experts leave no density where chains would start: give rows to start at with --data")
    return rows
  }
}
