public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Many Markov chains, run on many threads.
///
///     var chains = ParallelChains(kernel, at: starts, key: key)
///     try chains.warmUp(steps: 1000, on: workers)
///     try chains.advance(by: 5000, on: workers)
///
/// Chains are cut in pieces by their number alone, so the result does not depend on the threads.
public struct ParallelChains<Kernel: TransitionKernel>: Sendable {
  struct Piece: Sendable {
    let chains: Range<Int>
    var kernel: Kernel
    var state: Kernel.State
    /// What the last step told; the first fault ends a run.
    var info: Kernel.Info?
    var fault: ChainFault?
    /// Σ of acceptance probabilities since the phase began, and of how many.
    var acceptance = (sum: 0.0, count: 0)
  }

  var pieces: [Piece]
  /// What every draw descends from.
  let key: RandomKey
  /// Whether all pieces have the same kernel, so that it may adapt.
  private let sharesKernel: Bool
  /// Steps made so far, warm-up included.
  public private(set) var steps = 0

  /// Chains of one kernel.
  ///
  /// - Parameters:
  ///   - rows: where the chains start, `[chains, variables]`.
  ///   - key: what every draw descends from.
  public init(_ kernel: Kernel, at rows: Tensor<Kernel.Scalar>, key: RandomKey) {
    self.init(at: rows, key: key, sharesKernel: true) { _ in kernel }
  }

  /// Chains of kernels that differ, such as those that hold other values fixed for each chain. They
  /// do not adapt.
  ///
  /// - Parameters:
  ///   - rows: where the chains start, `[chains, variables]`.
  ///   - key: what every draw descends from.
  ///   - kernel: the kernel of some of the chains.
  public init(
    at rows: Tensor<Kernel.Scalar>, key: RandomKey, on workers: Workers = .single,
    kernel: (Range<Int>) -> Kernel
  ) {
    self.init(at: rows, key: key, sharesKernel: false, kernel: kernel)
  }

  private init(
    at rows: Tensor<Kernel.Scalar>, key: RandomKey, sharesKernel: Bool,
    kernel: (Range<Int>) -> Kernel
  ) {
    precondition(
      rows.rank == 2 && rows.shape[0] > 0,
      "chains start at the rows of a matrix, at least one, got shape \(rows.shape)")
    self.key = key
    self.sharesKernel = sharesKernel
    pieces = RowPieces.ranges(rows.shape[0]).map { range in
      let kernel = kernel(range)
      return Piece(chains: range, kernel: kernel, state: kernel.makeState(at: rows.rows(range)))
    }
  }

  /// The number of chains.
  public var chainCount: Int { pieces.last?.chains.upperBound ?? 0 }

  /// The kernel, as adapted so far; that of the first chains where kernels differ.
  public var kernel: Kernel { pieces[0].kernel }

  /// Moves every chain by so many steps.
  ///
  /// - Throws: the first fault of a chain; the chains stay at that step.
  public mutating func advance(
    by count: Int, on workers: Workers = .single
  ) throws(ChainFault) {
    try advance(by: count, inRoundsOf: Self.longestRound, on: workers) { _ in }
  }

  /// Moves every chain by so many steps.
  ///
  /// - Parameter progress: called now and then with the fraction done.
  /// - Throws: the first fault of a chain; the chains stay at that step.
  public mutating func advance(
    by count: Int, on workers: Workers = .single, progress: (Double) -> Void
  ) throws(ChainFault) {
    let round = Swift.max(1, Swift.min(Self.longestRound, count / 50))
    try advance(by: count, inRoundsOf: round, on: workers, progress: progress)
  }

  /// A fault ends a run after the round in which it happened.
  private static var longestRound: Int { 100 }

  /// After a round threads wait for each other, which lets progress be shown.
  private mutating func advance(
    by count: Int, inRoundsOf round: Int, on workers: Workers, progress: (Double) -> Void
  ) throws(ChainFault) {
    precondition(count >= 0, "chains advance by steps, got \(count)")
    for first in stride(from: 0, to: count, by: round) {
      let done = Swift.min(round, count - first)
      try advance(by: done, on: workers) { _, _, _ in }
      progress(Double(first + done) / Double(count))
    }
  }

