import JouleTensor

/// A matrix of transition probabilities, checked, with columns that sum to one.
struct StochasticMatrix {
  enum Layout {
    case columns, rows
  }

  /// `[states, states]`.
  let columns: Tensor<Double>
  let largestSumError: Double

  init(
    _ given: Tensor<Double>, layout: Layout, names: [String], tolerance: Double
  ) throws(MarkovChainError) {
    guard given.rank == 2, given.shape[0] == given.shape[1] else {
      throw .notSquare(shape: given.shape)
    }
    let count = given.shape[0]
    guard count > 0 else { throw .noStates }
    guard names.count == count else { throw .names(found: names.count, expected: count) }
    precondition(tolerance >= 0, "a tolerance is not negative, got \(tolerance)")
    func line(_ state: Int) -> MarkovChainError.Line {
      layout == .columns ? .column(names[state]) : .row(names[state])
    }
    // Products of probabilities may exceed one by rounding, by as much as sums may.
    let upper = 1 + tolerance
    if let index = given.elements.firstIndex(where: { !($0 >= 0 && $0 <= upper) }) {
      let (row, column) = (index / count, index % count)
      let (now, next) = layout == .columns ? (column, row) : (row, column)
      throw .probability(given.elements[index], of: names[next], line: line(now))
    }
    let byColumn = layout == .columns ? given : given.transposed()
    let sums = Self.columnSums(of: byColumn.elements, count)
    if let wrong = sums.firstIndex(where: { abs($0 - 1) > tolerance }) {
      let others = Self.columnSums(of: byColumn.transposed().elements, count)
      throw .sum(
        sums[wrong], line: line(wrong),
        isOtherwiseStochastic: others.allSatisfy { abs($0 - 1) <= tolerance })
    }
    let error = sums.reduce(0) { max($0, abs($1 - 1)) }
    largestSumError = error
    // What rounding alone explains is left as it was given.
    columns =
      error <= Double(count) * 0x1p-53 ? byColumn : Self.normalized(byColumn, sums: sums)
  }

  /// The sum of each column of a matrix with so many columns, row by row.
  static func columnSums(of elements: [Double], _ count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var index = 0
    while index < elements.count {
      for column in 0..<count { sums[column] += elements[index + column] }
      index += count
    }
    return sums
  }

  private static func normalized(_ matrix: Tensor<Double>, sums: [Double]) -> Tensor<Double> {
    var elements = matrix.elements
    normalizeColumns(of: &elements, sums: sums)
    return Tensor(shape: matrix.shape, elements: elements)
  }

  static func normalizeColumns(of elements: inout [Double], sums: [Double]) {
    let count = sums.count
    var index = 0
    while index < elements.count {
      for column in 0..<count { elements[index + column] /= sums[column] }
      index += count
    }
  }
}
