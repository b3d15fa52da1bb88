public import JouleRandom
public import JouleTensor

/// A model of two blocks of variables, visible v and hidden h, each independent within itself when the
/// other is known: what block Gibbs sampling needs.
///
///     p(v, h) = exp(−E(v, h)) / Z,    energy(of: v) = F(v) = −log Σ_h exp(−E(v, h))
///
/// Every method takes whole batches; one row is a batch of one. Random draws are addressed by
/// (key, chain, step), so cutting a batch in pieces changes no bit of the result.
public protocol LatentVariableModel: ParametricEnergy where Completion == LatentRows<Scalar> {
  /// The number of hidden variables.
  var hiddenCount: Int { get }

  /// E(v, h) of paired rows `[batch, variables]` and `[batch, hidden]`: `[batch]`, in nats.
  func jointEnergy(visible: Tensor<Scalar>, hidden: Tensor<Scalar>) -> Tensor<Scalar>

  /// E[h | v] of every row into `mean`, `[batch, hidden]`.
  func hiddenMean(given visible: Tensor<Scalar>, into mean: inout Tensor<Scalar>)

  /// E[v | h] of every row into `mean`, `[batch, variables]`.
  func visibleMean(given hidden: Tensor<Scalar>, into mean: inout Tensor<Scalar>)

  /// Completes rows whose visible part is given: the hidden means, and the hidden inputs where the means
  /// do not say all. Storage is reused.
  func formHidden(of rows: inout LatentRows<Scalar>)

  /// Draws h from p(h | v) of completed rows.
  func sampleHidden(
    of rows: LatentRows<Scalar>, using random: ChainRandom, into hidden: inout Tensor<Scalar>)

  /// Draws v from p(v | h) in one pass.
  func sampleVisible(
    given hidden: Tensor<Scalar>, using random: ChainRandom, into visible: inout Tensor<Scalar>)
}

/// Visible rows with their hidden means: what the gradient of a latent-variable model needs.
public struct LatentRows<Scalar: TensorScalar>: Sendable, Equatable {
  /// v, `[batch, variables]`; E[v | h] where ``visibleInput`` is there.
  public var visible: Tensor<Scalar>
  /// E[h | v], `[batch, hidden]`; h itself where the visible part is a mean.
  public var hiddenMean: Tensor<Scalar>
  /// The input that the hidden means follow from, `[batch, hidden]`: kept where a mean does not determine
  /// its conditional distribution, as that of rectified units.
  public var hiddenInput: Tensor<Scalar>?
  /// The input that a visible part of means follows from, `[batch, variables]`; nil where it is of values.
  public var visibleInput: Tensor<Scalar>?

  public init(
    visible: Tensor<Scalar>, hiddenMean: Tensor<Scalar>, hiddenInput: Tensor<Scalar>? = nil,
    visibleInput: Tensor<Scalar>? = nil
  ) {
    precondition(
      visible.shape[0] == hiddenMean.shape[0],
      "visible rows and hidden rows are paired: got \(visible.shape) and \(hiddenMean.shape)")
    self.visible = visible
    self.hiddenMean = hiddenMean
    self.hiddenInput = hiddenInput
    self.visibleInput = visibleInput
  }
}

extension LatentVariableModel {
  /// F(v) = −log Σ_h exp(−E(v, h)) of every row: another name for the energy of the visible variables.
  public func freeEnergy(of visible: Tensor<Scalar>) -> Tensor<Scalar> { energy(of: visible) }

  /// E[h | v], `[batch, hidden]`.
  public func hiddenMean(given visible: Tensor<Scalar>) -> Tensor<Scalar> {
    var mean = Tensor<Scalar>(zeros: [visible.shape[0], hiddenCount])
    hiddenMean(given: visible, into: &mean)
    return mean
  }

  /// E[v | h], `[batch, variables]`.
  public func visibleMean(given hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    var mean = Tensor<Scalar>(zeros: [hidden.shape[0], variableCount])
    visibleMean(given: hidden, into: &mean)
    return mean
  }

  /// h drawn from p(h | v), `[batch, hidden]`.
  public func sampleHidden(
    given visible: Tensor<Scalar>, using random: ChainRandom
  ) -> Tensor<Scalar> {
    let rows = complete(visible)
    var hidden = Tensor<Scalar>(zeros: rows.hiddenMean.shape)
    sampleHidden(of: rows, using: random, into: &hidden)
    return hidden
  }

  /// v drawn from p(v | h), `[batch, variables]`.
  public func sampleVisible(
    given hidden: Tensor<Scalar>, using random: ChainRandom
  ) -> Tensor<Scalar> {
    var visible = Tensor<Scalar>(zeros: [hidden.shape[0], variableCount])
    sampleVisible(given: hidden, using: random, into: &visible)
    return visible
  }

  public func rows(of completion: LatentRows<Scalar>) -> Tensor<Scalar> { completion.visible }

  public func formHidden(of rows: inout LatentRows<Scalar>) {
    hiddenMean(given: rows.visible, into: &rows.hiddenMean)
  }

  public func complete(_ rows: Tensor<Scalar>) -> LatentRows<Scalar> {
    var completed = LatentRows(
      visible: rows, hiddenMean: Tensor(zeros: [rows.shape[0], hiddenCount]))
    formHidden(of: &completed)
    return completed
  }

  public func complete(
    _ range: Range<Int>, of batch: Tensor<Scalar>, into completion: inout LatentRows<Scalar>
  ) {
    if completion.visible.shape != [range.count, variableCount] {
      completion.visible = Tensor(zeros: [range.count, variableCount])
      completion.hiddenMean = Tensor(zeros: [range.count, hiddenCount])
    }
    completion.visible.assignRows(0..<range.count, from: batch, startingAt: range.lowerBound)
    formHidden(of: &completion)
  }
}
