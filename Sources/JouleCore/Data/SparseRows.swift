import JouleTensor

/// Rows of which few values are listed, compressed by rows: the others are those of one row that all share, zeros as a rule.
///
///     x[i, columns[e]] = values[e]  for e in rowStarts[i]..<rowStarts[i + 1],   x[i, j] = background[j] elsewhere
///
/// Memory is 8 bytes a listed value and 8 a row, however many columns there are. A background other than zero is
/// what standardization makes of zeros.
public struct SparseRows: Sendable, Equatable {
  /// `[rows + 1]`, from 0, never falling.
  public let rowStarts: [Int]
  /// The columns of the listed values, rising within a row.
  public let columns: [Int32]
  /// The listed values; NaN where one is missing.
  public let values: [Float]
  public let columnCount: Int
  /// What is not listed, `[columns]`; nil for zeros.
  let background: [Float]?

  /// The most columns that rows can have: a row of them takes half a gigabyte.
  public static let mostColumns = 1 << 27

  /// - Precondition: as ``firstFault(rowStarts:columns:columnCount:)`` checks; a value a column.
  public init(rowStarts: [Int], columns: [Int32], values: [Float], columnCount: Int) {
    precondition(
      values.count == columns.count, "\(values.count) values in \(columns.count) columns")
    if let fault = Self.firstFault(
      rowStarts: rowStarts, columns: columns, columnCount: columnCount)
    {
      preconditionFailure("\(fault.part) is \(fault.found), expected \(fault.expected)")
    }
    self.init(
      sound: rowStarts, columns: columns, values: values, columnCount: columnCount,
      background: nil)
  }

  /// - Parameter rowStarts: sound, as the other parts are.
  init(
    sound rowStarts: [Int], columns: [Int32], values: [Float], columnCount: Int,
    background: [Float]?
  ) {
    self.rowStarts = rowStarts
    self.columns = columns
    self.values = values
    self.columnCount = columnCount
    self.background = background
  }

  /// What is wrong with parts that make no rows. Rows count from 1, columns from 0 as they do in `columns`.
  public struct Fault: Sendable, Equatable {
    public let part: String
    public let found: String
    public let expected: String
  }

  /// The first thing that is wrong with parts of rows; nil where they are sound.
  public static func firstFault(
    rowStarts: [Int], columns: [Int32], columnCount: Int
  ) -> Fault? {
    guard (0...mostColumns).contains(columnCount) else {
      return Fault(
        part: "the number of columns", found: "\(columnCount)", expected: "at most \(mostColumns)")
    }
    guard let last = rowStarts.last, rowStarts[0] == 0 else {
      return Fault(
        part: "the start of row 1", found: "\(rowStarts.first ?? -1)", expected: "0")
    }
    guard last == columns.count else {
      return Fault(
        part: "the end of the last row", found: "\(last)",
        expected: "\(columns.count), the number of listed values")
    }
    for row in 0..<rowStarts.count - 1 {
      let (start, end) = (rowStarts[row], rowStarts[row + 1])
      guard start <= end, end <= last else {
        return Fault(
          part: "the end of row \(row + 1)", found: "\(end)",
          expected: "from \(start), where it starts, to \(last)")
      }
    }
    for row in 0..<rowStarts.count - 1 {
      var previous: Int32 = -1
      for column in columns[rowStarts[row]..<rowStarts[row + 1]] {
        guard column >= 0, column < columnCount else {
          return Fault(
            part: "a column of row \(row + 1)", found: "\(column)",
            expected: "0 to \(columnCount - 1)")
        }
        guard column > previous else {
          return Fault(
            part: "a column of row \(row + 1)",
            found: column == previous ? "\(column) twice" : "\(column) behind \(previous)",
            expected: "columns that rise, each once")
        }
        previous = column
      }
    }
    return nil
  }

  public var rowCount: Int { rowStarts.count - 1 }

  /// The numbers of the listed values of a row.
  public func entries(of row: Int) -> Range<Int> {
    precondition((0..<rowCount).contains(row), "row \(row) of \(rowCount)")
    return rowStarts[row]..<rowStarts[row + 1]
  }

  /// The first listed value of a kind: where it is, and what. Rows and columns count from 0.
  public func firstEntry(
    where isWanted: (Float) -> Bool
  ) -> (row: Int, column: Int, value: Float)? {
    guard let entry = values.firstIndex(where: isWanted) else { return nil }
    // The last row that starts at the value or before it; empty rows start where the next one does.
    let next = rowStarts.firstIndex { $0 > entry } ?? rowCount
    return (next - 1, Int(columns[entry]), values[entry])
  }

  /// Some rows in the order given; one may come more than once.
  func rows(at indices: [Int]) -> SparseRows {
    var starts = [0]
    starts.reserveCapacity(indices.count + 1)
    var (picked, numbers): ([Int32], [Float]) = ([], [])
    for index in indices {
      let entries = entries(of: index)
      picked += columns[entries]
      numbers += values[entries]
      starts.append(picked.count)
    }
    return SparseRows(
      sound: starts, columns: picked, values: numbers, columnCount: columnCount,
      background: background)
  }

  /// Rows with all their values, into a block of `[indices.count, columnCount]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func write<Scalar: TensorScalar>(
    _ indices: ArraySlice<Int>, into block: inout MutableSpan<Scalar>
  ) {
    let (listed, numbers) = (columns.span, values.span)
    var first = 0
    for index in indices {
      if let background {
        for column in 0..<columnCount { block[first + column] = Scalar(background[column]) }
      } else {
        for place in first..<first + columnCount { block[place] = 0 }
      }
      for entry in entries(of: index) {
        block[first + Int(listed[entry])] = Scalar(numbers[entry])
      }
      first += columnCount
    }
  }

  /// Every row followed by its class as a one among zeros, by zeros alone where it has none.
  func labelled(_ labels: [Int?], classCount: Int) -> SparseRows {
    var starts = [0]
    starts.reserveCapacity(rowCount + 1)
    var (joined, numbers): ([Int32], [Float]) = ([], [])
    for (row, label) in labels.enumerated() {
      joined += columns[entries(of: row)]
      numbers += values[entries(of: row)]
      if let label {
        joined.append(Int32(columnCount + label))
        numbers.append(1)
      }
      starts.append(joined.count)
    }
    return SparseRows(
      sound: starts, columns: joined, values: numbers, columnCount: columnCount + classCount,
      background: background.map { $0 + [Float](repeating: 0, count: classCount) })
  }
}
