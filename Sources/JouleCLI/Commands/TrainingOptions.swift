public import ArgumentParser
import Joule

extension Binarization: ExpressibleByArgument {}
extension CommonSettings.OptimizerName: ExpressibleByArgument {}
extension CommonSettings.ScheduleName: ExpressibleByArgument {}

/// The options of every `joule train` command that determine the model. Those not given take the
/// defaults of the kind, or, when a run is resumed, what the run began with.
struct TrainingOptions<Kind: TrainableKind>: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Training data: IDX, NPY, NPZ (FILE or FILE:ARRAY), CSV or TSV, svmlight, sparse NPZ of scipy; "
        + "gzip allowed."
        + (Kind.allowsMissing
          ? " NaN is a missing value, which the model fills in as it learns." : "")
    ))
  var data: String?
  @Option(help: "Data held out, to see over-fitting.")
  var validation: String?
  @Option(
    help: ArgumentHelp(
      "A file of the shape of the data: 1 where a value is given, 0 where it is missing.",
      visibility: Kind.allowsMissing ? .default : .hidden))
  var mask: String?
  @Option(
    help: ArgumentHelp(
      "A file of one weight a row of the data: a row is learnt from as often as its weight says. "
        + "(default: all count the same)"))
  var weights: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Weigh a row by one over the number of rows that agree with it in at least this share of columns, as for "
        + "related sequences; 0.8 is usual. Columns are categories or bits. (default: off)"))
  var similarity: Double?
  @Option(
    help: ArgumentHelp(
      "How values in [0, 1] become 0 and 1: as they are, above one half, or drawn anew each epoch. "
        + "(default: \(Kind.defaults.binarize.rawValue))",
      visibility: Kind.values == .unit ? .default : .hidden))
  var binarize: Binarization?
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Give every column mean 0 and standard deviation 1; the model file remembers how. "
        + "(default: \(Kind.defaults.standardize ? "on" : "off"))",
      visibility: Kind.values == .real ? .default : .hidden))
  var standardize: Bool?
  @Option(
    parsing: .unconditional, help: "Passes over the data. (default: \(Kind.defaults.epochs))")
  var epochs: Int?
  @Option(
    parsing: .unconditional,
    help: "Rows an update. (default: \(Kind.defaults.batchSize.map(String.init) ?? "all"))")
  var batchSize: Int?
  @Option(help: "The update rule. (default: \(Kind.defaults.optimizer.rawValue))")
  var optimizer: CommonSettings.OptimizerName?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The learning rate at the start. (default: \(format(shortest: Kind.defaults.sgdRate)) for sgd, "
        + "\(format(shortest: Kind.defaults.adamRate)) for adam)"))
  var learningRate: Double?
  @Option(help: "How the learning rate falls. (default: \(Kind.defaults.schedule.rawValue))")
  var schedule: CommonSettings.ScheduleName?
  @Option(
    parsing: .unconditional,
    help: "The last learning rate as a fraction of the first. (default: 0 for linear, else 0.01)")
  var finalRate: Double?
  @Option(parsing: .unconditional, help: "Momentum of sgd, in [0, 1). (default: 0)")
  var momentum: Double?
  @Flag(inversion: .prefixedNo, help: "Nesterov's form of momentum. (default: off)")
  var nesterov: Bool?
  @Option(
    parsing: .unconditional,
    help:
      "β₁ of adam, the memory of its mean gradient, in [0, 1); 0 follows the last gradient alone. (default: 0.9)"
  )
  var beta1: Double?
  @Option(
    parsing: .unconditional,
    help: "L2 penalty on weights. (default: \(format(shortest: Kind.defaults.weightDecay)))")
  var weightDecay: Double?
  @Option(parsing: .unconditional, help: "L1 penalty on weights. (default: 0)")
  var l1: Double?
  @Option(help: "What every random number descends from. (default: 0)")
  var seed: UInt64?
}

