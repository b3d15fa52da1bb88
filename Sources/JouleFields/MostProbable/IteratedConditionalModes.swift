/// Sets site after site to the label that is best given its neighbours, until none changes.
///
/// Fast, and soon stuck: the state is a minimum with respect to changes of single sites. The bound is the sum
/// of the least terms.
///
/// Reference: J. Besag, On the statistical analysis of dirty pictures, Journal of the Royal Statistical
/// Society B 48 (1986), §2.5.
public struct IteratedConditionalModes: MostProbableStateSolver {
  public let start: [UInt8]?
  public let largestSweepCount: Int

  /// - Parameters:
  ///   - start: where to begin; nil takes what each site alone likes best.
  ///   - largestSweepCount: passes over all sites; it ends before as a rule.
  public init(start: [UInt8]? = nil, largestSweepCount: Int = 1000) {
    precondition(largestSweepCount > 0, "at least one sweep is made, got \(largestSweepCount)")
    self.start = start
    self.largestSweepCount = largestSweepCount
  }

  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    var labels = start ?? costs.cheapestUnaryLabels
    costs.requireLabels(labels)
    let sweeps = Self.descend(&labels, LocalCosts(costs), largestSweepCount: largestSweepCount)
    return MostProbableState(labels, of: costs, bound: costs.trivialBound, iterations: sweeps)
  }

  /// - Returns: the sweeps made.
  static func descend(
    _ labels: inout [UInt8], _ local: LocalCosts, largestSweepCount: Int = 1000
  ) -> Int {
    var values = [Double](repeating: 0, count: local.costs.labelCount)
    for sweep in 1...largestSweepCount {
      var hasChanged = false
      for site in labels.indices {
        local.form(at: site, given: labels, into: &values)
        let best = values.leastIndex
        // Equals stay, or two states of one energy could follow each other for ever.
        if values[best] < values[Int(labels[site])] {
          labels[site] = UInt8(best)
          hasChanged = true
        }
      }
      if !hasChanged { return sweep }
    }
    return largestSweepCount
  }
}

extension PairwiseCosts {
  func requireLabels(_ labels: [UInt8]) {
    precondition(
      labels.count == siteCount && labels.allSatisfy { $0 < labelCount },
      "\(siteCount) sites have as many labels below \(labelCount), got \(labels.count) up to "
        + "\(labels.max() ?? 0)")
  }
}
