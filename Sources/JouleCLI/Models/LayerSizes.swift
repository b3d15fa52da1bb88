import ArgumentParser
import Joule

/// Units of layers as an option gives them: `500` or `500,500`.
struct LayerSizes: ExpressibleByArgument {
  let counts: [Int]

  init(_ counts: [Int]) { self.counts = counts }

  init?(argument: String) {
    let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard counts.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
    self.counts = counts.compactMap(\.self)
  }

  var text: String { counts.map(String.init).joined(separator: ",") }

  /// Refuses networks that no machine holds.
  ///
  /// - Parameter sizes: of all layers, inputs and outputs included.
  static func requireRoom(for sizes: [Int], times copies: Int = 1) throws(Failure) {
    let weights = zip(sizes, sizes.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    try require(
      weights * Double(copies) <= 2e9,
      "layers of \(LayerSizes(sizes).text) units need more than 2,000,000,000 weights: take fewer")
  }
}
