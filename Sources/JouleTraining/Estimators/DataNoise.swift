public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Another estimator that sees the data through normal noise, drawn anew at every update.
///
///     x + σ ξ,   ξ ~ N(0, I)
///
/// What it learns is the density of the data with the noise. Pictures need that: where a pixel never varies, or has
/// one of two values, their own density has no slope that a network could have or a chain could follow. Around data
/// the energy then bends by 1/σ², so Langevin chains take steps η of the order of σ² / 2; and of a row with noise,
/// x − σ² ∂E/∂x is the mean of the rows that it may come from (Robbins 1956).
///
/// Reference: E. Nijkamp, M. Hill, T. Han, S.-C. Zhu, Y. N. Wu, On the anatomy of MCMC-based maximum likelihood
/// learning of energy-based models, AAAI 2020, arXiv:1903.12370, §4.
public struct DataNoise<Base: GradientEstimator>: GradientEstimator {
  public typealias Model = Base.Model
  let base: Base
  /// σ.
  public let scale: Double

  /// - Parameter scale: σ ≥ 0.
  public init(_ base: Base, scale: Double) {
    precondition(
      scale >= 0 && scale.isFinite, "noise is finite and not negative, got \(scale)")
    self.base = base
    self.scale = scale
  }

  public struct State: Sendable {
    var base: Base.State
    let key: RandomKey
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    State(
      base: base.makeState(for: model, data: statistics, key: key), key: key.folded("data noise"))
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    var rows = Tensor<Model.Scalar>(
      normal: batch.shape, using: state.key.folded(UInt64(step)))
    rows *= Model.Scalar(scale)
    rows += batch
    base.estimate(model, at: rows, step: step, state: &state.base, into: &gradient, on: workers)
  }
}

extension DataNoise: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state.base)
  }
}

extension DataNoise.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
  }
}
