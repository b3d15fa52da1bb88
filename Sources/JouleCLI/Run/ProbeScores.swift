import Joule

/// Cheap scores of a machine on a fixed sample of rows and variables, for use while it trains.
struct ProbeScores {
  typealias Machine = RestrictedBoltzmannMachine<Float>

  private let training: Dataset
  private let validation: Dataset?
  private let sites: [Int]
  private let binarization: Binarization
  private let key: RandomKey
  private let workers: Workers

  private static let rows = 500
  private static let variables = 100

  init(
    training: Dataset, validation: Dataset?, configuration: RunConfiguration, workers: Workers
  ) {
    let key = configuration.key.folded("probe")
    self.key = key
    self.training = Self.sample(training, key: key.folded("training"))
    self.validation = validation.map { Self.sample($0, key: key.folded("validation")) }
    var stream = RandomStream(key: key.folded("variables"))
    sites = stream.permutation(count: training.columnCount).prefix(Self.variables).sorted()
    binarization = configuration.binarize
    self.workers = workers
  }

  private static func sample(_ data: Dataset, key: RandomKey) -> Dataset {
    var stream = RandomStream(key: key)
    return data.rows(at: Array(stream.permutation(count: data.rowCount).prefix(rows)))
  }

  struct Values {
    var pseudoLogLikelihood: Double
    var meanFreeEnergy: Double
    var reconstructionError: Double
  }

  func training(_ machine: Machine) -> Values { values(machine, training) }

  func validation(_ machine: Machine) -> Values? { validation.map { values(machine, $0) } }

  private func values(_ machine: Machine, _ data: Dataset) -> Values {
    let scores = RowScores(
      machine, data: data, binarization: binarization, key: key, on: workers)
    return Values(
      pseudoLogLikelihood: MeanEstimate(of: scores.pseudoLogLikelihoods(sites: sites)).mean,
      meanFreeEnergy: MeanEstimate(of: scores.energies()).mean,
      reconstructionError: MeanEstimate(of: scores.reconstructionErrors()).mean)
  }
}
