import Foundation
import Joule

/// Scores the model at the end of epochs and writes them down.
final class ScoreObserver<Kind: TrainableKind, Estimator: GradientEstimator>: TrainingObserver
where Estimator.Model == Kind.Model {
  private let monitor: Kind.Monitor
  private let estimator: Estimator
  private let chains: (any ChainWatch)?
  private let plan: TrainingPlan
  private let records: RunRecords
  private let display: ProgressDisplay
  private var budget: TimeBudget
  private var trainingSeconds: Double
  private var decline = DeclineWatch()
  private var hasDeclined = false
  private var isFrozen = false

  /// - Parameters:
  ///   - chains: of the estimator, where they are watched.
  ///   - every: epochs between two scores; nil: as often as costs little.
  init(
    monitor: Kind.Monitor, estimator: Estimator, chains: (any ChainWatch)?, plan: TrainingPlan,
    every: Int?, records: RunRecords, display: ProgressDisplay
  ) {
    self.monitor = monitor
    self.estimator = estimator
    self.chains = chains
    self.plan = plan
    self.records = records
    self.display = display
    budget = TimeBudget(every: every, lastEpoch: plan.epochs)
    trainingSeconds = records.latest?.trainingSeconds ?? 0
  }

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    if case .advised(let advice) = event {
      try records.append(record: AdviceRecord(epoch: run.epoch, advice))
      display.print("advice after epoch \(run.epoch): \(advice.text)")
    }
    guard case .endedEpoch(let rows, let seconds) = event else { return .proceed }
    trainingSeconds += seconds
    budget.earn(seconds)
    guard budget.isDue(after: run.epoch) else { return .proceed }
    try budget.spending { try score(run, rows: rows, seconds: seconds) }
    let advice = advice(on: records.latest?.scores ?? [:])
    return advice.isEmpty ? .proceed : .advise(advice)
  }

  /// What scores say when they are seen one after the other.
  private func advice(on scores: [String: Double]) -> [TrainingAdvice] {
    var advice: [TrainingAdvice] = []
    // Higher is better for both; the first has no noise, as a log Z from chains would.
    let heldOut = [
      "validation_pseudo_log_likelihood", "validation_log_likelihood",
      "validation_log_likelihood_bound",
    ]
    if let name = heldOut.first(where: { scores[$0] != nil }), let score = scores[name],
      decline.note(score), !hasDeclined
    {
      hasDeclined = true
      advice.append(
        TrainingAdvice(
          .declining,
          "\(name) has fallen by a fifth of what it had risen: the model learns its training rows by "
            + "heart, or its chains have lost it; more weight decay, fewer epochs, or chains that mix"
        ))
    }
    if let rate = scores["least_swap_rate"], rate < Self.frozenRate, !isFrozen {
      isFrozen = true
      advice.append(
        TrainingAdvice(
          .frozen,
          "neighbouring temperatures exchange chains at a rate of \(format(rate, digits: 3)): the cold "
            + "ones are on their own; take more --temperatures"))
    }
    return advice
  }

  /// Swaps that are rarer do not move chains along a ladder.
  private static var frozenRate: Double { 0.02 }

  private func score(
    _ run: TrainingRun<Estimator>, rows: Int, seconds: Double
  ) throws {
    let scores = scores(of: run)
    let record = EpochRecord(
      epoch: run.epoch, step: run.step,
      learningRate: plan.schedule.rate(
        base: plan.learningRate, progress: Double(run.epoch) / Double(plan.epochs)),
      seconds: seconds, trainingSeconds: trainingSeconds,
      samplesPerSecond: Double(rows) / max(seconds, 1e-9), scores: scores)
    try records.append(record)
    display.print(line(record))
  }

  /// What the monitor, the chains and the estimator know; with log Z, free energies are likelihoods, and bounds of those bounds.
  private func scores(of run: TrainingRun<Estimator>) -> [String: Double] {
    var scores = monitor.scores(of: run)
      .merging(chains?.scores ?? [:]) { own, _ in own }
      .merging(run.figures(of: estimator)) { own, _ in own }
    guard let logPartition = scores["log_partition"] else { return scores }
    let name = monitor.boundsLikelihoods ? "log_likelihood_bound" : "log_likelihood"
    for rows in ["", "validation_"] {
      guard let energy = scores[rows + "mean_free_energy"],
        // What a monitor knows exactly stays.
        scores[rows + name] == nil
      else { continue }
      scores[rows + name] = -energy - logPartition
    }
    return scores
  }

  private func line(_ record: EpochRecord) -> String {
    var parts = ["epoch \(record.epoch)/\(plan.epochs)"]
    for headline in Kind.headlines {
      guard let score = record.scores[headline.name] else { continue }
      var part = "\(headline.label) \(format(score, digits: headline.digits))"
      if let validation = record.scores["validation_" + headline.name] {
        part += " (validation \(format(validation, digits: headline.digits)))"
      }
      parts.append(part)
    }
    parts.append("\(format(Int(record.samplesPerSecond))) rows/s")
    return parts.joined(separator: "  ")
  }
}

/// Saves the run and the model, now and then and at the end.
final class CheckpointObserver<Kind: TrainableKind, Estimator: GradientEstimator>: TrainingObserver
where Estimator.Model == Kind.Model {
  private var budget: TimeBudget
  private let configuration: RunConfiguration<Kind.Settings>
  private let plan: TrainingPlan
  private let standardization: Standardization?
  private let records: RunRecords
  private let folder: RunFolder

  /// - Parameter every: epochs between two checkpoints; nil: as often as costs little.
  init(
    configuration: RunConfiguration<Kind.Settings>, plan: TrainingPlan,
    standardization: Standardization?, every: Int?, records: RunRecords, folder: RunFolder
  ) {
    budget = TimeBudget(every: every, lastEpoch: plan.epochs)
    self.configuration = configuration
    self.plan = plan
    self.standardization = standardization
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
      try run.requireFinite(limit: plan.largestParameter)
      if let fault = Kind(run.trainedModel).fault {
        throw Failure(
          "after epoch \(run.epoch) \(fault); the last good checkpoint, if there is one, is kept in \(folder.path): "
            + "try a smaller --learning-rate (now \(configuration.common.learningRate)) or more --weight-decay"
        )
      }
      try RunCheckpoint<Kind>.save(
        run, configuration: configuration, records: try records.settle(), to: folder.checkpoint)
      try Kind.save(
        run.trainedModel, configuration: configuration, standardization: standardization,
        to: folder.model)
    }
    return .proceed
  }
}

/// Shows how far the run is.
final class ProgressObserver<Kind: TrainableKind, Estimator: GradientEstimator>: TrainingObserver
where Estimator.Model == Kind.Model {
  private let total: Int
  private let rows: Int
  private let batchSize: Int
  private let stepsPerEpoch: Int
  private let records: RunRecords
  private let display: ProgressDisplay
  private var begin: (step: Int, time: ContinuousClock.Instant)?

  init(plan: TrainingPlan, rows: Int, records: RunRecords, display: ProgressDisplay) {
    batchSize = plan.batchSize
    stepsPerEpoch = (rows + batchSize - 1) / batchSize
    total = stepsPerEpoch * plan.epochs
    self.rows = rows
    self.records = records
    self.display = display
  }

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    if case .began = event { begin = (run.step, .now) }
    if case .returned(let error, let factor) = event {
      display.print(
        "\(error): back to the beginning of the epoch, learning rates times "
          + format(shortest: factor))
    }
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
    if let headline = Kind.headlines.first, let score = records.latest?.scores[headline.name] {
      note += " · \(headline.label) \(format(score, digits: headline.digits))"
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
