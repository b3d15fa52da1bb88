/// What is wrong with the bytes of a file, apart from which file it is.
public enum FormatError: Error, Equatable, CustomStringConvertible {
  case empty
  /// The file ends early.
  case truncated(part: String, expected: Int, found: Int)
  /// The file goes on where it should end.
  case excess(part: String, byteCount: Int)
  case unexpected(part: String, found: String, expected: String)
  case unsupported(found: String, expected: String)
  /// A size that no memory holds, or that overflows.
  case tooLarge(part: String, found: String, limit: String)
  /// A cell of a table. Lines and columns count from 1.
  case cell(line: Int, column: Int, found: String, expected: String)
  case compression(String)

  /// What was found, what was expected, and what to do; without the file's name.
  public var description: String {
    switch self {
    case .empty: "it is empty"
    case .truncated(let part, let expected, let found):
      "it ends early: \(part) needs \(expected) bytes, \(found) are there; fetch or write it again"
    case .excess(let part, let byteCount):
      "\(byteCount) bytes follow \(part), where it should end; it is damaged or not what it seems"
    case .unexpected(let part, let found, let expected):
      "\(part) is \(found), expected \(expected)"
    case .unsupported(let found, let expected): "it is \(found); expected \(expected)"
    case .tooLarge(let part, let found, let limit):
      "\(part) is \(found), more than \(limit); the file is damaged or was not meant for this"
    case .cell(let line, let column, let found, let expected):
      "line \(line), column \(column) is \(found), expected \(expected)"
    case .compression(let cause): cause
    }
  }

  /// Text of a file as a message may show it: short, in quotes, without control characters.
  static func quoted(_ bytes: some Sequence<UInt8>) -> String {
    let shown = bytes.prefix(41).map { (32..<127).contains($0) ? $0 : UInt8(ascii: "?") }
    let text = String(decoding: shown.prefix(40), as: UTF8.self)
    return shown.count > 40 ? "'\(text)…'" : "'\(text)'"
  }
}
