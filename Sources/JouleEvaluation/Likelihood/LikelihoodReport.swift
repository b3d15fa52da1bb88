/// What an evaluation says of a model and a data set.
public struct LikelihoodReport: Sendable, Equatable, Codable {
  /// log Z and how sure it is.
  public struct LogPartition: Sendable, Equatable, Codable {
    /// "exact" for a sum over states, "normalized" where Z = 1 by construction, "grid" for a sum over the
    /// cells of a grid, "ais" for annealed importance sampling.
    public var method: String
    public var estimate: Double
    public var standardError: Double
    public var lower: Double
    public var upper: Double
    public var forward: Direction?
    public var reverse: Direction?

    enum CodingKeys: String, CodingKey {
      case method, estimate, lower, upper, forward, reverse
      case standardError = "standard_error"
    }
  }

  /// One direction of annealed importance sampling.
  public struct Direction: Sendable, Equatable, Codable {
    public var estimate: Double
    public var standardError: Double
    public var effectiveSampleSize: Double
    public var chains: Int

    enum CodingKeys: String, CodingKey {
      case estimate, chains
      case standardError = "standard_error"
      case effectiveSampleSize = "effective_sample_size"
    }
  }

  /// How rows were judged where their log-likelihoods are estimates, each by chains of its own.
  public struct RowEstimates: Sendable, Equatable, Codable {
    /// "annealing" where what is latent above a row is annealed, "raise" for annealing back from it.
    public var method: String
    /// Chains a row.
    public var chains: Int
    /// The mean over rows.
    public var effectiveSampleSize: Double
    /// What chains leave open of the mean log-likelihood; the spread of rows is not in it.
    public var standardError: Double

    enum CodingKeys: String, CodingKey {
      case method, chains
      case effectiveSampleSize = "effective_sample_size"
      case standardError = "standard_error"
    }
  }

  public var rows: Int
  /// Nil where the energy of a row is known.
  public var rowEstimates: RowEstimates?
  /// Whether energies are upper bounds of what they stand for, so that log-likelihoods are lower bounds; nil
  /// where they are exact up to log Z.
  public var isLowerBound: Bool?
  /// Nil where the energy is no density: nothing says that exp(−E) can be normalised.
  public var logPartition: LogPartition?
  /// −mean energy − log Z at the estimate, in nats a row; like the next three nil without log Z.
  public var averageLogLikelihood: Double?
  public var averageLogLikelihoodStandardError: Double?
  /// With log Z at its upper end: the conservative figure.
  public var averageLogLikelihoodLower: Double?
  /// With log Z at its lower end.
  public var averageLogLikelihoodUpper: Double?
  /// Per variable; nil where variables are not bits.
  public var pseudoLogLikelihood: Double?
  public var meanFreeEnergy: Double
  public var reconstructionError: Double?
  public var warnings: [String]

  enum CodingKeys: String, CodingKey {
    case rows, warnings
    case rowEstimates = "row_estimates"
    case isLowerBound = "is_lower_bound"
    case logPartition = "log_partition"
    case averageLogLikelihood = "average_log_likelihood"
    case averageLogLikelihoodStandardError = "average_log_likelihood_standard_error"
    case averageLogLikelihoodLower = "average_log_likelihood_lower"
    case averageLogLikelihoodUpper = "average_log_likelihood_upper"
    case pseudoLogLikelihood = "pseudo_log_likelihood"
    case meanFreeEnergy = "mean_free_energy"
    case reconstructionError = "reconstruction_error"
  }

  /// - Parameters:
  ///   - logPartition: nil where there is none.
  ///   - energies: E of every row, in nats.
  ///   - pseudoLogLikelihoods: of every row, per variable; nil where there is no such thing.
  ///   - isLowerBound: whether the energies are upper bounds of free energies.
  public init(
    logPartition: LogPartition?, energies: [Double], pseudoLogLikelihoods: [Double]? = nil,
    reconstructionErrors: [Double]? = nil, isLowerBound: Bool = false, warnings: [String] = []
  ) {
    let energy = MeanEstimate(of: energies)
    self.rows = energies.count
    self.isLowerBound = isLowerBound ? true : nil
    self.logPartition = logPartition
    averageLogLikelihood = logPartition.map { -energy.mean - $0.estimate }
    // The rows' spread and the uncertainty of log Z are independent.
    averageLogLikelihoodStandardError = logPartition.map {
      (energy.standardError * energy.standardError + $0.standardError * $0.standardError)
        .squareRoot()
    }
    averageLogLikelihoodLower = logPartition.map { -energy.mean - $0.upper }
    averageLogLikelihoodUpper = logPartition.map { -energy.mean - $0.lower }
    pseudoLogLikelihood = pseudoLogLikelihoods.map { MeanEstimate(of: $0).mean }
    meanFreeEnergy = energy.mean
    reconstructionError = reconstructionErrors.map { MeanEstimate(of: $0).mean }
    self.warnings = warnings
  }
}

extension LikelihoodReport {
  /// Every key but those of the reconstruction error, the lower bound and estimates of rows is there: `null` where the model has no such figure.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(rowEstimates, forKey: .rowEstimates)
    try container.encodeIfPresent(isLowerBound, forKey: .isLowerBound)
    try container.encode(logPartition, forKey: .logPartition)
    try container.encode(averageLogLikelihood, forKey: .averageLogLikelihood)
    try container.encode(
      averageLogLikelihoodStandardError, forKey: .averageLogLikelihoodStandardError)
    try container.encode(averageLogLikelihoodLower, forKey: .averageLogLikelihoodLower)
    try container.encode(averageLogLikelihoodUpper, forKey: .averageLogLikelihoodUpper)
    try container.encode(pseudoLogLikelihood, forKey: .pseudoLogLikelihood)
    try container.encode(meanFreeEnergy, forKey: .meanFreeEnergy)
    try container.encodeIfPresent(reconstructionError, forKey: .reconstructionError)
    try container.encode(warnings, forKey: .warnings)
  }
}

extension LikelihoodReport.LogPartition {
  /// That of a model whose density is known with its constant: zero.
  public static let normalized = LikelihoodReport.LogPartition(exact: 0, method: "normalized")

  /// A value known exactly.
  public init(exact value: Double, method: String = "exact") {
    self.init(
      method: method, estimate: value, standardError: 0, lower: value, upper: value,
      forward: nil, reverse: nil)
  }

  /// A value of a deterministic sum that is not exact, such as that of a grid.
  ///
  /// - Parameter error: how far off it may be, in nats: it is the standard error and half the bracket.
  public init(_ value: Double, error: Double, method: String) {
    self.init(
      method: method, estimate: value, standardError: error, lower: value - error,
      upper: value + error, forward: nil, reverse: nil)
  }

  public init(_ bracket: PartitionBracket) {
    self.init(
      method: "ais", estimate: bracket.estimate, standardError: bracket.standardError,
      lower: bracket.lower, upper: bracket.upper,
      forward: .init(
        estimate: bracket.forwardEstimate, standardError: bracket.forward.standardError,
        effectiveSampleSize: bracket.forward.effectiveSampleSize,
        chains: bracket.forward.logWeights.count),
      reverse: .init(
        estimate: bracket.reverseEstimate, standardError: bracket.reverse.standardError,
        effectiveSampleSize: bracket.reverse.effectiveSampleSize,
        chains: bracket.reverse.logWeights.count))
  }
}
