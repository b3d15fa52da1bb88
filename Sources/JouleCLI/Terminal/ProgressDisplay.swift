import Foundation

/// Shows how far long work has come, on standard error, so that standard output stays clean: a bar that
/// is redrawn on a terminal, a plain line now and then elsewhere.
final class ProgressDisplay {
  private let title: String
  private let isTerminal: Bool
  private let isQuiet: Bool
  private let begin = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var barIsShown = false

  /// Time between two bars on a terminal, and between two lines elsewhere.
  private static let redrawInterval = Duration.milliseconds(200)
  private static let lineInterval = Duration.seconds(10)

  init(_ title: String, isQuiet: Bool = false) {
    self.title = title
    self.isQuiet = isQuiet
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  /// Shows the fraction done, unless something was shown just now.
  ///
  /// - Parameter start: the fraction that had been done when this display began.
  func show(_ fraction: Double, done start: Double = 0, _ note: @autoclosure () -> String = "") {
    if isQuiet { return }
    let now = ContinuousClock.now
    let interval = isTerminal ? Self.redrawInterval : Self.lineInterval
    if now - (lastShown ?? begin) < interval { return }
    lastShown = now
    let seconds = (now - begin) / .seconds(1)
    let left =
      fraction > start ? seconds * (1 - fraction) / (fraction - start) : .infinity
    var line = "\(title) \(percent(fraction))"
    if isTerminal {
      let width = 24
      let filled = Int((Double(width) * min(max(fraction, 0), 1)).rounded(.down))
      line =
        "\(title) [\(String(repeating: "█", count: filled))"
        + "\(String(repeating: "·", count: width - filled))] \(percent(fraction))"
    }
    if left.isFinite { line += ", \(format(seconds: left)) left" }
    let note = note()
    if !note.isEmpty { line += " · \(note)" }
    if isTerminal {
      write("\r\u{1B}[2K\(fitted(line))")
      barIsShown = true
    } else {
      write(line + "\n")
    }
  }

  /// Prints a line of its own; the bar comes again below it.
  func print(_ line: String) {
    if isQuiet { return }
    clear()
    write(line + "\n")
  }

  /// Takes the bar away.
  func clear() {
    if barIsShown { write("\r\u{1B}[2K") }
    barIsShown = false
  }

  private func percent(_ fraction: Double) -> String {
    "\(Int((fraction * 100).rounded(.down))) %"
  }

  /// The line cut to the width of the terminal: one that wraps could not be redrawn.
  private func fitted(_ line: String) -> String {
    var size = winsize()
    let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return String(line.prefix(known ? Int(size.ws_col) - 1 : 79))
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
