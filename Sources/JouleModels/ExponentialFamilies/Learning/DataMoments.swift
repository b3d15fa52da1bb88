public import JouleTensor

/// How much each observation counts.
public enum DataWeights: Sendable, Equatable {
  /// Once each.
  case equal
  /// How often each was seen: a row of weight 3 is as good as three rows.
  case counts([Double])
  /// How much each stands for, such as sampling or importance weights: unequal weights carry less
  /// information than as many equal ones, by Kish's effective number (Σw)²/Σw².
  case importance([Double])
}

/// What data say to an exponential family: the mean of T, and how much they know it.
public struct DataMoments: Sendable {
  /// The mean of T(x).
  public let mean: MeanParameters
  /// The number of observations, effective if they are weighted.
  public let observationCount: Double
  /// One weight a row; they sum to `observationCount`.
  let weights: [Double]
}

extension SufficientStatistics {
  /// The moments of data.
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Throws: ``ExponentialFamilyError/observation(family:row:found:requirement:)`` with the first row
  ///   outside the support; ``ExponentialFamilyError/weights(_:)``.
  public func moments(
    of rows: Tensor<Double>, weights: DataWeights = .equal
  ) throws(ExponentialFamilyError) -> DataMoments {
    precondition(rows.rank == 2 && rows.shape[0] > 0, "there are no observations: \(rows.shape)")
    try requireSupport(of: rows)
    let (each, total) = try normalized(weights, rowCount: rows.shape[0])
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: statisticCount)
    for (row, statistics) in mapRows(rows, { statistics(of: $0) }).enumerated() {
      for (index, value) in statistics.enumerated() { sums[index].add(each[row] * value) }
    }
    return DataMoments(
      mean: MeanParameters(sums.map { $0.value / total }), observationCount: total, weights: each)
  }

  /// - Throws: ``ExponentialFamilyError/observation(family:row:found:requirement:)``.
  public func requireSupport(of rows: Tensor<Double>) throws(ExponentialFamilyError) {
    let requirements = mapRows(rows) { requirement(brokenBy: $0) }
    guard let row = requirements.firstIndex(where: { $0 != nil }),
      let requirement = requirements[row]
    else { return }
    throw .observation(
      family: name, row: row, found: rows.row(row).elements, requirement: requirement)
  }

  /// Weights that sum to the number of observations they are worth.
  private func normalized(
    _ weights: DataWeights, rowCount: Int
  ) throws(ExponentialFamilyError) -> (weights: [Double], total: Double) {
    let values: [Double]
    switch weights {
    case .equal: return ([Double](repeating: 1, count: rowCount), Double(rowCount))
    case .counts(let given), .importance(let given): values = given
    }
    precondition(values.count == rowCount, "\(values.count) weights for \(rowCount) rows")
    if let row = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .weights("row \(row + 1) has the weight \(values[row]), expected a number from 0 on")
    }
    let sum = values.reduce(0, +)
    guard sum > 0 else { throw .weights("they sum to 0") }
    guard case .importance = weights else { return (values, sum) }
    let effective = sum * sum / values.reduce(0) { $0 + $1 * $1 }
    return (values.map { $0 * effective / sum }, effective)
  }
}

/// A sum that carries what rounding takes away.
///
/// Reference: A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54
/// (1974), algorithm IV.
struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var lost = 0.0

  mutating func add(_ value: Double) {
    let next = sum + value
    lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
    sum = next
  }

  var value: Double { sum + lost }
}
