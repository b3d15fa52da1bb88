public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Another estimator's terms, their gradient taken in standardised parameters: centred, and divided by the
/// variances of the variables that the parameters couple.
///
///     ∂W′ = diag(1/σ²) ∂W diag(1/τ²),   ∂b′ = Δv/σ² − ∂W′ λ,   ∂c′ = Δh/τ² − ∂W′ᵀ μ
///
/// Steps in rarely active units are as long as in others. Near independence, var(vᵢ hⱼ) ≈ σᵢ² τⱼ² after
/// centring, so this is the natural gradient there with a diagonal metric. Variances are those of bits with
/// the means μ and λ of ``Centered``, in units of the largest, 1/4, so that learning rates mean the same; they
/// count as no smaller than a floor, which bounds how far any step is stretched.
///
/// The formula follows from gradient descent in the parameters of (v − μ)/σ and (h − λ)/τ, converted back as
/// centring is by J. Melchior, A. Fischer, L. Wiskott, How to center deep Boltzmann machines, JMLR 17 (2016),
/// eq. 5–9.
public struct Standardized<Base: TermEstimator>: GradientEstimator
where Base.Model: StandardizableModel {
  public typealias Model = Base.Model
  public typealias State = Centered<Base>.State
  let centered: Centered<Base>
  let floor: Double

  /// - Parameters:
  ///   - slidingFactor: of the hidden means; see ``Centered``.
  ///   - floor: the least variance of a variable, in units of the largest there is; in (0, 1].
  public init(_ base: Base, slidingFactor: Double = 0.01, floor: Double = 0.2) {
    precondition(
      floor > 0 && floor <= 1, "the floor of variances lies in (0, 1], got \(floor)")
    centered = Centered(base, slidingFactor: slidingFactor)
    self.floor = floor
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State { centered.makeState(for: model, data: statistics, key: key) }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    centered.estimate(model, at: batch, step: step, state: &state, into: &gradient, on: workers)
    var variances = model.relativeVariances(ofMeans: state.offsets)
    let least = Model.Scalar(floor)
    variances.visible = Tensor(variances.visible.elements.map { Swift.max(least, $0) })
    variances.hidden = Tensor(variances.hidden.elements.map { Swift.max(least, $0) })
    model.standardize(&gradient, offsets: state.offsets, variances: variances)
  }
}

extension Standardized: ReportingEstimator where Base: ReportingEstimator {
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    centered.figures(model, of: state)
  }
}

extension Standardized: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    centered.chainRows(model, of: state)
  }
}
