import Joule
import Testing

/// Quantiles out of a digest against those of all numbers.
@Suite struct QuantileDigestTests {
  static let count = 100_000

  static func numbers(_ kind: String) -> [Double] {
    var stream = RandomStream(key: RandomKey(seed: 9))
    return (0..<count).map { index in
      switch kind {
      case "normal": stream.normal()
      case "heavy": 1 / (stream.uniform() + 1e-12)
      case "ties": Double(stream.integer(below: 7))
      case "ascending": Double(index)
      default: stream.uniform()
      }
    }
  }

  /// The share of numbers below and at a quantile encloses its probability, within the bound.
  @Test(arguments: ["uniform", "normal", "heavy", "ties", "ascending"])
  func ranksAreWithinTheBound(kind: String) {
    let numbers = Self.numbers(kind)
    var digest = QuantileDigest()
    for number in numbers { digest.add(number) }
    let sorted = numbers.sorted()
    #expect(digest.count == Self.count)
    #expect(digest.quantile(0) == sorted[0] && digest.quantile(1) == sorted[Self.count - 1])
    for probability in [0.0001, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 0.9999] {
      let value = digest.quantile(probability)
      let below = Double(sorted.count { $0 < value }) / Double(Self.count)
      let upTo = Double(sorted.count { $0 <= value }) / Double(Self.count)
      let bound =
        Double.pi * (probability * (1 - probability)).squareRoot() / 400 + 1 / Double(Self.count)
      #expect(
        below - bound <= probability && probability <= upTo + bound,
        "\(kind): \(value) at \(probability) has ranks \(below) to \(upTo)")
    }
  }

  @Test func mergedDigestsAreAsGoodAsOne() {
    let numbers = Self.numbers("normal")
    var parts = [QuantileDigest](repeating: QuantileDigest(), count: 16)
    for (index, number) in numbers.enumerated() { parts[index % 16].add(number) }
    var merged = parts[0]
    for part in parts.dropFirst() { merged.add(part) }
    let sorted = numbers.sorted()
    for probability in [0.01, 0.5, 0.9] {
      let rank =
        Double(sorted.count { $0 < merged.quantile(probability) }) / Double(Self.count)
      #expect(
        abs(rank - probability)
          < 2 * Double.pi * (probability * (1 - probability)).squareRoot() / 400)
    }
  }

  @Test func oddNumbersAreCountedOrKept() {
    var digest = QuantileDigest()
    #expect(digest.quantile(0.5).isNaN)
    for number: Double in [1, .infinity, -.infinity, .nan, 2, .infinity] { digest.add(number) }
    #expect(digest.undefinedCount == 1 && digest.count == 5)
    #expect(digest.quantile(0) == -.infinity && digest.quantile(1) == .infinity)
    #expect(digest.quantile(0.5) == 2)
  }
}
