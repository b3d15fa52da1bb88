import Foundation
import Joule

/// Scores the model at the end of epochs and writes them down.
final class ScoreObserver<Estimator: GradientEstimator>: TrainingObserver
where Estimator.Model == RestrictedBoltzmannMachine<Float> {
  private let scores: ProbeScores
  private let configuration: RunConfiguration
  private let records: RunRecords
  private let display: ProgressDisplay
  private var budget: TimeBudget
  private var trainingSeconds: Double

  init(
    scores: ProbeScores, budget: TimeBudget, configuration: RunConfiguration, records: RunRecords,
    display: ProgressDisplay
  ) {
    self.scores = scores
    self.budget = budget
    self.configuration = configuration
    self.records = records
    self.display = display
    trainingSeconds = records.latest?.trainingSeconds ?? 0
  }

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    guard case .endedEpoch(let rows, let seconds) = event else { return .proceed }
    trainingSeconds += seconds
    budget.earn(seconds)
    guard budget.isDue(after: run.epoch) else { return .proceed }
    try budget.spending { try score(run, rows: rows, seconds: seconds) }
    return .proceed
  }

  private func score(
    _ run: TrainingRun<Estimator>, rows: Int, seconds: Double
  ) throws {
    let training = scores.training(run.model)
    let validation = scores.validation(run.model)
    let plan = configuration.plan
    let scored = EpochScores(
      epoch: run.epoch, step: run.step,
      learningRate: plan.schedule.rate(
        base: plan.learningRate, progress: Double(run.epoch) / Double(plan.epochs)),
      seconds: seconds, trainingSeconds: trainingSeconds,
      samplesPerSecond: Double(rows) / max(seconds, 1e-9),
      pseudoLogLikelihood: training.pseudoLogLikelihood,
      validationPseudoLogLikelihood: validation?.pseudoLogLikelihood,
      meanFreeEnergy: training.meanFreeEnergy,
      validationMeanFreeEnergy: validation?.meanFreeEnergy,
      freeEnergyGap: validation.map { $0.meanFreeEnergy - training.meanFreeEnergy },
      reconstructionError: training.reconstructionError,
      largestWeight: Double(run.model.weights.largestMagnitude))
    try records.append(scored)
    display.print(Self.line(scored, of: configuration.epochs))
  }

  private static func line(_ scores: EpochScores, of epochs: Int) -> String {
    var line =
      "epoch \(scores.epoch)/\(epochs)  pseudo-log-likelihood "
      + format(scores.pseudoLogLikelihood, digits: 4)
    if let validation = scores.validationPseudoLogLikelihood {
      line += " (validation \(format(validation, digits: 4)))"
    }
    if let gap = scores.freeEnergyGap { line += "  free-energy gap \(format(gap))" }
    return line + "  \(format(Int(scores.samplesPerSecond))) rows/s"
  }
}

/// Saves the run and the model, now and then and at the end.
final class CheckpointObserver<Estimator: GradientEstimator>: TrainingObserver
where Estimator.Model == RestrictedBoltzmannMachine<Float> {
  private var budget: TimeBudget
  private let configuration: RunConfiguration
  private let records: RunRecords
  private let folder: RunFolder

  init(
    budget: TimeBudget, configuration: RunConfiguration, records: RunRecords, folder: RunFolder
  ) {
    self.budget = budget
    self.configuration = configuration
    self.records = records
    self.folder = folder
  }

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    switch event {
    case .began where run.step == 0: break
    case .endedEpoch(_, let seconds):
      budget.earn(seconds)
      guard budget.isDue(after: run.epoch) else { return .proceed }
    default: return .proceed
    }
    try budget.spending {
      try run.requireFinite(limit: configuration.plan.largestParameter)
      try RunCheckpoint.save(
        run, configuration: configuration, records: try records.settle(), to: folder.checkpoint)
      try ModelMetadata.save(run.model, configuration: configuration, to: folder.model)
    }
    return .proceed
  }
}

/// Shows how far the run is.
final class ProgressObserver<Estimator: GradientEstimator>: TrainingObserver {
  private let total: Int
  private let rows: Int
  private let batchSize: Int
  private let stepsPerEpoch: Int
  private let records: RunRecords
  private let display: ProgressDisplay
  private var begin: (step: Int, time: ContinuousClock.Instant)?

  init(
    configuration: RunConfiguration, rows: Int, records: RunRecords, display: ProgressDisplay
  ) {
    batchSize = configuration.batchSize
    stepsPerEpoch = (rows + batchSize - 1) / batchSize
    total = stepsPerEpoch * configuration.epochs
    self.rows = rows
    self.records = records
    self.display = display
  }

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    if case .began = event { begin = (run.step, .now) }
    guard case .stepped = event, let begin else { return .proceed }
    display.show(
      Double(run.step) / Double(total), done: Double(begin.step) / Double(total),
      note(run, since: begin))
    return .proceed
  }

  private func note(
    _ run: TrainingRun<Estimator>, since begin: (step: Int, time: ContinuousClock.Instant)
  ) -> String {
    let seconds = (ContinuousClock.now - begin.time) / .seconds(1)
    let rate = Double((run.step - begin.step) * min(batchSize, rows)) / max(seconds, 1e-9)
    var note = "epoch \(run.epoch + 1) · \(format(Int(rate))) rows/s"
    if let score = records.latest?.pseudoLogLikelihood {
      note += " · pseudo-log-likelihood \(format(score, digits: 4))"
    }
    return note
  }
}

/// Stops the run when the user or the system asks for it.
struct StopObserver<Estimator: GradientEstimator>: TrainingObserver {
  let signal: StopSignal

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    signal.received == nil ? .proceed : .stop
  }
}
