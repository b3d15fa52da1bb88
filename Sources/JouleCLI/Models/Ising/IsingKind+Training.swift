import ArgumentParser
import Joule

extension IsingKind: TrainableKind {
  typealias Settings = IsingSettings
  typealias Options = IsingOptions
  typealias Monitor = IsingMonitor

  static let help = (
    abstract: "Trains an Ising model: bits with couplings and fields, nothing hidden.",
    discussion: """
    A column is a site. Sites are joined as --graph says: every pair (complete), or the neighbours of a lattice, such as \
    28x28, 28x28:periodic or 28x28:diagonals. --estimator exact sums over all states and takes up to \
    \(IsingSettings.largestExactCount) columns.

    joule train ising --data votes.csv --estimator exact --output run
    joule train ising --data digits.npy --binarize threshold --graph 8x8 --output run
    """
  )

  static let defaults = TrainingDefaults(
    epochs: 50, sgdRate: 0.02, schedule: .linear, weightDecay: 0)

  /// No couplings yet, and the fields that give every site the data's mean.
  static func initialModel(
    _ configuration: RunConfiguration<Settings>, data: Dataset,
    statistics: DataStatistics<Float>, on workers: Workers
  ) throws -> Model {
    Model(try graph(configuration), means: statistics.smoothedMeans)
  }

  private static func graph(
    _ configuration: RunConfiguration<Settings>
  ) throws -> FieldGraph {
    do {
      return try FieldGraph(
        configuration.own.graph, siteCount: configuration.common.data.columns)
    } catch {
      throw Failure("--graph: \(error)")
    }
  }

  static func check(_ configuration: RunConfiguration<Settings>) throws {
    _ = try graph(configuration)
    try configuration.own.estimator.requireRoom(
      columns: configuration.common.data.columns, most: IsingSettings.largestExactCount)
  }

  static func estimator(
    _ configuration: RunConfiguration<Settings>
  ) throws -> any GradientEstimator<Model> {
    let own = configuration.own
    return own.estimator.gradient(steps: own.steps, chains: own.chains) { (model: Model) in
      RowCompleting(IsingSweep(model), for: model)
    }
  }

  static let watchesChains = true

  static func monitor(
    _ configuration: RunConfiguration<Settings>, training: ModelRows, validation: ModelRows?,
    on workers: Workers
  ) -> IsingMonitor {
    let key = configuration.key.folded("probe")
    return IsingMonitor(
      training: training.sampled(key: key.folded("training")),
      validation: validation?.sampled(key: key.folded("validation")), key: key, workers: workers)
  }

  static let headlines = [
    Headline(label: "pseudo-log-likelihood", name: "pseudo_log_likelihood", digits: 4),
    Headline(label: "energy gap of chains", name: "energy_gap", digits: 3),
  ]

  static let curves = [
    ScoreCurves(
      title: "Pseudo-log-likelihood",
      explanation:
        "Each variable given all the others, on a fixed sample of rows; higher is better.",
      unit: "nats a variable",
      series: [
        ("training", "pseudo_log_likelihood"), ("validation", "validation_pseudo_log_likelihood"),
      ]),
    ScoreCurves(
      title: "Energy gap",
      explanation:
        "Mean energy of the chains less that of data: near zero where the model has the data's moments and the chains "
        + "are the model's.",
      unit: "nats", series: [("chains − data", "energy_gap")]),
  ]

  var caption: (kind: String, architecture: String) {
    ("Ising model", "of \(model.variableCount) sites")
  }

  var sentence: String {
    "An Ising model of \(model.variableCount) sites and \(format(model.graph.edgeCount)) couplings"
  }

  static let samples = (
    steps: 1000, areMeans: false,
    explanation: "Drawn by 1,000 sweeps of Gibbs sampling from training rows."
  )
}

/// The pseudo-likelihood of fixed rows.
struct IsingMonitor: ScoreMonitor {
  typealias Model = IsingModel<Float>

  let training: ModelRows
  let validation: ModelRows?
  let key: RandomKey
  let workers: Workers

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    func mean(_ rows: ModelRows) -> Double {
      let scores = RowScores(
        run.model, data: rows.dataset, binarization: rows.binarization, key: key, on: workers)
      return MeanEstimate(of: scores.pseudoLogLikelihoods()).mean
    }
    var scores = ["pseudo_log_likelihood": mean(training)]
    scores["validation_pseudo_log_likelihood"] = validation.map(mean)
    return scores
  }
}
