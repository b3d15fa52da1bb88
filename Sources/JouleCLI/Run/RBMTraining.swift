import ArgumentParser
import Foundation
import Joule

/// A training run of a restricted Boltzmann machine in its folder, from the first update, or from a
/// checkpoint, to the report.
struct RBMTraining {
  typealias Machine = RestrictedBoltzmannMachine<Float>
  typealias Kernel = BlockGibbs<Machine>

  let configuration: RunConfiguration
  let training: LoadedData
  let validation: LoadedData?
  let folder: RunFolder
  let settings: RunSettings
  let signal: StopSignal
  let checkpoint: RunCheckpoint?

  /// The names of options become types here, and nowhere else.
  func execute() throws {
    BLASThreads.set(1)
    let (steps, chains) = (configuration.gibbsSteps, configuration.chains)
    switch (configuration.method, configuration.centering) {
    case (.cd, true):
      try execute(Centered(ContrastiveDivergence(steps: steps) { Kernel($0) }))
    case (.cd, false):
      try execute(ContrastiveDivergence(steps: steps) { Kernel($0) })
    case (.pcd, true):
      try execute(
        Centered(PersistentContrastiveDivergence(steps: steps, chains: chains) { Kernel($0) }))
    case (.pcd, false):
      try execute(PersistentContrastiveDivergence(steps: steps, chains: chains) { Kernel($0) })
    }
  }

  private func execute<Estimator: GradientEstimator>(_ estimator: Estimator) throws
  where Estimator.Model == Machine {
    switch configuration.optimizer {
    case .sgd:
      try execute(
        estimator,
        SGD(momentum: configuration.momentum, nesterov: configuration.nesterov))
    case .adam: try execute(estimator, Adam())
    }
  }

  private func execute<Estimator: GradientEstimator, Rule: Optimizer>(
    _ estimator: Estimator, _ rule: Rule
  ) throws where Estimator.Model == Machine {
    let key = configuration.key
    let statistics = DataStatistics<Float>(
      of: training.dataset, binarization: configuration.binarize, key: key.folded("statistics"))
    let trainer = Trainer(estimator: estimator, optimizer: rule, plan: configuration.plan)
    var state = trainer.start(
      Machine(
        visibleMeans: statistics.smoothedMeans, hiddenCount: configuration.hidden,
        using: key.folded("machine")), data: statistics)
    try checkpoint?.restore(&state)

    let display = ProgressDisplay("training", isQuiet: settings.isQuiet)
    let log = try MetricsLog(path: folder.metrics, keeping: checkpoint?.records ?? 0)
    let records = try RunRecords(log: log)
    if checkpoint != nil {
      display.print(
        "resuming \(folder.path) at epoch \(state.epoch) of \(configuration.epochs)"
          + (state.batch > 0 ? ", batch \(state.batch)" : ""))
    } else {
      display.print(
        "training \(training.dataset.columnCount)-\(configuration.hidden) on "
          + "\(format(training.dataset.rowCount)) rows, \(configuration.epochs) epochs, "
          + "\(settings.workers.count) thread(s)")
    }
    var observers: [any TrainingObserver<Estimator>] = [
      ScoreObserver<Estimator>(
        scores: ProbeScores(
          training: training.dataset, validation: validation?.dataset,
          configuration: configuration, workers: settings.workers),
        budget: TimeBudget(every: settings.evaluateEvery, lastEpoch: configuration.epochs),
        configuration: configuration, records: records,
        display: display),
      CheckpointObserver<Estimator>(
        budget: TimeBudget(every: settings.checkpointEvery, lastEpoch: configuration.epochs),
        configuration: configuration, records: records, folder: folder),
      ProgressObserver<Estimator>(
        configuration: configuration, rows: training.dataset.rowCount, records: records,
        display: display),
      StopObserver<Estimator>(signal: signal),
    ]
    let isComplete: Bool
    do {
      isComplete = try trainer.train(
        &state, on: training.dataset, workers: settings.workers, observers: &observers)
    } catch let error as TrainingError {
      display.clear()
      throw Failure(
        "\(error); the last good checkpoint, if there is one, is kept in \(folder.path): "
          + "try a smaller --learning-rate (now \(configuration.learningRate)) or more "
          + "--weight-decay")
    }
    display.clear()
    guard isComplete else {
      try state.requireFinite()
      try RunCheckpoint.save(
        state, configuration: configuration, records: try records.settle(),
        to: folder.checkpoint)
      display.print(
        "stopped at epoch \(state.epoch + 1) of \(configuration.epochs), batch \(state.batch); a "
          + "checkpoint is saved. To go on: \(settings.continuation ?? "joule train rbm --resume --output \(folder.path)")"
      )
      throw ExitCode(128 + (signal.received ?? SIGINT))
    }
    try RunConclusion(
      machine: state.model, configuration: configuration, training: training,
      validation: validation, folder: folder, records: records, settings: settings,
      signal: signal
    ).execute()
  }
}
