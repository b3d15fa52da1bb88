/// Tables of numbers as text: CSV, TSV, and columns between blanks.
///
/// One row a line. Empty lines and lines that begin with `#` are skipped. The separator is what the
/// first line has: a tab, else a semicolon, else a comma, else blanks. Cells may stand in double
/// quotes. A first line without any number is a header. Every row has as many cells as the first.
package enum DelimitedText {
  /// What a table holds.
  package struct Table<Scalar: BinaryFloatingPoint>: Equatable {
    /// The cells of the header above numbers, if there is one.
    package var header: [String]?
    /// The cell of text that begins every row, where that was allowed.
    package var rowNames: [String]?
    package var rowCount: Int
    /// Of numbers.
    package var columnCount: Int
    /// Row-major; correctly rounded as a `Double`, then to `Scalar`.
    package var values: [Scalar]
    /// The comments, where they were asked for.
    package var comments: [Comment] = []
  }

  /// A line that begins with `#`.
  package struct Comment: Sendable, Equatable {
    /// Rows of numbers above it.
    package var row: Int
    /// What follows the `#`, without blanks around it; at most 200 bytes.
    package var text: String
  }

  /// Whether the start of a file looks like text: no control characters but blanks and line ends.
  package static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty
      && bytes.prefix(1024).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
  }

  /// - Parameter allowsRowNames: whether rows below a header may begin with a cell of text, all or
  ///   none, as other programs write the names of an index.
  /// - Parameter keepsComments: whether comments are wanted.
  package static func decode<Scalar: BinaryFloatingPoint>(
    _ bytes: [UInt8], as scalar: Scalar.Type = Float.self, allowsRowNames: Bool = false,
    keepsComments: Bool = false
  ) throws(FormatError) -> Table<Scalar> {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<Table<Scalar>, FormatError> in
      do throws(FormatError) {
        var parser = DelimitedTextParser(buffer, keepsComments: keepsComments)
        return .success(try parser.table(allowsRowNames: allowsRowNames))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// Goes through the lines of a table once.
private struct DelimitedTextParser {
  typealias Cell = UnsafeBufferPointer<UInt8>.SubSequence

  private enum Separator {
    case character(UInt8)
    case blanks
  }

  private let text: Cell
  private var position: Int
  private var line = 0
  private var separator = Separator.blanks
  private var rowCount = 0
  private var comments: [DelimitedText.Comment]?

  init(_ buffer: UnsafeBufferPointer<UInt8>, keepsComments: Bool) {
    comments = keepsComments ? [] : nil
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    text = buffer.starts(with: mark) ? buffer[mark.count...] : buffer[...]
    position = text.startIndex
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func table<Scalar: BinaryFloatingPoint>(
    allowsRowNames: Bool
  ) throws(FormatError) -> DelimitedText.Table<Scalar> {
    var table = DelimitedText.Table<Scalar>(
      header: nil, rowNames: nil, rowCount: 0, columnCount: 0, values: [])
    var isFirst = true
    while let row = nextLine() {
      if isFirst {
        isFirst = false
        separator = DelimitedTextParser.separator(of: row)
        if let header = try header(row) {
          table.header = header
          table.columnCount = header.count
          continue
        }
      }
      if allowsRowNames, table.rowCount == 0, let header = table.header, header.count > 1,
        try beginsWithName(row)
      {
        table.header = Array(header.dropFirst())
        table.rowNames = []
        table.columnCount -= 1
      }
      let start = table.values.count
      try forEachCell(of: row) { cell, column throws(FormatError) in
        if table.rowNames != nil, column == 1 {
          table.rowNames?.append(DelimitedTextParser.name(cell))
        } else {
          table.values.append(Scalar(try number(cell, column)))
        }
      }
      let count = table.values.count - start
      if table.rowCount == 0 && table.header == nil { table.columnCount = count }
      guard count == table.columnCount else {
        throw .cell(
          line: line,
          column: min(count, table.columnCount) + (table.rowNames == nil ? 1 : 2),
          found: count < table.columnCount
            ? "missing: the line has \(count) cells" : "one too many",
          expected: "\(table.columnCount) cells, as in the first line")
      }
      table.rowCount += 1
      rowCount += 1
    }
    table.comments = comments ?? []
    return table
  }

  /// The next line that is neither empty nor a comment, without its end.
  private mutating func nextLine() -> Cell? {
    while position < text.endIndex {
      let end = text[position...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.endIndex
      let row = trimmed(text[position..<end])
      position = end
      if position < text.endIndex {
        let isPair = text[end] == 0x0D && end + 1 < text.endIndex && text[end + 1] == 0x0A
        position += isPair ? 2 : 1
      }
      line += 1
      guard let first = row.first else { continue }
      if first != UInt8(ascii: "#") { return row }
      if comments != nil {
        let text = DelimitedTextParser.name(trimmed(row.dropFirst()))
        comments?.append(DelimitedText.Comment(row: rowCount, text: text))
      }
    }
    return nil
  }

  /// A cell without the blanks around it. Tabs are kept where they separate.
  private func trimmed(_ cell: Cell) -> Cell {
    var cell = cell
    while cell.first == 0x20 { cell.removeFirst() }
    while cell.last == 0x20 { cell.removeLast() }
    return cell
  }

  private static func separator(of row: Cell) -> Separator {
    var quoted = false
    var found: Set<UInt8> = []
    for character in row {
      if character == UInt8(ascii: "\"") { quoted.toggle() }
      if !quoted { found.insert(character) }
    }
    for character in "\t;,".utf8 where found.contains(character) { return .character(character) }
    return .blanks
  }

  private func header(_ row: Cell) throws(FormatError) -> [String]? {
    var names: [String] = []
    var isHeader = true
    try forEachCell(of: row) { cell, _ throws(FormatError) in
      if DecimalNumber.value(cell) != nil { isHeader = false }
      names.append(DelimitedTextParser.name(cell))
    }
    // A line of nothing but separators is no header; reading it as a row tells which cell is empty.
    return isHeader && names.contains { !$0.isEmpty } ? names : nil
  }

  private static func name(_ cell: Cell) -> String {
    String(decoding: cell.prefix(200), as: UTF8.self)
  }

  /// Whether the first cell is text and at least one other is a number.
  private func beginsWithName(_ row: Cell) throws(FormatError) -> Bool {
    var (isName, hasNumber) = (false, false)
    try forEachCell(of: row) { cell, column throws(FormatError) in
      let isNumber = DecimalNumber.value(cell) != nil
      if column == 1 { isName = !isNumber && !cell.isEmpty } else if isNumber { hasNumber = true }
    }
    return isName && hasNumber
  }

  private func number(_ cell: Cell, _ column: Int) throws(FormatError) -> Double {
    if let value = DecimalNumber.value(cell) { return value }
    throw .cell(
      line: line, column: column, found: cell.isEmpty ? "empty" : FormatError.quoted(cell),
      expected: cell.isEmpty
        ? "a number; write nan for a missing value"
        : "a number; a header has no numbers at all, and # begins a comment")
  }

  private func forEachCell(
    of row: Cell, _ body: (Cell, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    var start = row.startIndex
    var column = 1
    while true {
      let quoted = row[start...].first == UInt8(ascii: "\"")
      let (cell, end) = quoted ? try quotedCell(row, start, column) : plainCell(row, start)
      try body(trimmed(cell), column)
      guard end < row.endIndex else { return }
      start = end + 1
      column += 1
      if case .blanks = separator {
        while start < row.endIndex, row[start] == 0x20 { start += 1 }
      }
    }
  }

  private func isSeparator(_ character: UInt8) -> Bool {
    switch separator {
    case .character(let separator): character == separator
    case .blanks: character == 0x20
    }
  }

  private func plainCell(_ row: Cell, _ start: Int) -> (cell: Cell, end: Int) {
    var end = start
    while end < row.endIndex, !isSeparator(row[end]) { end += 1 }
    return (row[start..<end], end)
  }

  /// A cell between quotes. Numbers contain no quotes, so a doubled one needs no undoing.
  private func quotedCell(
    _ row: Cell, _ start: Int, _ column: Int
  ) throws(FormatError) -> (cell: Cell, end: Int) {
    var end = start + 1
    while end < row.endIndex {
      if row[end] == UInt8(ascii: "\"") {
        let next = end + 1
        if next == row.endIndex || isSeparator(row[next]) { return (row[start + 1..<end], next) }
        guard row[next] == UInt8(ascii: "\"") else { break }
        end = next
      }
      end += 1
    }
    throw .cell(
      line: line, column: column, found: FormatError.quoted(row[start...]),
      expected: "a closing quote at the end of the cell")
  }
}
