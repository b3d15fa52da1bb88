public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Contrastive divergence, CD-k: the model's term is estimated from chains that start at the batch and
/// run k steps.
///
///     ∂L/∂θ ≈ E_batch[∂E/∂θ] − E_{k steps from the batch}[∂E/∂θ]
///
/// Biased for finite k: the chains have not forgotten the data.
///
/// Reference: G. Hinton, Training products of experts by minimizing contrastive divergence, Neural
/// Computation 14 (2002), eq. 5.
public struct ContrastiveDivergence<Kernel: CompletingKernel>: TermEstimator {
  public typealias Model = Kernel.Model
  let steps: Int
  let makeKernel: @Sendable (Model) -> Kernel

  /// - Parameters:
  ///   - steps: k, at least 1.
  ///   - kernel: makes the kernel of a model; it is called at every update, as the model moves.
  public init(steps: Int = 1, kernel: @escaping @Sendable (Model) -> Kernel) {
    precondition(steps > 0, "CD-k needs k of at least 1, got \(steps)")
    self.steps = steps
    self.makeKernel = kernel
  }

  /// Scratch of one piece of the batch.
  struct Piece: Sendable {
    var range: Range<Int>
    var data: Model.Completion
    var chains: Kernel.State
    /// Σ ∂E/∂θ over the data, if the chains found it on their way.
    var dataGradient: [Tensor<Model.Scalar>]?
  }

  /// Nothing survives a step but storage; draws come from the key and the step.
  public struct State: Sendable, Archivable {
    let key: RandomKey
    var pieces: [Piece] = []

    public func archive(into archive: inout Archive, prefix: String) {}
    public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    State(key: key)
  }

  public func terms(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers
  ) -> [GradientTerm<Model>] {
    let kernel = run(model, from: batch, step: step, state: &state, on: workers) {
      kernel, piece, random in
      kernel.step(&piece.chains, from: piece.data, using: random)
    }
    let weight = 1 / Model.Scalar(batch.shape[0])
    return state.pieces.map { GradientTerm($0.data, weight: weight) }
      + modelTerms(kernel, of: state, weight: weight)
  }

  /// The same sum; the first evaluation of chains of gradients is the data's as well.
  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let weight = 1 / Model.Scalar(batch.shape[0])
    let kernel = run(model, from: batch, step: step, state: &state, on: workers) {
      kernel, piece, random in
      piece.dataGradient = kernel.stepSummingGradients(
        &piece.chains, from: piece.data, using: random)
      for place in piece.dataGradient?.indices ?? 0..<0 {
        piece.dataGradient?[place].scale(by: weight)
      }
    }
    let found = state.pieces.compactMap(\.dataGradient)
    if !found.isEmpty { gradient.accumulate(found, scalingPreviousBy: 0, on: workers) }
    let others = state.pieces.filter { $0.dataGradient == nil }
    model.accumulateGradient(
      of: others.map { GradientTerm($0.data, weight: weight) }
        + modelTerms(kernel, of: state, weight: weight),
      into: &gradient, scalingPreviousBy: found.isEmpty ? 0 : 1, on: workers)
    for place in state.pieces.indices { state.pieces[place].dataGradient = nil }
  }

  private func modelTerms(
    _ kernel: Kernel, of state: State, weight: Model.Scalar
  ) -> [GradientTerm<Model>] {
    state.pieces.map { GradientTerm(kernel.completion(of: $0.chains), weight: -weight) }
  }

  /// k steps from the batch.
  ///
  /// - Parameter begin: makes the first step of a piece, from its data.
  /// - Returns: the kernel.
  private func run(
    _ model: Model, from batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    on workers: Workers, begin: @Sendable (Kernel, inout Piece, ChainRandom) -> Void
  ) -> Kernel {
    let kernel = makeKernel(model)
    let ranges = RowPieces.ranges(batch.shape[0])
    if state.pieces.map(\.range) != ranges {
      state.pieces = ranges.map { range in
        let rows = batch.rows(range)
        return Piece(range: range, data: model.complete(rows), chains: kernel.makeState(at: rows))
      }
    }
    let key = state.key
    workers.mutateEach(&state.pieces) { _, piece in
      model.complete(piece.range, of: batch, into: &piece.data)
      let random = ChainRandom(
        key: key, firstChain: piece.range.lowerBound, step: step * steps)
      begin(kernel, &piece, random)
      for further in 1..<max(steps, 1) {
        kernel.move(&piece.chains, using: random.with(step: step * steps + further))
      }
    }
    return kernel
  }
}
