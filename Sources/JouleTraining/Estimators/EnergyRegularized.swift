public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Another estimator's terms with a penalty on the size of energies, which keeps them from drifting.
///
///     R = α (E_data[E²] + E_chains[E²]),   ∂R/∂θ = 2α Σ |w| E(x) ∂E(x)/∂θ over the terms' rows
///
/// Chains train differences of energies alone: without a penalty a common constant is free to wander, and
/// differences to grow as long as the chains lag. The penalty also bends the differences a little: take α
/// small.
///
/// Reference: Y. Du, I. Mordatch, Implicit generation and modeling with energy-based models, NeurIPS 2019,
/// arXiv:1903.08689, §3.2.
public struct EnergyRegularized<Base: TermEstimator>: GradientEstimator
where Base.Model.Completion == Tensor<Base.Model.Scalar> {
  public typealias Model = Base.Model
  let base: Base
  /// α.
  public let weight: Double

  /// - Parameter weight: α ≥ 0.
  public init(_ base: Base, weight: Double) {
    precondition(
      weight >= 0 && weight.isFinite, "a penalty is finite and not negative, got \(weight)")
    self.base = base
    self.weight = weight
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> Base.State { base.makeState(for: model, data: statistics, key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout Base.State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    var terms = base.terms(model, at: batch, step: step, state: &state, on: workers)
    let weight = Model.Scalar(2 * self.weight)
    workers.mutateEach(&terms) { _, term in
      // w r ∂E + |w| r 2α E ∂E = w r (1 ± 2α E) ∂E
      var factors = model.energy(of: term.completion) * (term.weight < 0 ? -weight : weight) + 1
      if let rowWeights = term.rowWeights { factors *= rowWeights }
      term = GradientTerm(term.completion, weight: term.weight, rowWeights: factors)
    }
    model.accumulateGradient(of: terms, into: &gradient, scalingPreviousBy: 0, on: workers)
  }
}

extension EnergyRegularized: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: Base.State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state)
  }
}
