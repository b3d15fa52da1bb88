import Joule

/// Cheap scores of a machine on a fixed sample of rows and variables, for use while it trains.
struct RBMMonitor: ScoreMonitor {
  typealias Model = RestrictedBoltzmannMachine<Float>

  private let training: ModelRows
  private let validation: ModelRows?
  private let sites: [Int]
  private let key: RandomKey
  private let workers: Workers

  /// Pseudo-likelihoods cost as many passes as there are variables: fewer rows do.
  private static let pseudoRows = 200
  private static let variables = 100

  init(training: ModelRows, validation: ModelRows?, key: RandomKey, workers: Workers) {
    self.key = key
    self.training = training.sampled(key: key.folded("training"))
    self.validation = validation?.sampled(key: key.folded("validation"))
    var stream = RandomStream(key: key.folded("variables"))
    sites = stream.permutation(count: training.dataset.columnCount).prefix(Self.variables).sorted()
    self.workers = workers
  }

  var boundsLikelihoods: Bool {
    training.dataset.hasMissing || validation?.dataset.hasMissing == true
  }

  func scores<Estimator: GradientEstimator>(of run: TrainingRun<Estimator>) -> [String: Double]
  where Estimator.Model == Model {
    let machine = run.model
    let scores = values(machine, training)
    var named = [
      "mean_free_energy": scores.meanFreeEnergy,
      "largest_weight": Double(machine.weights.largestMagnitude),
    ]
    named["pseudo_log_likelihood"] = scores.pseudoLogLikelihood
    named["reconstruction_error"] = scores.reconstructionError
    if let validation {
      let others = values(machine, validation)
      named["validation_pseudo_log_likelihood"] = others.pseudoLogLikelihood
      named["validation_mean_free_energy"] = others.meanFreeEnergy
      named["free_energy_gap"] = others.meanFreeEnergy - scores.meanFreeEnergy
    }
    return named
  }

  /// Of rows with missing values only the energy, by mean field.
  private struct Values {
    /// Exact over the sampled variables and rows, per variable, in nats.
    var pseudoLogLikelihood: Double?
    var meanFreeEnergy: Double
    var reconstructionError: Double?
  }

  private func values(_ machine: Model, _ rows: ModelRows) -> Values {
    func scores(_ data: Dataset) -> RowScores<Model> {
      RowScores(machine, data: data, binarization: rows.binarization, key: key, on: workers)
    }
    if rows.dataset.hasMissing {
      let energies = RBMKind(machine).energies(of: rows, key: key, on: workers)
      return Values(meanFreeEnergy: MeanEstimate(of: energies).mean)
    }
    let few = scores(rows.dataset.prefix(Self.pseudoRows)).pseudoLogLikelihoods(sites: sites)
    let scores = scores(rows.dataset)
    return Values(
      pseudoLogLikelihood: MeanEstimate(of: few).mean,
      meanFreeEnergy: MeanEstimate(of: scores.energies()).mean,
      reconstructionError: MeanEstimate(of: scores.reconstructionErrors()).mean)
  }
}
