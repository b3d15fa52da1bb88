import JouleAlgebra
import JouleCore
import JouleRandom
import JouleTensor

/// A warm-up under way.
struct WarmUpRun<Kernel: StepSizeTunable> {
  typealias Scalar = Kernel.Scalar

  private struct Piece: Sendable {
    let chains: Range<Int>
    var state: Kernel.State
    var info: Kernel.Info?
    var estimate: MetricEstimate<Scalar>?
  }

  private(set) var kernel: Kernel
  private var pieces: [Piece]
  private let key: RandomKey
  private let plan: WarmUp
  private let workers: Workers
  private var acceptances: [Double] = []
  /// Makes the estimate of a window from the mean of where the chains are; nil where none is wanted.
  var estimate: ((Tensor<Scalar>) -> MetricEstimate<Scalar>)?

  init(
    _ kernel: Kernel, at rows: Tensor<Scalar>, key: RandomKey, _ plan: WarmUp, _ workers: Workers
  ) {
    self.kernel = kernel
    self.key = key
    self.plan = plan
    self.workers = workers
    pieces = RowPieces.ranges(rows.shape[0]).map {
      Piece(chains: $0, state: kernel.makeState(at: rows.rows($0)))
    }
  }

  var result: WarmedUp<Kernel> {
    WarmedUp(kernel: kernel, rows: position, acceptances: acceptances)
  }

  private var position: Tensor<Scalar> {
    Tensor(concatenating: pieces.map { kernel.position(of: $0.state) }, along: 0)
  }

  /// All steps.
  ///
  /// - Parameter retuned: the kernel with the mass of an estimate.
  mutating func advance(
    _ progress: (Double) -> Void, _ observing: (Int, [Kernel.Info]) -> Void,
    retuned: (Kernel, MetricEstimate<Scalar>, Int) throws(WarmUpError) -> Kernel?
  ) throws(WarmUpError) {
    let steps = plan.schedule.steps
    guard steps > 0, !pieces.isEmpty else { return }
    let windowEnds = plan.schedule.windowEnds
    let estimatesFrom = plan.schedule.initial
    var averaging = try tuning(step: 0)
    for step in 0..<steps {
      if step == estimatesFrom { beginWindow() }
      try makeStep(step)
      observing(step, pieces.compactMap(\.info))
      averaging.update(acceptance: acceptances[step])
      kernel = bounded(averaging.stepSize)
      if windowEnds.contains(step + 1), let found = pooledEstimate() {
        if let next = try retuned(kernel, found, step) {
          kernel = next
          averaging = try tuning(step: step + 1)
        }
        if step + 1 == windowEnds.last { endWindows() } else { beginWindow() }
      }
      if (step + 1) % Swift.max(1, steps / 100) == 0 { progress(Double(step + 1) / Double(steps)) }
    }
    kernel = bounded(averaging.averagedStepSize)
  }

  private func bounded(_ stepSize: Double) -> Kernel {
    kernel.with(stepSize: Swift.min(stepSize, Kernel.largestStepSize))
  }

  /// Averaging from a step size of the right order, which the kernel takes.
  private mutating func tuning(step: Int) throws(WarmUpError) -> DualAveraging {
    let search = StepSizeSearch(key: key.folded("step size").folded(UInt64(step)), workers: workers)
    kernel = try search.tuned(kernel, at: pieces.map { ($0.chains, kernel.position(of: $0.state)) })
    return DualAveraging(
      stepSize: kernel.stepSize, target: plan.targetAcceptance ?? Kernel.recommendedAcceptance)
  }

  private mutating func makeStep(_ step: Int) throws(WarmUpError) {
    let (kernel, key) = (kernel, key.folded("steps"))
    workers.mutateEach(&pieces) { _, piece in
      piece.info = kernel.step(
        &piece.state,
        using: ChainRandom(key: key, firstChain: piece.chains.lowerBound, step: step))
      piece.estimate?.add(kernel.position(of: piece.state))
    }
    var sum = 0.0
    for piece in pieces {
      if let fault = piece.info?.fault {
        throw .fault(fault.moved(by: piece.chains.lowerBound), step: step)
      }
      sum = piece.info?.acceptanceProbabilities?.reduce(sum, +) ?? sum
    }
    acceptances.append(sum / Double(pieces[pieces.count - 1].chains.upperBound))
  }

  private mutating func beginWindow() {
    guard let estimate else { return }
    let empty = estimate(position.mean(along: 0))
    for index in pieces.indices { pieces[index].estimate = empty }
  }

  private mutating func endWindows() {
    for index in pieces.indices { pieces[index].estimate = nil }
  }

  /// The sums of all pieces, in order.
  private func pooledEstimate() -> MetricEstimate<Scalar>? {
    guard var total = pieces[0].estimate else { return nil }
    for piece in pieces.dropFirst() {
      if let part = piece.estimate { total.add(part) }
    }
    return total
  }
}

extension TransitionFault {
  /// The same fault of a row that is so many further on in the whole.
  func moved(by rows: Int) -> TransitionFault { TransitionFault(row: row + rows, reason: reason) }
}
