import ArgumentParser
import Joule

/// What `joule train bit-energy` alone has to know.
struct BitEnergySettings: NetworkSettings {
  /// Its text form.
  var architecture: String
  var estimator: IsingSettings.Estimator
  var steps: Int
  var chains: Int
  /// 0 follows gradients of any length.
  var largestGradient: Double
  /// 0 keeps no average.
  var averaging: Double

  /// The most columns whose states are summed at every update.
  static let largestExactCount = 16

  enum CodingKeys: String, CodingKey {
    case architecture, estimator, steps, chains, averaging
    case largestGradient = "largest_gradient"
  }

  var summary: [(String, String)] {
    [
      ("Architecture", architecture), ("Estimator", method),
      ("Longest gradient", largestGradient > 0 ? format(shortest: largestGradient) : "any"),
      ("Averaging", averaging > 0 ? format(shortest: averaging) : "none"),
    ]
  }

  private var method: String {
    switch estimator {
    case .exact: "the exact gradient, by the sum over all states"
    case .cd: "contrastive divergence, \(steps) flips by gradients"
    case .pcd:
      "persistent contrastive divergence, \(chains) chains, \(steps) flips by gradients an update"
    case .rm: "ratio matching"
    }
  }
}

/// The options of `joule train bit-energy` that other kinds of model do not have.
struct BitEnergyOptions: ColumnwiseOptions {
  @Option(help: "The network, mlp:WIDTHS or conv:WIDTHS[,activation=NAME]. (default: mlp:128x2)")
  var architecture: String?
  @Option(
    help: ArgumentHelp(
      "Where the model's term comes from: the sum over all states (exact), chains from the data (cd), persistent "
        + "chains (pcd); ratio matching (rm) needs none. (default: pcd)"))
  var estimator: IsingSettings.Estimator?
  @Option(
    parsing: .unconditional, help: "Steps of a chain an update: a flip at most each. (default: 20)")
  var steps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains. (default: 200)")
  var chains: Int?
  @Option(
    parsing: .unconditional, help: "Shorten gradients to this length; 0 leaves them. (default: 0)")
  var largestGradient: Double?
  @Option(
    parsing: .unconditional,
    help:
      "Decay of a moving average of the parameters, the model's in the end; 0 for none. (default: 0)"
  )
  var averaging: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--steps", steps), ("--chains", chains)])
    try OptionChecks.notNegative([("--largest-gradient", largestGradient)])
    try OptionChecks.fractions([("--averaging", averaging)])
    if let architecture {
      do { _ = try EnergyArchitecture(architecture) } catch {
        throw Failure("--architecture: \(error)")
      }
    }
  }

  func settings(columns: Int) throws -> BitEnergySettings {
    let method = estimator ?? .pcd
    try method.requireChains(steps: steps, chains: chains)
    return BitEnergySettings(
      architecture: architecture ?? "mlp:128x2", estimator: method, steps: steps ?? 20,
      chains: chains ?? 200, largestGradient: largestGradient ?? 0, averaging: averaging ?? 0)
  }

  func comparison(with stored: BitEnergySettings) -> [(String, String?, String)] {
    [
      ("--architecture", architecture, stored.architecture),
      ("--estimator", estimator?.rawValue, stored.estimator.rawValue),
      ("--steps", steps.map { "\($0)" }, "\(stored.steps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--largest-gradient", largestGradient.map { "\($0)" }, "\(stored.largestGradient)"),
      ("--averaging", averaging.map { "\($0)" }, "\(stored.averaging)"),
    ]
  }
}
