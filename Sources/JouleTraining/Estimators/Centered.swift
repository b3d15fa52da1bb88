public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Another estimator's terms, their gradient taken in centred parameters.
///
/// The visible offsets μ are the data's means, known before the first step. The hidden offsets λ follow
/// the hidden means of the data by a moving average:
///
///     λ ← (1 − s) λ + s · mean of E[h | v] over the batch
///
/// Where visible columns are inferred, as those of deep models are, their means change too: μ can follow
/// them in the same way.
///
/// Reference: J. Melchior, A. Fischer, L. Wiskott, How to center deep Boltzmann machines, JMLR 17 (2016),
/// algorithm 1; s = 0.01 there too.
public struct Centered<Base: TermEstimator>: GradientEstimator where Base.Model: CenterableModel {
  public typealias Model = Base.Model
  let base: Base
  let slidingFactor: Double
  let followsVisible: Bool

  /// - Parameters:
  ///   - slidingFactor: s, in (0, 1].
  ///   - followsVisible: whether μ follows the means of the batches as λ does.
  public init(_ base: Base, slidingFactor: Double = 0.01, followsVisible: Bool = false) {
    precondition(
      slidingFactor > 0 && slidingFactor <= 1,
      "the sliding factor lies in (0, 1], got \(slidingFactor)")
    self.base = base
    self.slidingFactor = slidingFactor
    self.followsVisible = followsVisible
  }

  public struct State: Sendable {
    var base: Base.State
    var offsets: CenteringOffsets<Model.Scalar>
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    State(
      base: base.makeState(for: model, data: statistics, key: key),
      offsets: CenteringOffsets(
        visible: statistics.means,
        hidden: model.hiddenMean(given: statistics.examples).mean(along: 0)))
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let terms = base.terms(model, at: batch, step: step, state: &state.base, on: workers)
    state.offsets.slide(towards: terms, by: slidingFactor, followingVisible: followsVisible)
    model.accumulateCenteredGradient(
      of: terms, offsets: state.offsets, into: &gradient, scalingPreviousBy: 0, on: workers)
  }
}

extension CenteringOffsets {
  /// λ ← (1 − s) λ + s · mean of E[h | v] over the data's terms; μ likewise where it follows.
  mutating func slide<Model: LatentVariableModel>(
    towards terms: [GradientTerm<Model>], by factor: Double, followingVisible: Bool = false
  ) where Model.Scalar == Scalar {
    let sliding = Scalar(factor)
    hidden.scale(by: 1 - sliding)
    if followingVisible { visible.scale(by: 1 - sliding) }
    for term in terms where term.weight > 0 {
      // A data term's weight is one over the batch's rows, so the sums over terms make the mean.
      hidden.add(term.completion.hiddenMean.sum(along: 0), scaledBy: sliding * term.weight)
      if followingVisible {
        visible.add(term.completion.visible.sum(along: 0), scaledBy: sliding * term.weight)
      }
    }
  }
}

extension Centered.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
    archive.store(offsets.visible, as: prefix + "visible_offsets")
    archive.store(offsets.hidden, as: prefix + "hidden_offsets")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
    offsets.visible = try archive.tensor(
      prefix + "visible_offsets", shape: offsets.visible.shape)
    offsets.hidden = try archive.tensor(prefix + "hidden_offsets", shape: offsets.hidden.shape)
  }
}
