public import JouleRandom

/// How weighted draws become equally weighted ones.
///
/// Every scheme takes draw i n wᵢ/Σw times on average, n the number asked for.
public enum Resampling: Sendable, Hashable, CaseIterable {
  /// n independent choices.
  case multinomial
  /// One choice in each of n equal parts of the cumulative weights.
  case stratified
  /// The same place in each of the n parts: the least variance of the numbers, one uniform number. The
  /// default.
  case systematic
}

extension ImportanceWeights {
  /// The draws that come out of resampling, ascending, with repetition.
  ///
  /// - Parameter count: n.
  /// - Precondition: not every weight is zero.
  ///
  /// Reference: R. Douc, O. Cappé, E. Moulines, Comparison of resampling schemes for particle filtering,
  /// ISPA 2005, arXiv:cs/0507025, §2.
  public func resampled(
    count: Int, by scheme: Resampling = .systematic, key: RandomKey
  ) -> [Int] {
    precondition(count >= 0, "resampling takes a number of draws, got \(count)")
    let normalized = normalized
    precondition(
      !normalized.contains(where: \.isNaN), "there is nothing to resample: every weight is zero")
    var stream = RandomStream(key: key)
    let parts = Double(count)
    let places: [Double] =
      switch scheme {
      case .multinomial: (0..<count).map { _ in stream.uniform() }.sorted()
      case .stratified: (0..<count).map { (Double($0) + stream.uniform()) / parts }
      case .systematic:
        {
          let offset: Double = stream.uniform()
          return (0..<count).map { (Double($0) + offset) / parts }
        }()
      }
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    // The last weight that is not zero takes what rounding leaves of the cumulative sum.
    let last = normalized.lastIndex { $0 > 0 } ?? 0
    var index = 0
    var sum = normalized[0]
    for place in places {
      while place >= sum, index < last {
        index += 1
        sum += normalized[index]
      }
      chosen.append(index)
    }
    return chosen
  }
}
