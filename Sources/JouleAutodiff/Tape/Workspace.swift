public import JouleTensor
import Synchronization

/// Tapes that are lent to whoever computes, one to each at a time, and their memory with them.
///
/// It makes tapes as they are needed, as many as there are threads that compute at once. It holds no state
/// that a result could depend on.
public final class Workspace<Scalar: TensorScalar>: Sendable {
  // Allowed: a tape that lies here is nobody else's; it is taken out before it is used.
  private struct Resting: @unchecked Sendable { let tape: Tape<Scalar> }

  private let resting = Mutex<[Resting]>([])

  public init() {}

  /// The number of elements that lie ready on resting tapes.
  package var spareCount: Int {
    resting.withLock { $0.reduce(0) { $0 + $1.tape.storage.spareCount } }
  }

  /// Computes on a cleared tape, which is cleared again afterwards.
  public func withTape<Result>(_ body: (Tape<Scalar>) throws -> Result) rethrows -> Result {
    let tape = resting.withLock { $0.popLast() }?.tape ?? Tape<Scalar>()
    defer {
      tape.clear()
      let returned = Resting(tape: tape)
      resting.withLock { $0.append(returned) }
    }
    return try body(tape)
  }
}
