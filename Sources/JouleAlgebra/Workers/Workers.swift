internal import Dispatch
internal import Synchronization

/// A number of threads that take pieces of one piece of work.
///
///     let workers = Workers(count: 4)
///     workers.mutateRows(of: h.mutableSpan, rowLength: m, rowsPerPiece: 32) { rows, block in
///       BLAS.gemm(m: rows.count, n: m, k: n, v.span.extracting((rows.lowerBound * n)...), w.span,
///         into: block.extracting(...))
///     }
///
/// A value like any other: it holds no thread, and nothing is shared between two of them (the
/// system's pool lends the threads). How work is cut never depends on ``count``, so results do not
/// either: the pieces are the caller's, and each is done once, by one thread, in any order.
///
/// The calling thread takes part and returns when all pieces are done. A body may use `Workers`
/// itself; that gains no speed. Bodies cannot capture a mutable variable: what they
/// change comes to them as their own part, by `inout`.
///
/// BLAS calls in a body want ``BLASThreads`` set to 1.
///
/// - Complexity: waking the other threads costs some microseconds a call; pieces beyond the first
///   of a thread cost one atomic addition.
public struct Workers: Sendable, Hashable {
  /// The number of threads.
  public let count: Int

  /// - Precondition: `count` > 0.
  public init(count: Int) {
    precondition(count > 0, "\(count) workers: at least one is needed")
    self.count = count
  }

  /// The calling thread alone.
  public static let single = Workers(count: 1)

  /// Calls `body` with each of 0 ..< `pieces` once.
  /// - Precondition: `pieces` ≥ 0.
  public func forEach(pieces: Int, _ body: @Sendable (Int) -> Void) {
    precondition(pieces >= 0, "\(pieces) pieces: a number of pieces cannot be negative")
    let threads = min(count, pieces)
    if threads <= 1 {
      for piece in 0..<pieces { body(piece) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while true {
        // The order of memory between threads is kept by `concurrentPerform`, not by this counter.
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < pieces else { return }
        body(piece)
      }
    }
  }

  /// Calls `body` with each element and its index once, in place: the storage that an element owns
  /// is not copied.
  public func mutateEach<Element: Sendable>(
    _ elements: inout [Element], _ body: @Sendable (Int, inout Element) -> Void
  ) {
    elements.withUnsafeMutableBufferPointer { buffer in
      // The compiler cannot see that every index goes to one thread only; `forEach` gives it once.
      nonisolated(unsafe) let buffer = buffer
      forEach(pieces: buffer.count) { body($0, &buffer[$0]) }
    }
  }
}