  /// Moves every chain by so many steps, in one go; `body` sees each piece after each of them, with the
  /// number of steps made.
  mutating func advance(
    by count: Int, on workers: Workers,
    _ body: @Sendable (_ piece: Int, _ done: Int, inout Piece) -> Void
  ) throws(ChainFault) {
    let range = steps..<steps + count
    let key = self.key
    workers.mutateEach(&pieces) { index, piece in
      for step in range {
        let first = piece.chains.lowerBound
        let info = piece.kernel.step(
          &piece.state, using: ChainRandom(key: key, firstChain: first, step: step))
        piece.info = info
        if let fault = info.fault {
          piece.fault = ChainFault(chain: first + fault.row, step: step, reason: fault.reason)
          return
        }
        if let probabilities = info.acceptanceProbabilities {
          piece.acceptance.sum += probabilities.reduce(0, +)
          piece.acceptance.count += probabilities.count
        }
        body(index, step - range.lowerBound + 1, &piece)
      }
    }
    steps = range.upperBound
    // The earliest, and among those the lowest chain: the same for any number of threads.
    let faults = pieces.compactMap(\.fault)
    if let fault = faults.min(by: { ($0.step, $0.chain) < ($1.step, $1.chain) }) {
      for index in pieces.indices { pieces[index].fault = nil }
      throw fault
    }
  }

  /// Moves every chain by so many steps while the kernel adapts to what it sees; a kernel that does not
  /// adapt just moves the chains.
  ///
  /// All chains adapt one kernel together. After the last step it is fixed: what follows samples from
  /// the target.
  ///
  /// - Parameter progress: called now and then with the fraction done.
  /// - Throws: the first fault of a chain.
  public mutating func warmUp(
    steps count: Int, on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) throws(ChainFault) {
    try warmUp(steps: count, on: workers) { done, _ in
      progress(Double(done) / Double(count))
      return .proceed
    }
  }

  /// The same, with a hook that is told of steps made and of the mean acceptance so far, and may stop it.
  mutating func warmUp(
    steps count: Int, on workers: Workers, told: (Int, Double?) -> SamplingVerdict
  ) throws(ChainFault) {
    resetAcceptance()
    if sharesKernel && Kernel.Adaptation.self != NoAdaptation.self && count > 0 {
      return try adapt(for: count, on: workers, told: told)
    }
    let round = Swift.max(1, count / 50)
    for first in stride(from: 0, to: count, by: round) {
      let size = Swift.min(round, count - first)
      try advance(by: size, on: workers) { _, _, _ in }
      if told(first + size, meanAcceptance) == .stop { return }
    }
  }

  /// All chains adapt one kernel, step by step.
  private mutating func adapt(
    for count: Int, on workers: Workers, told: (Int, Double?) -> SamplingVerdict
  ) throws(ChainFault) {
    var kernel = self.kernel
    var adaptation = kernel.makeAdaptation(
      of: pieces.map(\.state), steps: count, using: ChainRandom(key: key, step: steps))
    let round = Swift.max(1, count / 50)
    for index in 0..<count {
      try advance(by: 1, on: workers) { _, _, _ in }
      let seen = WarmUpStep<Kernel>(
        index: index, count: count, states: pieces.map(\.state),
        infos: pieces.compactMap(\.info))
      kernel = kernel.adapted(to: seen, learning: &adaptation)
      for piece in pieces.indices { pieces[piece].kernel = kernel }
      if (index + 1) % round == 0, told(index + 1, meanAcceptance) == .stop { return }
    }
  }

  mutating func resetAcceptance() {
    for piece in pieces.indices { pieces[piece].acceptance = (0, 0) }
  }

  /// The mean probability of acceptance since the last warm-up or the last call of `sample` began; nil
  /// of kernels that reject nothing.
  public var meanAcceptance: Double? {
    let count = pieces.reduce(0) { $0 + $1.acceptance.count }
    return count > 0 ? pieces.reduce(0) { $0 + $1.acceptance.sum } / Double(count) : nil
  }

  /// Where the chains are, `[chains, variables]`.
  public var position: Tensor<Kernel.Scalar> {
    gathered { kernel, state in kernel.position(of: state) }
  }

  /// Something of every chain's state, such as the means of its next draw, `[chains, …]`.
  public func gathered(
    _ body: (Kernel, Kernel.State) -> Tensor<Kernel.Scalar>
  ) -> Tensor<Kernel.Scalar> {
    Tensor(concatenating: pieces.map { body($0.kernel, $0.state) }, along: 0)
  }
}
