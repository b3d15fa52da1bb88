/// Rows of cells under one another, numbers to the right.
enum TextTable {
  private static let widestCell = 18
  private static let pageWidth = 96

  /// - Parameters:
  ///   - heads: of the columns; nil for none.
  ///   - rows: the first cell of each stands to the left.
  ///   - alignsLastLeft: whether the last cells do too, such as bars.
  static func lines(
    heads: [String]?, rows: [[String]], alignsLastLeft: Bool = false
  ) -> [String] {
    let all = (heads.map { [$0] } ?? []) + rows.map { $0 }
    let columns = all.map(\.count).max() ?? 0
    let cells = all.map { row in
      row.enumerated().map { column, cell in
        alignsLastLeft && column == columns - 1 ? cell : shortened(cell)
      }
    }
    let widths = (0..<columns).map { column in
      cells.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return cells.map { row in
      var line = " "
      for (column, cell) in row.enumerated() {
        let room = String(repeating: " ", count: widths[column] - cell.count)
        let isLeft = column == 0 || alignsLastLeft && column == columns - 1
        line += " " + (column > 0 ? " " : "") + (isLeft ? cell + room : room + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Text whose lines are broken between words to fit a page. Lines that begin with a blank are rows of
  /// tables and stay as they are.
  static func wrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.count <= pageWidth || line.first == " " { return String(line) }
      var (lines, length) = ([[Substring]](), Int.max)
      for word in line.split(separator: " ", omittingEmptySubsequences: false) {
        if length == Int.max || length + 1 + word.count > pageWidth {
          lines.append([])
          length = -1
        }
        lines[lines.count - 1].append(word)
        length += 1 + word.count
      }
      return lines.map { $0.joined(separator: " ") }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static func shortened(_ cell: String) -> String {
    cell.count > widestCell ? String(cell.prefix(widestCell - 1)) + "…" : cell
  }
}
