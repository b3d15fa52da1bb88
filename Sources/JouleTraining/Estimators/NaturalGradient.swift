public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Another estimator's gradient, turned by the inverse of the model's Fisher metric in blocks: steepest in the
/// change of the distribution rather than of the parameters.
///
///     ∂L/∂θ ← (F + d I)⁻¹ ∂L/∂θ,   F = Cov over the model of ∂E/∂θ, in blocks
///
/// The model's rows among the estimator's terms are the samples that F is taken from. The covariances between
/// blocks, one a hidden variable, are left out; ``ExactNaturalGradient`` has them.
///
/// References: S. Amari, Natural gradient works efficiently in learning, Neural Computation 10 (1998), theorem
/// 1; S. Amari, K. Kurata, H. Nagaoka, Information geometry of Boltzmann machines, IEEE Trans. Neural Networks 3
/// (1992), for the metric.
public struct NaturalGradient<Base: TermEstimator>: GradientEstimator
where Base.Model: BlockFisherModel {
  public typealias Model = Base.Model
  public typealias State = Base.State
  let base: Base
  let damping: Double

  /// - Parameter damping: d, above zero; what directions of no variance are divided by. Bits have variances
  ///   of at most 1/4.
  public init(_ base: Base, damping: Double = 0.05) {
    precondition(damping > 0, "the damping of a metric is above zero, got \(damping)")
    self.base = base
    self.damping = damping
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State { base.makeState(for: model, data: statistics, key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let terms = base.terms(model, at: batch, step: step, state: &state, on: workers)
    model.accumulateGradient(of: terms, into: &gradient, scalingPreviousBy: 0, on: workers)
    let samples = terms.filter { $0.weight < 0 }.map(\.completion)
    model.solveFisherBlocks(
      &gradient,
      samples: LatentRows(
        visible: Tensor(concatenating: samples.map(\.visible), along: 0),
        hiddenMean: Tensor(concatenating: samples.map(\.hiddenMean), along: 0)),
      damping: damping, on: workers)
  }
}

extension NaturalGradient: ReportingEstimator where Base: ReportingEstimator {
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    base.figures(model, of: state)
  }
}

extension NaturalGradient: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state)
  }
}

/// Another estimator's gradient, turned by the inverse of the exact Fisher metric: for small models of bits.
///
///     F = Σ_x p(x) (∂E/∂θ − mean)(∂E/∂θ − mean)ᵀ over all x in {0, 1}ⁿ
///
/// - Precondition: at most 12 variables and 2,000 parameters.
/// - Complexity: 2ⁿ gradients and p³/3 operations for p parameters.
public struct ExactNaturalGradient<Base: GradientEstimator>: GradientEstimator {
  public typealias Model = Base.Model
  public typealias State = Base.State
  let base: Base
  let damping: Double

  /// - Parameter damping: added to the diagonal of F, above zero.
  public init(_ base: Base, damping: Double = 1e-3) {
    precondition(damping > 0, "the damping of a metric is above zero, got \(damping)")
    self.base = base
    self.damping = damping
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    precondition(
      model.variableCount <= 12 && model.parameters.scalarCount <= 2000,
      "the exact metric is for 12 variables and 2000 parameters at most, not \(model.variableCount) "
        + "and \(model.parameters.scalarCount)")
    return base.makeState(for: model, data: statistics, key: key)
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    base.estimate(model, at: batch, step: step, state: &state, into: &gradient, on: workers)
    var metric = Self.metric(of: model, on: workers)
    let count = metric.shape[0]
    for index in 0..<count { metric[index, index] += damping }
    let flat = gradient.entries.flatMap { Tensor<Double>($0.value).elements }
    let solved =
      (try? Cholesky(factoring: metric.elements.span, order: count).solve(flat.span))
      // Positive definite unless something is not finite, which the trainer finds and reports.
      ?? [Double](repeating: .nan, count: count)
    var first = 0
    for index in gradient.entries.indices {
      let value = gradient.entries[index].value
      gradient.entries[index].value = Tensor(
        Tensor(shape: value.shape, elements: Array(solved[first..<first + value.count])))
      first += value.count
    }
  }

  /// F, `[p, p]`, the parameters in their order, each row by row.
  static func metric(of model: Model, on workers: Workers) -> Tensor<Double> {
    let space = StateSpace<Model.Scalar>(binary: model.variableCount)
    let energies = Tensor<Double>(model.energy(of: space.rows))
    let total = (-energies).reshaped(to: [1, space.count]).logSumExp(along: 1)[0]
    let probabilities = (-energies - total).exp()
    var scores = (0..<space.count).map { _ in [Double]() }
    workers.mutateEach(&scores) { state, score in
      let gradient = model.gradient(at: space.rows.rows(state..<state + 1))
      score = gradient.entries.flatMap { Tensor<Double>($0.value).elements }
    }
    var rows = Tensor<Double>(
      shape: [space.count, scores[0].count], elements: scores.flatMap { $0 })
    rows -= probabilities.reshaped(to: [1, space.count]).matmul(rows)
    let weighted = rows * probabilities.reshaped(to: [space.count, 1])
    return weighted.transposed().matmul(rows)
  }
}