extension TrainingOptions {
  /// The settings of a new run.
  ///
  /// - Parameter rowWeights: what `weights` names, read.
  func settings(of training: LoadedData, rowWeights: WeightFile? = nil) throws -> CommonSettings {
    let defaults = Kind.defaults
    let rule = optimizer ?? defaults.optimizer
    let falls = schedule ?? defaults.schedule
    // Columns of bits may be pixels; those of other tables are no picture unless the file says so.
    let shape = Kind.values == .unit ? training.pictureShape : training.imageShape
    let settings = CommonSettings(
      model: Kind.name, data: DataSource(training), validation: validation,
      mask: mask, weights: weights,
      weightsChecksum: rowWeights?.checksum,
      similarity: similarity, imageHeight: shape?.height, imageWidth: shape?.width,
      standardize: Kind.values == .real ? standardize ?? defaults.standardize : nil,
      epochs: epochs ?? defaults.epochs,
      batchSize: batchSize ?? defaults.batchSize ?? training.dataset.rowCount,
      binarize: binarize ?? defaults.binarize, optimizer: rule,
      learningRate: learningRate ?? (rule == .sgd ? defaults.sgdRate : defaults.adamRate),
      schedule: falls, finalRate: finalRate ?? (falls == .linear ? 0 : 0.01),
      momentum: momentum ?? 0, nesterov: nesterov ?? false, beta1: beta1,
      weightDecay: weightDecay ?? defaults.weightDecay, l1: l1 ?? 0, seed: seed ?? 0)
    try require(
      settings.schedule == .linear || settings.schedule == .constant || settings.finalRate > 0,
      "--final-rate must be above 0 for the \(settings.schedule.rawValue) schedule")
    try require(
      !settings.nesterov || settings.momentum > 0, "--nesterov needs a --momentum above 0")
    try require(
      settings.optimizer == .adam || beta1 == nil, "--beta1 is adam's, and the optimizer is sgd")
    return settings
  }

  /// Refuses what cannot be meant, before any file is read.
  func checkGivenValues() throws {
    try Kind.values.check(binarize ?? .none)
    try require(
      Kind.values == .real || standardize == nil,
      "--standardize is for models of any numbers, and this one's variables are bits: leave it out")
    if let similarity {
      try require(
        similarity > 0 && similarity <= 1,
        "--similarity lies above 0 and up to 1, got \(similarity)")
    }
    try require(
      weights == nil || similarity == nil,
      "--weights and --similarity both weigh the rows: give one")
    try OptionChecks.positive([("--epochs", epochs), ("--batch-size", batchSize)])
    try OptionChecks.positive("--learning-rate", learningRate)
    try OptionChecks.notNegative([("--weight-decay", weightDecay), ("--l1", l1)])
    try OptionChecks.fractions([("--momentum", momentum), ("--beta1", beta1)])
    if let finalRate {
      try require(
        finalRate >= 0 && finalRate <= 1,
        "--final-rate is a fraction of the learning rate, from 0 to 1, got \(finalRate)")
    }
  }

  /// What was given beside what a run began with: the option's name, the value given, the value stored.
  func comparison(with stored: CommonSettings) -> [(String, String?, String)] {
    [
      ("--validation", validation, stored.validation ?? "none"),
      ("--mask", mask, stored.mask ?? "none"),
      ("--weights", weights, stored.weights ?? "none"),
      ("--similarity", similarity.map { "\($0)" }, stored.similarity.map { "\($0)" } ?? "off"),
      ("--binarize", binarize?.rawValue, stored.binarize.rawValue),
      ("--standardize", standardize.map { "\($0)" }, "\(stored.standardize ?? false)"),
      ("--epochs", epochs.map { "\($0)" }, "\(stored.epochs)"),
      ("--batch-size", batchSize.map { "\($0)" }, "\(stored.batchSize)"),
      ("--optimizer", optimizer?.rawValue, stored.optimizer.rawValue),
      ("--learning-rate", learningRate.map { "\($0)" }, "\(stored.learningRate)"),
      ("--schedule", schedule?.rawValue, stored.schedule.rawValue),
      ("--final-rate", finalRate.map { "\($0)" }, "\(stored.finalRate)"),
      ("--momentum", momentum.map { "\($0)" }, "\(stored.momentum)"),
      ("--nesterov", nesterov.map { "\($0)" }, "\(stored.nesterov)"),
      ("--beta1", beta1.map { "\($0)" }, "\(stored.beta1 ?? CommonSettings.usualBeta1)"),
      ("--weight-decay", weightDecay.map { "\($0)" }, "\(stored.weightDecay)"),
      ("--l1", l1.map { "\($0)" }, "\(stored.l1)"),
      ("--seed", seed.map { "\($0)" }, "\(stored.seed)"),
    ]
  }
}
