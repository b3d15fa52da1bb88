import RealModule

/// Logarithms of importance weights, and what they say.
public struct ImportanceWeights: Sendable, Equatable {
  /// log wᵢ, one a chain or draw; −∞ is a weight of zero.
  public let logWeights: [Double]

  /// - Precondition: there is at least one; none is NaN or +∞.
  public init(_ logWeights: [Double]) {
    precondition(!logWeights.isEmpty, "an importance estimate needs at least one weight")
    precondition(
      logWeights.allSatisfy { $0 < .infinity },
      "log weights are numbers or −infinity, got \(logWeights.first { !($0 < .infinity) } ?? 0)")
    self.logWeights = logWeights
  }

  /// log((1/n) Σ wᵢ), in nats. By Jensen's inequality it is too low on average.
  public var logMean: Double { LogSum.of(logWeights) - Double.log(Double(logWeights.count)) }

  /// wᵢ / Σ w; NaN where every weight is zero.
  public var normalized: [Double] {
    let total = LogSum.of(logWeights)
    return logWeights.map { Double.exp($0 - total) }
  }

  /// (Σ wᵢ)² / Σ wᵢ²: between 1, where one weight outweighs all the others, and n; 0 where every weight
  /// is zero.
  ///
  /// Reference: A. Kong, A note on importance sampling using standardized weights, University of Chicago
  /// technical report 348 (1992).
  public var effectiveSampleSize: Double {
    let total = LogSum.of(logWeights)
    guard total > -.infinity else { return 0 }
    return Double.exp(2 * total - LogSum.of(logWeights.map { 2 * $0 }))
  }

  /// The standard error of ``logMean`` by the delta method: sd(w) / (√n mean(w)); infinite for one
  /// weight.
  public var standardError: Double {
    let count = Double(logWeights.count)
    guard count > 1 else { return .infinity }
    let mean = logMean
    let squares = logWeights.reduce(0) { sum, weight in
      let deviation = Double.expMinusOne(weight - mean)
      return sum + deviation * deviation
    }
    return (squares / (count - 1) / count).squareRoot()
  }
}
