import Joule

/// What `joule mixture` says.
struct MixtureReport: Encodable {
  struct Expert: Encodable {
    let model: String
    let weight: Double
    let logPartition: Double
    let lower: Double
    let upper: Double
    /// How log Z was found.
    let method: String

    enum CodingKeys: String, CodingKey {
      case model, weight, lower, upper, method
      case logPartition = "log_partition"
    }
  }

  struct Fit: Encodable {
    /// Nats a row, in the units of the data.
    let averageLogLikelihood: Double
    let largestImprovement: Double
    let iterations: Int

    enum CodingKeys: String, CodingKey {
      case iterations
      case averageLogLikelihood = "average_log_likelihood"
      case largestImprovement = "largest_improvement"
    }
  }

  let output: String
  let experts: [Expert]
  /// By how much log Z of the mixture may differ from 0.
  let logPartitionError: Double
  let fit: Fit?

  enum CodingKeys: String, CodingKey {
    case output, experts, fit
    case logPartitionError = "log_partition_error"
  }

  init(
    output: String, paths: [String], proportions: [Double],
    partitions: [(value: KnownPartition, method: String)], error: Double,
    fit: ProportionFit<FileExpert>?, energyOffset: Double
  ) {
    self.output = output
    experts = zip(zip(paths, proportions), partitions).map { pair, partition in
      Expert(
        model: pair.0, weight: pair.1, logPartition: partition.value.estimate,
        lower: partition.value.lower, upper: partition.value.upper, method: partition.method)
    }
    logPartitionError = error
    self.fit = fit.map {
      Fit(
        averageLogLikelihood: $0.meanLogLikelihood - energyOffset, largestImprovement: $0.gap,
        iterations: $0.iterations)
    }
  }

  var text: String {
    func number(_ value: Double) -> String { JouleCLI.format(value, digits: 3) }
    var lines = TextTable.lines(
      heads: ["weight", "log Z", "at least", "at most", "found", "model"],
      rows: experts.map {
        [
          JouleCLI.format($0.weight, digits: 4), number($0.logPartition), number($0.lower),
          number($0.upper), $0.method, $0.model,
        ]
      }, alignsLastLeft: true)
    if let fit {
      lines.append(
        "log-likelihood \(number(fit.averageLogLikelihood)) nats a row; the best weights are better by at most "
          + "\(JouleCLI.format(shortest: fit.largestImprovement)) (\(fit.iterations) steps)")
    }
    if logPartitionError > 0 {
      lines.append(
        "Log-densities are right up to \(number(logPartitionError)) nats: log Z of the experts is not known better."
      )
    }
    return (lines + ["\(output): a mixture of \(experts.count) models"]).joined(separator: "\n")
  }
}
