import RealModule

/// Logarithms of importance weights, and what they say.
public struct ImportanceWeights: Sendable, Equatable {
  /// log wᵢ, one a chain.
  public let logWeights: [Double]

  /// - Precondition: there is at least one.
  public init(_ logWeights: [Double]) {
    precondition(!logWeights.isEmpty, "an importance estimate needs at least one weight")
    self.logWeights = logWeights
  }

  /// log((1/n) Σ wᵢ), in nats. By Jensen's inequality it is too low on average.
  public var logMean: Double { LogSum.of(logWeights) - Double.log(Double(logWeights.count)) }

  /// (Σ wᵢ)² / Σ wᵢ²: between 1, where one weight outweighs all the others, and n.
  public var effectiveSampleSize: Double {
    Double.exp(2 * LogSum.of(logWeights) - LogSum.of(logWeights.map { 2 * $0 }))
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
