import ArgumentParser
import Foundation
import Joule

/// A training run of any kind of model in its folder, from the first update, or from a checkpoint, to
/// the report.
struct TrainingJob<Kind: TrainableKind> {
  let configuration: RunConfiguration<Kind.Settings>
  let data: RunData
  let folder: RunFolder
  let settings: RunSettings
  let signal: StopSignal
  let checkpoint: RunCheckpoint<Kind>?

  /// A new run in a folder of its own.
  ///
  /// - Parameter force: replace another run in the folder.
  static func new(
    configuration: RunConfiguration<Kind.Settings>, training: LoadedData, validation: LoadedData?,
    output: String, force: Bool, settings: RunSettings, signal: StopSignal
  ) throws -> TrainingJob {
    try Kind.check(configuration)
    let data = try RunData(
      Kind.self, training: training, validation: validation, configuration: configuration)
    let folder = try RunFolder.create(output, force: force)
    try AtomicFile.write(
      try encodeJSON(configuration, pretty: true) + "\n", to: folder.configuration)
    return TrainingJob(
      configuration: configuration, data: data, folder: folder, settings: settings,
      signal: signal, checkpoint: nil)
  }

  func execute() throws {
    BLASThreads.set(1)
    let estimator = try Kind.estimator(configuration, data: statistics)
    try execute(estimator, Kind.optimizer(configuration))
  }

  private func execute<Estimator: GradientEstimator, Rule: Optimizer>(
    _ estimator: Estimator, _ rule: Rule
  ) throws where Estimator.Model == Kind.Model {
    let plan = Kind.plan(configuration)
    let trainer = Trainer(estimator: estimator, optimizer: rule, plan: plan)
    let statistics = statistics
    var state = try start(trainer, statistics)
    try checkpoint?.restore(&state)
    let chains =
      Kind.watchesChains
      ? (estimator as? any ChainHolding).flatMap { chainWatch($0, beside: statistics.examples) }
      : nil

    let display = ProgressDisplay("training", isQuiet: settings.isQuiet)
    let log = try MetricsLog(path: folder.metrics, keeping: checkpoint?.records ?? 0)
    let records = try RunRecords(log: log)
    announce(state, on: display)
    var observers: [any TrainingObserver<Estimator>] = [
      ScoreObserver<Kind, Estimator>(
        monitor: Kind.monitor(
          configuration, training: data.trainingRows, validation: data.validationRows,
          on: settings.workers),
        estimator: estimator, chains: chains, plan: plan, every: settings.evaluateEvery,
        records: records, display: display),
      CheckpointObserver<Kind, Estimator>(
        configuration: configuration, plan: plan, standardization: data.standardization,
        every: settings.checkpointEvery, records: records, folder: folder),
      ProgressObserver<Kind, Estimator>(
        plan: plan, rows: data.training.dataset.rowCount, records: records, display: display),
      StopObserver<Estimator>(signal: signal),
    ]
    // Before the scores of an epoch, which they are part of.
    if let observer = chains as? any TrainingObserver<Estimator> {
      observers.insert(observer, at: 0)
    }
    if let holding = estimator as? any ChainHolding<Kind.Model>,
      let watch = equilibriumWatch(holding, statistics) as? any TrainingObserver<Estimator>
    {
      observers.insert(watch, at: 0)
    }
    let isComplete: Bool
    do {
      isComplete = try trainer.train(
        &state, on: data.trainingRows.dataset, workers: settings.workers, observers: &observers)
    } catch let error as TrainingError {
      display.clear()
      let cause = Kind(state.model).fault.map { ", and \($0)" } ?? ""
      throw Failure(
        "\(error)\(cause); the last good checkpoint, if there is one, is kept in \(folder.path): "
          + "try a smaller --learning-rate (now \(configuration.common.learningRate)) or more "
          + "--weight-decay")
    }
    display.clear()
    guard isComplete else {
      try state.requireFinite()
      try RunCheckpoint<Kind>.save(
        state, configuration: configuration, records: try records.settle(),
        to: folder.checkpoint)
      display.print(
        "stopped at epoch \(state.epoch + 1) of \(plan.epochs), batch \(state.batch); a "
          + "checkpoint is saved. To go on: \(continuation)")
      throw ExitCode(128 + (signal.received ?? SIGINT))
    }
    try RunConclusion(
      kind: Kind(state.trainedModel), configuration: configuration, data: data, folder: folder,
      records: records, settings: settings, signal: signal, continuation: continuation
    ).execute()
  }

  private var statistics: DataStatistics<Kind.Model.Scalar> {
    DataStatistics(
      of: data.trainingRows.dataset, binarization: data.trainingRows.binarization,
      key: configuration.key.folded("statistics"))
  }

  private func start<Estimator: GradientEstimator, Rule: Optimizer>(
    _ trainer: Trainer<Estimator, Rule>, _ statistics: DataStatistics<Kind.Model.Scalar>
  ) throws -> TrainingRun<Estimator> where Estimator.Model == Kind.Model {
    let model = try Kind.initialModel(
      configuration, data: data.trainingRows.dataset, statistics: statistics, on: settings.workers)
    guard checkpoint == nil else { return trainer.start(model, data: statistics) }
    guard
      let ready = try Kind.pretrained(
        model, configuration, data: data, settings: settings, signal: signal)
    else {
      ProgressDisplay("training", isQuiet: settings.isQuiet).print(
        "stopped in pretraining, before the first checkpoint: begin again with --force")
      throw ExitCode(128 + (signal.received ?? SIGINT))
    }
    return trainer.start(ready, data: statistics)
  }

  private func chainWatch<Estimator: ChainHolding>(
    _ estimator: Estimator, beside rows: Tensor<Kind.Model.Scalar>
  ) -> (any ChainWatch)? {
    (rows as? Tensor<Estimator.Model.Scalar>).map { ChainMonitor(of: estimator, data: $0) }
  }

  private func equilibriumWatch<Estimator: ChainHolding>(
    _ estimator: Estimator, _ statistics: DataStatistics<Kind.Model.Scalar>
  ) -> Any? where Estimator.Model == Kind.Model {
    Kind.watch(estimator, configuration, data: statistics, on: settings.workers)
  }

  private func announce<Estimator: GradientEstimator>(
    _ state: TrainingRun<Estimator>, on display: ProgressDisplay
  ) where Estimator.Model == Kind.Model {
    let epochs = configuration.common.epochs
    if checkpoint != nil {
      display.print(
        "resuming \(folder.path) at epoch \(state.epoch) of \(epochs)"
          + (state.batch > 0 ? ", batch \(state.batch)" : ""))
    } else {
      display.print(
        "training \(Kind(state.model).caption.architecture) on "
          + "\(format(data.training.dataset.rowCount)) rows, \(epochs) epochs, "
          + "\(settings.workers.count) thread(s)")
    }
  }

  /// What to type to go on with a run that was stopped.
  private var continuation: String {
    settings.continuation ?? "joule train \(Kind.commandName) --resume --output \(folder.path)"
  }
}
