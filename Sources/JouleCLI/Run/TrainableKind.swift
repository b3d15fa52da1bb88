import ArgumentParser
import Joule

/// A kind of model that `joule train` makes: what a run asks of it, everything else being the same for
/// all kinds.
protocol TrainableKind: ModelKind where Model: ParametricEnergy {
  associatedtype Settings: KindSettings
  associatedtype Options: KindOptions where Options.Settings == Settings
  associatedtype Monitor: ScoreMonitor where Monitor.Model == Model

  /// The help of the command: one line, then examples.
  static var help: (abstract: String, discussion: String) { get }

  /// What common options are where they are not given.
  static var defaults: TrainingDefaults { get }

  /// Refuses a configuration that cannot be meant, before anything is written; by default none.
  static func check(_ configuration: RunConfiguration<Settings>) throws

  /// How columns of files become the model's own; by default standardized where the settings say so, else as they are.
  ///
  /// - Parameter data: the training data, from which means and scales are taken.
  static func coding(
    _ configuration: RunConfiguration<Settings>, of data: LoadedData
  ) -> Standardization?

  /// Refuses data that do not fit the configuration, before anything is written; by default none.
  static func check(_ data: LoadedData, _ configuration: RunConfiguration<Settings>) throws
  /// The rows that the model learns from, or is watched on: by default those of the file, in the model's
  /// own units.
  ///
  /// - Parameters:
  ///   - rows: of the file.
  ///   - isHeldOut: whether they are the validation rows.
  static func learntRows(
    _ rows: ModelRows, isHeldOut: Bool, _ configuration: RunConfiguration<Settings>
  ) throws -> ModelRows

  /// The model before the first update.
  ///
  /// - Parameters:
  ///   - data: the training rows, in the model's own units.
  ///   - statistics: means and example rows of them.
  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Model.Scalar>, on workers: Workers
  ) throws -> Model

  /// The model after what comes before the first update of the run, such as layers that are trained one by
  /// one; by default nothing does. A run that goes on from a checkpoint has it behind it.
  ///
  /// - Returns: nil where the signal came.
  static func pretrained(
    _ model: Model, _ configuration: RunConfiguration<Settings>, data: RunData,
    settings: RunSettings, signal: StopSignal
  ) throws -> Model?

  /// Where gradients come from: the names of options become types here.
  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model>

  /// The same, knowing the means of the training data and some of its rows; by default without them.
  static func estimator(
    _ configuration: RunConfiguration<Settings>, data statistics: DataStatistics<Model.Scalar>
  ) throws -> any GradientEstimator<Model>

  /// What moves the parameters; by default what the common options name.
  static func optimizer(_ configuration: RunConfiguration<Settings>) -> any Optimizer

  /// How long and how fast; by default what the common options say.
  static func plan(_ configuration: RunConfiguration<Settings>) -> TrainingPlan

  /// Why the model is no distribution though its parameters are finite, such as couplings without a finite Z; nil where it is
  /// one, as by default always. What is saved has none.
  var fault: String? { get }

  /// What is scored while a model trains.
  ///
  /// - Parameter validation: rows held out, if there are any.
  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> Monitor

  /// Whether persistent chains of the estimator are watched: their energies beside the data's, their R-hat.
  static var watchesChains: Bool { get }

  /// What compares the estimator's chains with chains that start anew; nil where nothing does.
  static func watch<Estimator: ChainHolding>(
    _ estimator: Estimator, _ configuration: RunConfiguration<Settings>,
    data statistics: DataStatistics<Model.Scalar>, on workers: Workers
  ) -> EquilibriumWatch<Estimator>? where Estimator.Model == Model

  /// The scores that lines show, the most telling first.
  static var headlines: [Headline] { get }

  /// The curves of the report.
  static var curves: [ScoreCurves] { get }

  /// The name of the model in a title, such as "RBM 784-500": in two parts.
  var caption: (kind: String, architecture: String) { get }

  /// The model in a sentence, with its article in capitals: "A restricted Boltzmann machine of …".
  var sentence: String { get }

  /// How the samples of the report are drawn, in a sentence; and whether as means.
  static var samples: (steps: Int, areMeans: Bool, explanation: String) { get }

  /// What the parts of the model look like, such as the weights of its units: `filters.png` in the run's
  /// folder. By default there is no such picture.
  ///
  /// - Parameter shape: of a row as an image.
  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture?
}

extension TrainableKind {
  static func check(_ configuration: RunConfiguration<Settings>) throws {}
  static func check(_ data: LoadedData, _ configuration: RunConfiguration<Settings>) throws {}

