/// A table from which an index is drawn in constant time, with probabilities in proportion to weights.
///
/// Reference: Vose, "A linear algorithm for generating random numbers with a given distribution",
/// IEEE Transactions on Software Engineering 17 (1991).
public struct AliasTable: Sendable, Hashable {
  /// The probability with which a column gives itself; else it gives its alias.
  let thresholds: [Double]
  let aliases: [Int]

  /// The number of indices.
  public var count: Int { thresholds.count }

  /// - Parameter weights: not negative, finite, of positive sum.
  /// - Complexity: O(n), three arrays.
  public init(weights: [Double]) {
    var largest = 0.0
    for (index, weight) in weights.enumerated() {
      precondition(
        weight >= 0 && weight.isFinite, "weight \(index) is not negative and finite, got \(weight)")
      largest = max(largest, weight)
    }
    precondition(largest > 0, "the \(weights.count) weights have a positive sum")
    // Scaled first, so that neither the sum nor the division can overflow.
    var scaled = weights.map { $0 / largest }
    let mean = scaled.reduce(0, +) / Double(weights.count)
    for index in scaled.indices { scaled[index] /= mean }

    var thresholds = [Double](repeating: 1, count: weights.count)
    var aliases = Array(weights.indices)
    var small = scaled.indices.filter { scaled[$0] < 1 }
    var large = scaled.indices.filter { scaled[$0] >= 1 }
    while let donor = large.last, let taker = small.popLast() {
      thresholds[taker] = scaled[taker]
      aliases[taker] = donor
      scaled[donor] -= 1 - scaled[taker]
      if scaled[donor] < 1 {
        large.removeLast()
        small.append(donor)
      }
    }
    // What is left differs from 1 by rounding only, since donor and taker keep the sum.
    self.thresholds = thresholds
    self.aliases = aliases
  }
}
