public import ArgumentParser
import Foundation
import Joule

extension Binarization: ExpressibleByArgument {}
extension RunConfiguration.Method: ExpressibleByArgument {}
extension RunConfiguration.OptimizerName: ExpressibleByArgument {}
extension RunConfiguration.ScheduleName: ExpressibleByArgument {}

/// The options of `joule train rbm` that determine the model. Those not given take their defaults, or,
/// when a run is resumed, what the run began with.
struct TrainRBMOptions: ParsableArguments {
  @Option(help: "Training data: IDX, NPY, NPZ (FILE or FILE:ARRAY), CSV or TSV; gzip allowed.")
  var data: String?
  @Option(help: "Data held out, to see over-fitting.")
  var validation: String?
  @Option(
    help: ArgumentHelp(
      "How values in [0, 1] become 0 and 1: as they are, above one half, or drawn anew each epoch. "
        + "(default: none)"))
  var binarize: Binarization?
  @Option(parsing: .unconditional, help: "Hidden units. (default: 500)")
  var hidden: Int?
  @Option(
    help:
      "Contrastive divergence, or its persistent form, which learns better models. (default: pcd)")
  var method: RunConfiguration.Method?
  @Option(parsing: .unconditional, help: "Gibbs steps an update. (default: 1)")
  var gibbsSteps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains. (default: 100)")
  var chains: Int?
  @Flag(inversion: .prefixedNo, help: "Centred gradients. (default: on)")
  var centering: Bool?
  @Option(parsing: .unconditional, help: "Passes over the data. (default: 10)")
  var epochs: Int?
  @Option(parsing: .unconditional, help: "Rows an update. (default: 100)")
  var batchSize: Int?
  @Option(help: "The update rule. (default: sgd)")
  var optimizer: RunConfiguration.OptimizerName?
  @Option(
    parsing: .unconditional,
    help: "The learning rate at the start. (default: 0.05 for sgd, 0.001 for adam)")
  var learningRate: Double?
  @Option(help: "How the learning rate falls. (default: linear)")
  var schedule: RunConfiguration.ScheduleName?
  @Option(
    parsing: .unconditional,
    help: "The last learning rate as a fraction of the first. (default: 0 for linear, else 0.01)")
  var finalRate: Double?
  @Option(parsing: .unconditional, help: "Momentum of sgd, in [0, 1). (default: 0)")
  var momentum: Double?
  @Flag(inversion: .prefixedNo, help: "Nesterov's form of momentum. (default: off)")
  var nesterov: Bool?
  @Option(parsing: .unconditional, help: "L2 penalty on weights. (default: 0.0001)")
  var weightDecay: Double?
  @Option(parsing: .unconditional, help: "L1 penalty on weights. (default: 0)")
  var l1: Double?
  @Option(help: "What every random number descends from. (default: 0)")
  var seed: UInt64?

  /// The configuration of a new run.
  func configuration(of training: LoadedData) throws -> RunConfiguration {
    let rule = optimizer ?? .sgd
    let falls = schedule ?? .linear
    let shape = training.pictureShape
    let configuration = RunConfiguration(
      data: .init(training), validation: validation, imageHeight: shape?.height,
      imageWidth: shape?.width, hidden: hidden ?? 500, method: method ?? .pcd,
      gibbsSteps: gibbsSteps ?? 1, chains: chains ?? 100, centering: centering ?? true,
      epochs: epochs ?? 10, batchSize: batchSize ?? 100, binarize: binarize ?? .none,
      optimizer: rule, learningRate: learningRate ?? (rule == .sgd ? 0.05 : 0.001),
      schedule: falls, finalRate: finalRate ?? (falls == .linear ? 0 : 0.01),
      momentum: momentum ?? 0, nesterov: nesterov ?? false, weightDecay: weightDecay ?? 1e-4,
      l1: l1 ?? 0, seed: seed ?? 0)
    try check(configuration)
    return configuration
  }

  /// Refuses what cannot be meant, before any file is read.
  func checkGivenValues() throws {
    for (name, value) in [
      ("--hidden", hidden), ("--gibbs-steps", gibbsSteps), ("--chains", chains),
      ("--epochs", epochs), ("--batch-size", batchSize),
    ] {
      if let value { try require(value > 0, "\(name) must be at least 1, got \(value)") }
    }
    if let learningRate {
      try require(
        learningRate > 0 && learningRate.isFinite,
        "--learning-rate must be positive and finite, got \(learningRate)")
    }
    if let momentum {
      try require(
        momentum >= 0 && momentum < 1,
        "--momentum must be at least 0 and below 1, got \(momentum)")
    }
    for (name, value) in [("--weight-decay", weightDecay), ("--l1", l1)] {
      if let value {
        try require(
          value >= 0 && value.isFinite, "\(name) must be finite and not negative, got \(value)")
      }
    }
    if let finalRate {
      try require(
        finalRate >= 0 && finalRate <= 1,
        "--final-rate is a fraction of the learning rate, from 0 to 1, got \(finalRate)")
    }
  }

  private func check(_ configuration: RunConfiguration) throws {
    try require(
      configuration.schedule == .linear || configuration.schedule == .constant
        || configuration.finalRate > 0,
      "--final-rate must be above 0 for the \(configuration.schedule.rawValue) schedule")
    try require(
      !configuration.nesterov || configuration.momentum > 0,
      "--nesterov needs a --momentum above 0")
    let parameters = configuration.hidden.multipliedReportingOverflow(
      by: configuration.data.columns)
    try require(
      !parameters.overflow && parameters.partialValue <= 2_000_000_000,
      "\(configuration.hidden) hidden and \(configuration.data.columns) visible units need more "
        + "than 2,000,000,000 weights: take fewer hidden units")
  }

  /// Refuses options that contradict a run that is to be resumed.
  func requireAgreement(with stored: RunConfiguration) throws {
    let pairs: [(String, String?, String)] = [
      ("--validation", validation, stored.validation ?? "none"),
      ("--binarize", binarize?.rawValue, stored.binarize.rawValue),
      ("--hidden", hidden.map { "\($0)" }, "\(stored.hidden)"),
      ("--method", method?.rawValue, stored.method.rawValue),
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, "\(stored.gibbsSteps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--centering", centering.map { "\($0)" }, "\(stored.centering)"),
      ("--epochs", epochs.map { "\($0)" }, "\(stored.epochs)"),
      ("--batch-size", batchSize.map { "\($0)" }, "\(stored.batchSize)"),
      ("--optimizer", optimizer?.rawValue, stored.optimizer.rawValue),
      ("--learning-rate", learningRate.map { "\($0)" }, "\(stored.learningRate)"),
      ("--schedule", schedule?.rawValue, stored.schedule.rawValue),
      ("--final-rate", finalRate.map { "\($0)" }, "\(stored.finalRate)"),
      ("--momentum", momentum.map { "\($0)" }, "\(stored.momentum)"),
      ("--nesterov", nesterov.map { "\($0)" }, "\(stored.nesterov)"),
      ("--weight-decay", weightDecay.map { "\($0)" }, "\(stored.weightDecay)"),
      ("--l1", l1.map { "\($0)" }, "\(stored.l1)"),
      ("--seed", seed.map { "\($0)" }, "\(stored.seed)"),
    ]
    for (name, given, began) in pairs {
      if let given {
        try require(
          given == began,
          "\(name) is \(given), but the run began with \(began): leave the option out to resume, or "
            + "start a new run in another folder")
      }
    }
  }
}
