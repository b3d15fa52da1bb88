public import JouleCore
public import JouleTensor

/// An estimator that holds Markov chains from update to update.
public protocol ChainHolding<Model>: GradientEstimator {
  /// Where the chains stand, `[chains, variables]`.
  func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar>
}

/// Watches the chains of a run: where they go in every epoch, and how far their energies are from the data's.
///
///     let monitor = ChainMonitor(of: estimator, data: statistics.examples)
///     try trainer.train(&run, on: data, observers: [monitor])
///     let worst = monitor.draws?.diagnostics().compactMap(\.rHat).max()
///
/// The model moves under the chains, so R-hat and effective sample sizes of an epoch are those of its chains as
/// they were: a large R-hat says that chains stay apart, as they do in modes that they cannot leave. An energy
/// gap that grows from epoch to epoch says that the chains have lost the model.
public final class ChainMonitor<Estimator: ChainHolding>: TrainingObserver {
  public typealias Scalar = Estimator.Model.Scalar

  /// Mean energies after an epoch.
  public struct Gap: Sendable, Equatable {
    /// Epochs completed.
    public let epoch: Int
    /// E of the data's rows, in nats.
    public let data: Double
    /// E of the chains, in nats.
    public let chains: Double
    /// How much higher the chains' energies are: near zero where the chains sample the model and the model is
    /// the data's.
    public var difference: Double { chains - data }
  }

  private let estimator: Estimator
  private let data: Tensor<Scalar>
  private let watched: Int
  private let capacity: Int
  private var recorder: DrawRecorder<Scalar>?
  private var epoch = -1
  /// One an epoch.
  public private(set) var gaps: [Gap] = []
  /// Divergences after which the run went on, in their order.
  public private(set) var returns: [TrainingError] = []

  /// - Parameters:
  ///   - estimator: the trainer's.
  ///   - data: rows whose energies are compared, `[rows, variables]`.
  ///   - chains: how many to watch, the first ones; at least 1.
  ///   - capacity: draws to keep of each.
  public init(of estimator: Estimator, data: Tensor<Scalar>, chains: Int = 16, capacity: Int = 500)
  {
    precondition(chains > 0, "a monitor watches at least 1 chain, got \(chains)")
    self.estimator = estimator
    self.data = data
    watched = chains
    self.capacity = capacity
  }

  /// Where the chains were after the updates of the epoch, the last one that has begun.
  public var draws: Draws<Scalar>? { recorder?.draws }

  public func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    switch event {
    case .began, .advised: break
    case .stepped: record(run, epoch: run.epoch)
    case .endedEpoch:
      let rows = record(run, epoch: run.epoch - 1)
      gaps.append(
        Gap(
          epoch: run.epoch, data: Tensor<Double>(run.model.energy(of: data)).mean(),
          chains: Tensor<Double>(run.model.energy(of: rows)).mean()))
    case .returned(let error, _):
      returns.append(error)
      recorder = nil
    }
    return .proceed
  }

  @discardableResult
  private func record(_ run: TrainingRun<Estimator>, epoch: Int) -> Tensor<Scalar> {
    let rows = estimator.chainRows(run.model, of: run.estimatorState)
    let count = Swift.min(watched, rows.shape[0])
    if recorder == nil || epoch != self.epoch {
      recorder = DrawRecorder(
        chainCount: count, variableCount: rows.shape[1], capacity: capacity)
      self.epoch = epoch
    }
    recorder?.record(rows.rows(0..<count))
    return rows
  }
}
