extension SparseRows {
  /// z of every row, listed where x is: see ``Standardization``.
  ///
  /// - Precondition: the columns are those of the standardization, and no category is unknown.
  func standardized(by coding: Standardization) -> SparseRows {
    func scaled(_ value: Float, _ column: Int) -> Float {
      Float((Double(value) - coding.means[column]) / coding.scales[column])
    }
    // Where the columns of each column begin.
    var firsts: [Int] = []
    var behind: [Float] = []
    behind.reserveCapacity(coding.width)
    for (column, count) in coding.stateCounts.enumerated() {
      let value = background?[column] ?? 0
      firsts.append(behind.count)
      behind +=
        count == 1 ? [scaled(value, column)] : (0..<count).map { Float($0) == value ? 1 : 0 }
    }
    var starts = [0]
    starts.reserveCapacity(rowCount + 1)
    var (places, numbers): ([Int32], [Float]) = ([], [])
    for row in 0..<rowCount {
      for entry in entries(of: row) {
        let (column, value) = (Int(columns[entry]), values[entry])
        let (first, count) = (firsts[column], coding.stateCounts[column])
        if count == 1 {
          places.append(Int32(first))
          numbers.append(scaled(value, column))
          continue
        }
        // Of a category its own column, and that of the one which is not listed.
        for state in 0..<count {
          let z: Float = value.isNaN ? .nan : Float(state) == value ? 1 : 0
          if z == behind[first + state] { continue }
          places.append(Int32(first + state))
          numbers.append(z)
        }
      }
      starts.append(places.count)
    }
    return SparseRows(
      sound: starts, columns: places, values: numbers, columnCount: coding.width,
      background: behind.allSatisfy { $0 == 0 } ? nil : behind)
  }
}
