import Foundation

/// The options of the command line: names with values.
struct Options {
  private static let names = [
    "targets", "methods", "updates", "hidden", "seed", "threads", "pictures",
  ]
  private var values: [String: String] = [:]

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard name.hasPrefix("--"), Self.names.contains(String(name.dropFirst(2))),
        let value = rest.popFirst()
      else {
        stop("'\(name)' is no option with a value; there are \(Self.names.map { "--\($0)" })")
      }
      values[String(name.dropFirst(2))] = value
    }
  }

  func text(_ name: String) -> String? { values[name] }

  func number(_ name: String, _ standard: Int) -> Int {
    guard let text = values[name] else { return standard }
    guard let value = Int(text), value >= 0 else {
      stop("--\(name) takes a whole number, got '\(text)'")
    }
    return value
  }

  /// Some of the names that there are; all by default.
  func list(_ name: String, of known: [String]) -> [String] {
    guard let chosen = values[name]?.split(separator: ",").map(String.init) else { return known }
    if let stranger = chosen.first(where: { !known.contains($0) }) {
      stop("--\(name) takes some of \(known), got '\(stranger)'")
    }
    return chosen
  }
}

/// Ends the program with a message on standard error.
func stop(_ message: String) -> Never {
  FileHandle.standardError.write(Data("\(message)\n".utf8))
  exit(64)
}

/// Writes a line at once, so that a long run shows what is done.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
