internal import Dispatch
internal import Glibc
internal import Synchronization

/// The helpers behind a ``Workers``: they stay awake for a moment after work, and then are lent no
/// thread at all until there is more.
///
/// A step of training forks several times within a few milliseconds, and waking a sleeping thread
/// costs 30 to 50 µs of each fork; one that is still looking for work joins within one. Each
/// helper is a serial dispatch queue, so threads belong to the system, which ends them.
///
/// Every member has a lane of consecutive pieces, and takes others' pieces only when its own are done.
/// So the same rows go to the same core fork after fork, and find their numbers in its cache: an update
/// whose gradient another core has just written takes four times as long.
final class WorkerTeam: Sendable {
  private let helpers: [Helper]
  /// One a member, the calling thread's first.
  private let lanes: [Lane]
  private let isBusy = Atomic(false)
  private let gate = Atomic(Gate.closed)
  private let job = Mutex<Job?>(nil)

  private struct Job {
    let pieces: Int
    let body: @Sendable (Int) -> Void
  }

  private final class Helper: Sendable {
    /// The number of its lane; 0 is the calling thread's.
    let member: Int
    let queue: DispatchQueue
    let isAwake = Atomic(false)

    init(_ member: Int) {
      self.member = member
      queue = DispatchQueue(label: "joule.worker.\(member)")
    }
  }

  /// The pieces that are one member's before they are anyone's.
  private final class Lane: Sendable {
    /// The next piece to take.
    let next = Atomic(0)
  }

  /// One number that tells helpers whether there is work, which, and how many are at it:
  /// a job's serial number, then a bit that is set while helpers may join, then their count.
  private enum Gate {
    static let closed = 0
    static let open = 1 << 16
    static let nextJob = 1 << 17
    static func isOpen(_ gate: Int) -> Bool { gate & open != 0 }
    static func helpersInside(_ gate: Int) -> Int { gate & (open - 1) }
    static func job(_ gate: Int) -> Int { gate >> 17 }
  }

  /// How long a helper looks for more work before it gives its thread back.
  private static let patience: UInt64 = 200_000  // ns

  init(helpers count: Int) {
    precondition(count < Gate.open, "\(count) helpers: at most \(Gate.open - 1)")
    helpers = (1..<count + 1).map(Helper.init)
    lanes = (0..<count + 1).map { _ in Lane() }
  }

  /// Calls `body` with each piece once, on this thread and up to all the helpers.
  /// - Returns: false, and nothing is done, where the team is at work already: a body that forks
  ///   again, or another thread with the same workers.
  func run(pieces: Int, _ body: @Sendable (Int) -> Void) -> Bool {
    let (isFree, _) = isBusy.compareExchange(
      expected: false, desired: true, ordering: .acquiring)
    guard isFree else { return false }
    withoutActuallyEscaping(body) { body in
      job.withLock { $0 = Job(pieces: pieces, body: body) }
      let members = min(pieces, lanes.count)
      for number in 0..<members {
        lanes[number].next.store(pieces * number / members, ordering: .relaxed)
      }
      let serial = Gate.job(gate.load(ordering: .relaxed)) &+ 1
      gate.store((serial &* Gate.nextJob) | Gate.open, ordering: .sequentiallyConsistent)
      for helper in helpers.prefix(members - 1) { wake(helper) }
      take(pieces, startingWith: 0, body)
      // From here nobody joins. Who is inside has a piece in hand, and is waited for; who was still
      // waking up is not. No helper keeps the body beyond its leaving.
      gate.bitwiseAnd(~Gate.open, ordering: .acquiringAndReleasing)
      while Gate.helpersInside(gate.load(ordering: .acquiring)) > 0 { sched_yield() }
      job.withLock { $0 = nil }
    }
    isBusy.store(false, ordering: .releasing)
    return true
  }

  /// Takes the pieces of a member's own lane, then what the others have left.
  private func take(_ pieces: Int, startingWith member: Int, _ body: (Int) -> Void) {
    let members = min(pieces, lanes.count)
    for turn in 0..<members {
      let lane = (member + turn) % members
      let end = pieces * (lane + 1) / members
      while true {
        // What a body writes is published by the gate, not by this counter.
        let piece = lanes[lane].next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < end else { break }
        body(piece)
      }
    }
  }

  private func wake(_ helper: Helper) {
    if helper.isAwake.exchange(true, ordering: .sequentiallyConsistent) { return }
    helper.queue.async { [self] in serve(helper) }
  }

  private func serve(_ helper: Helper) {
    var lastJob = -1
    repeat {
      var giveUp = DispatchTime.now().uptimeNanoseconds + Self.patience
      while DispatchTime.now().uptimeNanoseconds < giveUp {
        let seen = gate.load(ordering: .acquiring)
        guard Gate.isOpen(seen), Gate.job(seen) != lastJob else {
          // Gives the core to whoever needs it; on an idle one it returns at once.
          sched_yield()
          continue
        }
        let (hasJoined, _) = gate.compareExchange(
          expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
        guard hasJoined else { continue }
        lastJob = Gate.job(seen)
        takeFromJob(helper.member)
        gate.subtract(1, ordering: .releasing)
        giveUp = DispatchTime.now().uptimeNanoseconds + Self.patience
      }
      helper.isAwake.store(false, ordering: .sequentiallyConsistent)
      // A fork between the last look and this store took the helper for awake: look once more.
      let seen = gate.load(ordering: .sequentiallyConsistent)
      if !Gate.isOpen(seen) || Gate.job(seen) == lastJob { return }
    } while !helper.isAwake.exchange(true, ordering: .sequentiallyConsistent)
  }

  /// The body is released before this returns, and so before the helper leaves the gate: never
  /// inlined, so that no optimizer can let it live longer.
  @inline(never)
  private func takeFromJob(_ member: Int) {
    guard let job = job.withLock({ $0 }) else { return }
    take(job.pieces, startingWith: member, job.body)
  }
}
