package import JouleCore

/// Sparse rows as text, a row a line: `label column:value column:value …`, as svmlight and libsvm have them.
///
/// Columns count from 1 and rise within a line; those that are not listed are zero. There are as many as the largest says.
/// What follows a `#` is a comment; `qid:…` is passed over.
///
/// Reference: T. Joachims, SVMlight, https://www.cs.cornell.edu/people/tj/svm_light/.
package enum SVMLight {
  package struct Table {
    package var rows: SparseRows
    /// What the lines begin with.
    package var labels: [Double]
  }

  /// Whether the second cell of the first line that has one is of the form `column:value`.
  static func isSVMLight(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(1 << 16).withUnsafeBufferPointer { buffer in
      var lines = SVMLightLines(buffer)
      while let line = lines.next() {
        var cells = line.cells
        guard cells.next() != nil, let cell = cells.next(), let pair = SVMLightPair(cell) else {
          continue
        }
        return pair.isQuery
          || !pair.column.isEmpty && pair.column.allSatisfy { (0x30...0x39).contains($0) }
            && (DecimalNumber.value(pair.value) != nil || pair.value.isEmpty)
      }
      return false
    }
  }

  package static func decode(_ bytes: [UInt8]) throws(FormatError) -> Table {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<Table, FormatError> in
      do throws(FormatError) {
        return .success(try table(of: buffer))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func table(of buffer: UnsafeBufferPointer<UInt8>) throws(FormatError) -> Table {
    var (labels, starts): ([Double], [Int]) = ([], [0])
    var (columns, values): ([Int32], [Float]) = ([], [])
    var columnCount = 0
    var lines = SVMLightLines(buffer)
    while let line = lines.next() {
      var cells = line.cells
      guard let first = cells.next() else { continue }
      guard let label = DecimalNumber.value(first) else {
        throw .cell(
          line: line.number, column: 1, found: FormatError.quoted(first),
          expected: "a number, the label of the row")
      }
      var previous = 0
      var place = 1
      while let cell = cells.next() {
        place += 1
        func wrong(_ found: String, _ expected: String) -> FormatError {
          .cell(line: line.number, column: place, found: found, expected: expected)
        }
        let pair = SVMLightPair(cell)
        if let pair, pair.isQuery { continue }
        guard let pair, let column = Int(String(decoding: pair.column, as: UTF8.self)),
          let value = DecimalNumber.value(pair.value)
        else { throw wrong(FormatError.quoted(cell), "column:value, both numbers") }
        guard column > 0 else {
          throw wrong(
            "of column \(column)",
            "columns that count from 1 (scikit-learn: dump_svmlight_file(…, zero_based=False))")
        }
        guard column <= SparseRows.mostColumns else {
          throw wrong("of column \(column)", "at most \(SparseRows.mostColumns) columns")
        }
        guard column > previous else {
          throw wrong(
            column == previous
              ? "of column \(column) again" : "of column \(column), behind \(previous)",
            "columns that rise, each once")
        }
        previous = column
        columns.append(Int32(column - 1))
        values.append(Float(value))
      }
      columnCount = max(columnCount, previous)
      labels.append(label)
      starts.append(columns.count)
    }
    if labels.isEmpty { throw .empty }
    return Table(
      rows: SparseRows(
        rowStarts: starts, columns: columns, values: values, columnCount: columnCount),
      labels: labels)
  }
}

private typealias TextSlice = UnsafeBufferPointer<UInt8>.SubSequence

/// `column:value`, or `qid:number`.
private struct SVMLightPair {
  let column: TextSlice
  let value: TextSlice

  init?(_ cell: TextSlice) {
    guard let colon = cell.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    column = cell[..<colon]
    value = cell[(colon + 1)...]
  }

  var isQuery: Bool { column.elementsEqual("qid".utf8) }
}

/// The lines of a text without their comments.
private struct SVMLightLines {
  struct Line {
    /// From 1.
    let number: Int
    /// What stands between blanks.
    let cells: SVMLightCells
  }

  private var rest: TextSlice
  private var number = 0

  init(_ buffer: UnsafeBufferPointer<UInt8>) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    rest = buffer.starts(with: mark) ? buffer[mark.count...] : buffer[...]
  }

  mutating func next() -> Line? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    let line = rest[..<end]
    rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...]
    number += 1
    let comment = line.firstIndex(of: UInt8(ascii: "#")) ?? line.endIndex
    return Line(number: number, cells: SVMLightCells(rest: line[..<comment]))
  }
}

private struct SVMLightCells {
  var rest: TextSlice

  mutating func next() -> TextSlice? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    guard let start = rest.firstIndex(where: { !isBlank($0) }) else { return nil }
    let end = rest[start...].firstIndex(where: isBlank) ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[start..<end]
  }
}
