/// A number of threads that take pieces of one piece of work.
///
///     let workers = Workers(count: 4)
///     workers.mutateRows(of: h.mutableSpan, rowLength: m, rowsPerPiece: 32) { rows, block in
///       for i in block.indices { block[i] *= scale[i % m] }
///     }
///
/// Nothing in it is global: each `Workers(count:)` has helpers of its own, which its copies share and
/// which hold no thread while there is no work. How work is cut never depends on ``count``, so
/// results do not either: the pieces are the caller's, and each is done once, by one
/// thread, in any order.
///
/// The calling thread takes part and returns when all pieces are done. Where the helpers are at work
/// already (a body that forks again, two threads with the same workers), the calling thread does
/// the pieces alone. Bodies cannot capture a mutable variable: what they change comes to them
/// as their own part, by `inout`.
///
/// BLAS calls in a body want ``BLASThreads`` set to 1.
///
/// - Complexity: about a microsecond a call while calls follow within 0.2 ms of each other, some tens
///   after a pause, when threads must be woken; one atomic addition a piece.
public struct Workers: Sendable {
  /// The number of threads.
  public let count: Int
  private let team: WorkerTeam?

  /// - Precondition: `count` > 0.
  public init(count: Int) {
    precondition(count > 0, "\(count) workers: at least one is needed")
    self.count = count
    team = count > 1 ? WorkerTeam(helpers: count - 1) : nil
  }

  /// The calling thread alone.
  public static let single = Workers(count: 1)

  /// Calls `body` with each of 0 ..< `pieces` once.
  /// - Precondition: `pieces` ≥ 0.
  public func forEach(pieces: Int, _ body: @Sendable (Int) -> Void) {
    precondition(pieces >= 0, "\(pieces) pieces: a number of pieces cannot be negative")
    if pieces > 1, let team, team.run(pieces: pieces, body) { return }
    for piece in 0..<pieces { body(piece) }
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
