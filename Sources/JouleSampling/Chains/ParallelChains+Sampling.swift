public import JouleAlgebra
import JouleTensor
import Synchronization

extension ParallelChains {
  /// Warms the chains up, then draws from them while observers look on.
  ///
  ///     let (moments, quantiles) = try chains.sample(
  ///       SamplingPlan(warmUp: 1000, samples: 5000),
  ///       observing: RunningMoments(), RunningQuantiles(), on: workers
  ///     ) { print($0.fraction, $0.meanAcceptance ?? 1, $0.largestRHat ?? .nan); return .proceed }
  ///
  /// Nothing is kept that no observer was asked to keep. A later call goes on from where the chains are.
  ///
  /// - Parameters:
  ///   - observers: what to keep; each comes back with what it saw.
  ///   - progress: told some hundred times how far the run is; it may stop it.
  /// - Throws: the first fault of a chain, with its step and reason.
  @discardableResult
  public mutating func sample<each Observer: ChainObserver>(
    _ plan: SamplingPlan, observing observers: repeat each Observer,
    on workers: Workers = .single,
    progress: ((SamplingProgress) -> SamplingVerdict)? = nil
  ) throws(ChainFault) -> (repeat each Observer) {
    // A closure, for key paths do not work beside parameter packs yet (Swift 6.3).
    let ranges = pieces.map { $0.chains }
    let cells = (repeat ObserverCells(each observers, chains: ranges, plan: plan))
    var sinks: [@Sendable (Int, Tensor<Double>) -> Void] = []
    repeat sinks.append((each cells).observe)
    try run(plan, into: sinks, on: workers, progress: progress)
    return (repeat (each cells).merged())
  }

  private mutating func run(
    _ plan: SamplingPlan, into sinks: [@Sendable (Int, Tensor<Double>) -> Void],
    on workers: Workers, progress: ((SamplingProgress) -> SamplingVerdict)?
  ) throws(ChainFault) {
    var isStopped = false
    let told = ProgressTeller(plan: plan, progress: progress)
    try warmUp(steps: plan.warmUp, on: workers) { done, acceptance in
      let verdict = told.tell(.warmUp, done, acceptance: acceptance, rHat: nil)
      isStopped = verdict == .stop
      return verdict
    }
    if isStopped { return }
    resetAcceptance()
    // Draws a round: enough to keep threads busy, few enough to tell of.
    let round = Swift.max(1, Swift.min(100, plan.samples / 100))
    // R-hat so far looks at one draw a round: its cost is bounded, and so far is all it says.
    let watch =
      progress == nil
      ? nil
      : ObserverCells(
        RunningMoments(), chains: pieces.map(\.chains), plan: plan)
    for first in stride(from: 0, to: plan.samples, by: round) {
      let draws = Swift.min(round, plan.samples - first)
      let steps = draws * plan.thinning
      try advance(by: steps, on: workers) { index, done, piece in
        guard done % plan.thinning == 0 else { return }
        guard !sinks.isEmpty || done == steps else { return }
        let rows = Tensor<Double>(piece.kernel.position(of: piece.state))
        for sink in sinks { sink(index, rows) }
        if done == steps { watch?.observe(piece: index, rows) }
      }
      let done = plan.warmUp + (first + draws) * plan.thinning
      let verdict = told.tell(
        .sampling, done, acceptance: meanAcceptance, rHat: watch?.merged().largestRHat)
      if verdict == .stop { return }
    }
  }
}

/// Tells of progress, where anyone listens.
private struct ProgressTeller {
  let plan: SamplingPlan
  let progress: ((SamplingProgress) -> SamplingVerdict)?

  func tell(
    _ phase: SamplingProgress.Phase, _ done: Int, acceptance: Double?, rHat: Double?
  ) -> SamplingVerdict {
    progress?(
      SamplingProgress(
        phase: phase, stepsDone: done, stepsInAll: plan.steps, meanAcceptance: acceptance,
        largestRHat: rHat)) ?? .proceed
  }
}

/// One observer for each piece of the chains. A piece is on one thread at a time, so nobody waits for
/// a lock; it is there because the compiler cannot see that.
private final class ObserverCells<Observer: ChainObserver>: Sendable {
  private let cells: [Cell]

  private final class Cell: Sendable {
    let observer: Mutex<Observer>
    init(_ observer: Observer) { self.observer = Mutex(observer) }
  }

  init(_ observer: Observer, chains: [Range<Int>], plan: SamplingPlan) {
    cells = chains.map { Cell(observer.begun(chains: $0, plan: plan)) }
  }

  func observe(piece: Int, _ rows: Tensor<Double>) {
    cells[piece].observer.withLock { $0.observe(rows) }
  }

  func merged() -> Observer {
    var result = cells[0].observer.withLock { $0 }
    for cell in cells.dropFirst() { result.merge(cell.observer.withLock { $0 }) }
    return result
  }
}

extension RunningMoments {
  /// The largest R-hat that is defined; nil where none is, or there are fewer than four draws.
  fileprivate var largestRHat: Double? {
    guard drawCount >= 4, chainCount > 1 else { return nil }
    return rHat.elements.filter(\.isFinite).max()
  }
}
