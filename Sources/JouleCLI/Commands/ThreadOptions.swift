import ArgumentParser
import Foundation
import Joule

/// The option that says how many threads work.
struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Threads; the result is the same for any number. (default: the machine's cores)")
  var threads: Int?

  private static let most = 1024

  /// So many workers, or one a core.
  ///
  /// - Throws: when there are none, or more than any machine has.
  func workers() throws -> Workers {
    let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
    try require(
      count > 0 && count <= Self.most, "--threads must be from 1 to \(Self.most), got \(count)")
    return Workers(count: count)
  }
}
