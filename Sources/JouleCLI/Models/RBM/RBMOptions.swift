import ArgumentParser
import Joule

/// The options of `joule train rbm` that other kinds of model do not have.
struct RBMOptions: ColumnwiseOptions {
  @Option(parsing: .unconditional, help: "Hidden units. (default: 500)")
  var hidden: Int?
  @OptionGroup
  var estimator: EstimatorOptions

  func checkGivenValues() throws {
    try OptionChecks.positive([("--hidden", hidden)])
    try estimator.checkGivenValues()
  }

  func settings(columns: Int) throws -> WithEstimator<RBMSettings> {
    let settings = RBMSettings(hidden: hidden ?? 500)
    let parameters = settings.hidden.multipliedReportingOverflow(by: columns)
    try require(
      !parameters.overflow && parameters.partialValue <= 2_000_000_000,
      "\(settings.hidden) hidden and \(columns) visible units need more than 2,000,000,000 weights: "
        + "take fewer hidden units")
    return WithEstimator(settings, try estimator.settings())
  }

  func comparison(with stored: WithEstimator<RBMSettings>) -> [(String, String?, String)] {
    [("--hidden", hidden.map { "\($0)" }, "\(stored.model.hidden)")]
      + estimator.comparison(with: stored.estimator)
  }
}
