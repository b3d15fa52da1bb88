public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// The exact gradient: the model's term by enumeration.
///
///     ∂L/∂θ = E_batch[∂E/∂θ] − Σ_s p(s) E[∂E/∂θ | s]
///
/// Two passes over 2^`enumeratedBitCount` states an update: the first for log Z, the second for the
/// expectations.
///
/// - Precondition: the model enumerates at most 20 binary variables.
public struct ExactGradient<Model: EnumerableModel>: GradientEstimator {
  /// States of one product: large enough for an efficient one.
  private static var blockSize: Int { 512 }

  public init() {}

  public struct State: Sendable, Archivable {
    public func archive(into archive: inout Archive, prefix: String) {}
    public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    precondition(
      model.enumeratedBitCount <= 20,
      "2^\(model.enumeratedBitCount) states are too many for an exact gradient: 2^20 at most")
    return State()
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let stateCount = 1 << model.enumeratedBitCount
    let blocks = stride(from: 0, to: stateCount, by: Self.blockSize).map {
      $0..<min($0 + Self.blockSize, stateCount)
    }
    let logWeights = Self.logWeights(of: model, on: workers)
    let logPartition = VectorKernels.best.logSumExp(logWeights.span)

    let data = GradientTerm<Model>(model.complete(batch), weight: 1 / Model.Scalar(batch.shape[0]))
    model.accumulateGradient(of: [data], into: &gradient, scalingPreviousBy: 0, on: workers)
    for block in blocks {
      let probabilities = logWeights[block].map { Model.Scalar(Double.exp($0 - logPartition)) }
      let term = GradientTerm<Model>(
        model.enumeratedCompletion(block), weight: -1, rowWeights: Tensor(probabilities))
      model.accumulateGradient(of: [term], into: &gradient, scalingPreviousBy: 1, on: workers)
    }
  }

  /// log p* of every state, in blocks of the size that suits the model.
  private static func logWeights(of model: Model, on workers: Workers) -> [Double] {
    let stateCount = 1 << model.enumeratedBitCount
    var blocks = stride(from: 0, to: stateCount, by: model.enumeratedBlockSize).map {
      (states: $0..<min($0 + model.enumeratedBlockSize, stateCount), weights: [Double]())
    }
    workers.mutateEach(&blocks) { _, block in
      block.weights = model.enumeratedLogWeights(block.states)
    }
    return blocks.flatMap(\.weights)
  }
}
