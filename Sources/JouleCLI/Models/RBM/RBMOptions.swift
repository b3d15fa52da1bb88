import ArgumentParser
import Joule

/// What `joule train rbm` alone has to know.
struct RBMSettings: KindSettings {
  var hidden: Int
  var method: Method
  var gibbsSteps: Int
  var chains: Int
  var centering: Bool

  enum Method: String, Codable, CaseIterable, Sendable, ExpressibleByArgument { case cd, pcd }

  enum CodingKeys: String, CodingKey {
    case hidden, method, chains, centering
    case gibbsSteps = "gibbs_steps"
  }

  var summary: [(String, String)] {
    [
      ("Hidden units", String(hidden)),
      (
        "Method",
        method == .pcd
          ? "persistent contrastive divergence, \(chains) chains, \(gibbsSteps) step(s) an update"
          : "contrastive divergence, CD-\(gibbsSteps)"
      ),
      ("Centring", centering ? "on" : "off"),
    ]
  }
}

/// The options of `joule train rbm` that other kinds of model do not have.
struct RBMOptions: KindOptions {
  @Option(parsing: .unconditional, help: "Hidden units. (default: 500)")
  var hidden: Int?
  @Option(
    help:
      "Contrastive divergence, or its persistent form, which learns better models. (default: pcd)")
  var method: RBMSettings.Method?
  @Option(parsing: .unconditional, help: "Gibbs steps an update. (default: 1)")
  var gibbsSteps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains. (default: 100)")
  var chains: Int?
  @Flag(inversion: .prefixedNo, help: "Centred gradients. (default: on)")
  var centering: Bool?

  func checkGivenValues() throws {
    try OptionChecks.positive([
      ("--hidden", hidden), ("--gibbs-steps", gibbsSteps), ("--chains", chains),
    ])
  }

  func settings(columns: Int) throws -> RBMSettings {
    let settings = RBMSettings(
      hidden: hidden ?? 500, method: method ?? .pcd, gibbsSteps: gibbsSteps ?? 1,
      chains: chains ?? 100, centering: centering ?? true)
    let parameters = settings.hidden.multipliedReportingOverflow(by: columns)
    try require(
      !parameters.overflow && parameters.partialValue <= 2_000_000_000,
      "\(settings.hidden) hidden and \(columns) visible units need more than 2,000,000,000 weights: "
        + "take fewer hidden units")
    return settings
  }

  func comparison(with stored: RBMSettings) -> [(String, String?, String)] {
    [
      ("--hidden", hidden.map { "\($0)" }, "\(stored.hidden)"),
      ("--method", method?.rawValue, stored.method.rawValue),
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, "\(stored.gibbsSteps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--centering", centering.map { "\($0)" }, "\(stored.centering)"),
    ]
  }
}
