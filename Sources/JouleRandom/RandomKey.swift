/// The name of a family of random sequences. Every random result comes from an explicit key.
///
/// A key gives other keys without end, by `split` and `folded`; they are words of the key's own Philox
/// function at counters that no draw uses. Two different paths lead to the same key with a probability
/// of 2⁻⁶⁴ only.
public struct RandomKey: Sendable, Hashable, Codable {
  /// The key of Philox.
  public let value: UInt64

  /// The key of a seed; different seeds are different keys.
  public init(seed: UInt64) { value = seed }

  /// So many keys, different from each other and from what `folded` gives.
  public func split(_ count: Int) -> [RandomKey] {
    precondition(count >= 0, "a key splits into a number of keys, got \(count)")
    return (0..<count).map { child(UInt64($0), domain: .split) }
  }

  /// The key for a number, such as an epoch.
  public func folded(_ number: UInt64) -> RandomKey { child(number, domain: .number) }

  /// The key for a name, such as "weights".
  public func folded(_ name: String) -> RandomKey {
    var key = self
    var chunk: UInt64 = 0
    var count: UInt64 = 0
    for byte in name.utf8 {
      chunk |= UInt64(byte) << (8 * (count % 8))
      count += 1
      if count % 8 == 0 {
        key = key.child(chunk, domain: .text)
        chunk = 0
      }
    }
    if count % 8 != 0 { key = key.child(chunk, domain: .text) }
    return key.child(count, domain: .length)
  }

  private enum Domain: UInt32 {
    case split, number, text, length
  }

  private func child(_ number: UInt64, domain: Domain) -> RandomKey {
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: number), Purpose.keys,
      UInt32(truncatingIfNeeded: number >> 32), domain.rawValue)
    let words = Philox.block(counter, key: value)
    return RandomKey(seed: UInt64(words[0]) | UInt64(words[1]) << 32)
  }
}

/// Purposes that this module keeps for itself; see `RandomAddress`.
enum Purpose {
  static let keys: UInt32 = 0xFFFF
  static let stream: UInt32 = 0xFFFE
  /// The purposes below this one are free.
  static let firstReserved: UInt32 = 0xFF00
}
