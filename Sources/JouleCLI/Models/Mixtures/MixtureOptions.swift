public import ArgumentParser
import Joule

/// Mixtures of independent bits.
enum BernoulliFamily: MixtureFamily {
  typealias Components = BernoulliComponents
  typealias Options = BernoulliMixtureOptions

  static let plural = "independent bits"
  static let values = VariableValues.unit
  static let example = "joule train bernoulli-mixture --data train.npy --components 50 --output run"
}

/// Mixtures of normal distributions.
enum GaussianFamily: MixtureFamily {
  typealias Components = GaussianComponents
  typealias Options = GaussianMixtureOptions

  static let plural = "normal distributions"
  static let values = VariableValues.real
  static let example =
    "joule train gaussian-mixture --data numbers.csv --components 5 --covariance full --output run"

  static func check(_ data: LoadedData, of components: GaussianComponents) throws {
    try check(data, covariance: components.covariance)
  }

  static func check(_ data: LoadedData, for settings: GaussianMixtureSettings) throws {
    try check(data, covariance: settings.covariance)
  }

  /// Only variables that are independent in a component are summed out one by one.
  private static func check(
    _ data: LoadedData, covariance: GaussianComponents.Covariance
  ) throws {
    guard covariance == .full, let missing = data.firstMissing else { return }
    throw Failure(
      "\(data.path): row \(missing.row + 1), column \(missing.column + 1) is missing (NaN), and "
        + "full covariances need complete rows: --covariance diagonal and spherical do not")
  }
}

/// The options that mixtures of all families share.
struct MixtureOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Components. (default: 10)")
  var components: Int?
  @Option(
    parsing: .unconditional,
    help: "Starts of ten steps each, of which the best goes on. (default: 1)")
  var starts: Int?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--components", components), ("--starts", starts)])
  }

  func count(columns: Int, numbersEach: Int) throws -> Int {
    let count = components ?? 10
    let numbers = count.multipliedReportingOverflow(by: numbersEach)
    try require(
      !numbers.overflow && numbers.partialValue <= 1_000_000_000,
      "\(count) components of \(columns) variables need more than 1,000,000,000 parameters: take fewer "
        + "components")
    return count
  }

  func comparison(components: Int, starts: Int) -> [(String, String?, String)] {
    [
      ("--components", self.components.map { "\($0)" }, "\(components)"),
      ("--starts", self.starts.map { "\($0)" }, "\(starts)"),
    ]
  }
}

/// What `joule train bernoulli-mixture` alone has to know.
struct BernoulliMixtureSettings: MixtureSettings {
  var components: Int
  var starts: Int
  var pseudoCount: Double

  enum CodingKeys: String, CodingKey {
    case components, starts
    case pseudoCount = "pseudo_count"
  }

  var rule: ExpectationMaximization<BernoulliComponents> {
    ExpectationMaximization(
      componentCount: components, options: .init(),
      limits: MixtureLimits(pseudoCount: pseudoCount))
  }

  var summary: [(String, String)] {
    [
      ("Components", String(components)), ("Starts", String(starts)),
      ("Pseudo-count", format(shortest: pseudoCount)),
    ]
  }
}

struct BernoulliMixtureOptions: ColumnwiseOptions {
  @OptionGroup
  var shared: MixtureOptions
  @Option(
    parsing: .unconditional,
    help: "Imagined rows of ones, and of zeros, beside those of a component. (default: 1)")
  var pseudoCount: Double?

  func checkGivenValues() throws {
    try shared.checkGivenValues()
    try OptionChecks.positive("--pseudo-count", pseudoCount)
  }

  func settings(columns: Int) throws -> BernoulliMixtureSettings {
    BernoulliMixtureSettings(
      components: try shared.count(columns: columns, numbersEach: columns),
      starts: shared.starts ?? 1, pseudoCount: pseudoCount ?? 1)
  }

  func comparison(with stored: BernoulliMixtureSettings) -> [(String, String?, String)] {
    shared.comparison(components: stored.components, starts: stored.starts) + [
      ("--pseudo-count", pseudoCount.map { "\($0)" }, "\(stored.pseudoCount)")
    ]
  }
}

extension GaussianComponents.Covariance: ExpressibleByArgument {}

/// What `joule train gaussian-mixture` alone has to know.
struct GaussianMixtureSettings: MixtureSettings {
  var components: Int
  var starts: Int
  var covariance: GaussianComponents.Covariance
  var leastVariance: Double

  enum CodingKeys: String, CodingKey {
    case components, starts, covariance
    case leastVariance = "least_variance"
  }

  var rule: ExpectationMaximization<GaussianComponents> {
    ExpectationMaximization(
      componentCount: components, options: .init(covariance: covariance),
      limits: MixtureLimits(leastVariance: leastVariance))
  }

  var summary: [(String, String)] {
    [
      ("Components", String(components)), ("Starts", String(starts)),
      ("Covariance", covariance.rawValue), ("Least variance", format(shortest: leastVariance)),
    ]
  }
}

struct GaussianMixtureOptions: ColumnwiseOptions {
  @OptionGroup
  var shared: MixtureOptions
  @Option(help: "What is free in a covariance: spherical, diagonal or full. (default: full)")
  var covariance: GaussianComponents.Covariance?
  @Option(
    parsing: .unconditional,
    help: "The least variance in any direction, in squared units of the data. (default: 0.000001)")
  var leastVariance: Double?

  func checkGivenValues() throws {
    try shared.checkGivenValues()
    try OptionChecks.positive("--least-variance", leastVariance)
  }

  func settings(columns: Int) throws -> GaussianMixtureSettings {
    let form = covariance ?? .full
    let squares = columns.multipliedReportingOverflow(by: form == .full ? columns : 1)
    return GaussianMixtureSettings(
      components: try shared.count(
        columns: columns, numbersEach: squares.overflow ? .max : squares.partialValue),
      starts: shared.starts ?? 1, covariance: form, leastVariance: leastVariance ?? 1e-6)
  }

  func comparison(with stored: GaussianMixtureSettings) -> [(String, String?, String)] {
    shared.comparison(components: stored.components, starts: stored.starts) + [
      ("--covariance", covariance?.rawValue, stored.covariance.rawValue),
      ("--least-variance", leastVariance.map { "\($0)" }, "\(stored.leastVariance)"),
    ]
  }
}
