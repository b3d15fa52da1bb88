public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Many Markov chains, run on many threads.
///
/// Chains are cut in pieces by their number alone, so the result does not depend on the threads.
public struct ParallelChains<Kernel: TransitionKernel>: Sendable {
  struct Piece: Sendable {
    let chains: Range<Int>
    let kernel: Kernel
    var state: Kernel.State
  }

  private var pieces: [Piece]
  private let key: RandomKey
  /// Steps made so far.
  public private(set) var steps = 0

  /// - Parameters:
  ///   - rows: where the chains start, `[chains, variables]`.
  ///   - key: what every draw descends from.
  ///   - kernel: the kernel of some of the chains; most kernels are the same for all.
  public init(
    at rows: Tensor<Kernel.Scalar>, key: RandomKey, on workers: Workers = .single,
    kernel: (Range<Int>) -> Kernel
  ) {
    self.key = key
    pieces = RowPieces.ranges(rows.shape[0]).map { range in
      let kernel = kernel(range)
      return Piece(chains: range, kernel: kernel, state: kernel.makeState(at: rows.rows(range)))
    }
  }

  /// Moves every chain by so many steps.
  ///
  /// - Parameter progress: called now and then with the fraction done.
  public mutating func advance(
    by count: Int, on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) {
    precondition(count >= 0, "chains advance by steps, got \(count)")
    // Rounds of steps let progress be shown at little cost.
    let round = Swift.max(1, Swift.min(100, count / 50))
    for first in stride(from: 0, to: count, by: round) {
      let range = steps..<steps + Swift.min(round, count - first)
      let key = self.key
      workers.mutateEach(&pieces) { _, piece in
        for step in range {
          piece.kernel.step(
            &piece.state,
            using: ChainRandom(key: key, firstChain: piece.chains.lowerBound, step: step))
        }
      }
      steps = range.upperBound
      progress(Double(first + range.count) / Double(count))
    }
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