  static func coding(
    _ configuration: RunConfiguration<Settings>, of data: LoadedData
  ) -> Standardization? {
    configuration.common.standardize == true ? Standardization(of: data.dataset) : nil
  }
  static func learntRows(
    _ rows: ModelRows, isHeldOut: Bool, _ configuration: RunConfiguration<Settings>
  ) throws -> ModelRows { rows }

  static var watchesChains: Bool { false }

  var fault: String? { nil }

  static func estimator(
    _ configuration: RunConfiguration<Settings>, data statistics: DataStatistics<Model.Scalar>
  ) throws -> any GradientEstimator<Model> { try estimator(configuration) }

  static func watch<Estimator: ChainHolding>(
    _ estimator: Estimator, _ configuration: RunConfiguration<Settings>,
    data statistics: DataStatistics<Model.Scalar>, on workers: Workers
  ) -> EquilibriumWatch<Estimator>? where Estimator.Model == Model { nil }

  static func pretrained(
    _ model: Model, _ configuration: RunConfiguration<Settings>, data: RunData,
    settings: RunSettings, signal: StopSignal
  ) throws -> Model? { model }

  static func optimizer(_ configuration: RunConfiguration<Settings>) -> any Optimizer {
    configuration.optimizer
  }

  static func plan(_ configuration: RunConfiguration<Settings>) -> TrainingPlan {
    configuration.plan
  }

  func partsPicture(shape: (height: Int, width: Int)) -> ReportContent.Picture? { nil }
}

/// The options that one kind of model adds to those of every run.
protocol KindOptions: ParsableArguments {
  associatedtype Settings: KindSettings

  /// Refuses what cannot be meant, before any file is read.
  func checkGivenValues() throws

  /// The settings of a new run; what is not given takes its default.
  func settings(of data: LoadedData) throws -> Settings

  /// The same where a default depends on the optimizer.
  func settings(of data: LoadedData, optimizer: CommonSettings.OptimizerName) throws -> Settings

  /// What was given beside what a run began with: the option's name, the value given, the value stored.
  func comparison(with stored: Settings) -> [(String, String?, String)]
}

extension KindOptions {
  func settings(of data: LoadedData, optimizer: CommonSettings.OptimizerName) throws -> Settings {
    try settings(of: data)
  }
}

/// Options whose settings need nothing of the data but the number of their columns.
protocol ColumnwiseOptions: KindOptions {
  func settings(columns: Int) throws -> Settings
}

extension ColumnwiseOptions {
  func settings(of data: LoadedData) throws -> Settings {
    try settings(columns: data.dataset.columnCount)
  }
}

/// Common options where they are not given.
struct TrainingDefaults {
  var epochs = 10
  /// Rows an update; nil for all of them.
  var batchSize: Int? = 100
  var binarize = Binarization.none
  var standardize = false
  var optimizer = CommonSettings.OptimizerName.sgd
  var sgdRate = 0.05
  var adamRate = 0.001
  var schedule = CommonSettings.ScheduleName.linear
  var weightDecay = 1e-4
}

/// Scores of a model on fixed rows, cheap enough to be taken while it trains.
protocol ScoreMonitor<Model> {
  associatedtype Model: ParametricEnergy

  /// Numbers by their names in metrics.jsonl. A name that begins with "validation_" is the same score of
  /// rows held out.
  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model

  /// Whether `mean_free_energy` bounds free energies from above, so that less log Z it bounds log-likelihoods; by default it
  /// is what they are.
  var boundsLikelihoods: Bool { get }
}

extension ScoreMonitor {
  var boundsLikelihoods: Bool { false }
}

/// A score that is shown while a model trains.
struct Headline {
  var label: String
  /// Its name in metrics.jsonl.
  var name: String
  var digits: Int
}

/// Scores over epochs that share a chart.
struct ScoreCurves {
  var title: String
  var explanation: String
  var unit: String
  /// In the legend, and in metrics.jsonl.
  var series: [(label: String, name: String)]
}

extension ScoreCurves {
  static let freeEnergyGap = ScoreCurves(
    title: "Free-energy gap",
    explanation:
      "Mean free energy of validation rows less that of training rows. It grows when the "
      + "machine learns its training rows by heart.",
    unit: "nats a row", series: [("validation − training", "free_energy_gap")])

  static let swaps = ScoreCurves(
    title: "Swaps",
    explanation:
      "How often neighbouring temperatures, or the model and its last snapshot, exchange chains.",
    unit: "rate", series: [("rarest", "least_swap_rate"), ("mean", "mean_swap_rate")])

  static let reconstructionError = ScoreCurves(
    title: "Reconstruction error",
    explanation: "How well the hidden units copy a row. It says little of how good the model is.",
    unit: "mean absolute error", series: [("training", "reconstruction_error")])
}
