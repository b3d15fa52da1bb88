/// Damages files in the ways in which files get damaged, and in some in which only an enemy would.
struct Mutator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  private mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<max(1, bound), using: &self)
  }

  /// One of the samples with one to four kinds of damage.
  mutating func mutant(of samples: [[UInt8]]) -> [UInt8] {
    var bytes = samples[below(samples.count)]
    for _ in 0...below(4) { damage(&bytes, samples) }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8], _ samples: [[UInt8]]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(below(256))]
      return
    }
    // Headers are where the decisions are, so half of the damage goes there.
    let place = next() & 1 == 0 ? below(min(bytes.count, 64)) : below(bytes.count)
    switch below(8) {
    case 0: bytes[place] ^= 1 << UInt8(below(8))
    case 1: bytes.removeSubrange(place...)
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
    case 3: overwrite(&bytes, place)
    case 4:
      let other = samples[below(samples.count)]
      bytes = Array(bytes[..<place]) + other[min(below(other.count), other.count)...]
    case 5:
      bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(64))], at: place)
    case 6: bytes.insert(contentsOf: (0...below(8)).map { _ in UInt8(below(256)) }, at: place)
    default: enlargeNumber(&bytes, place)
    }
  }

  /// Sizes that overflow, in either byte order.
  private mutating func overwrite(_ bytes: inout [UInt8], _ place: Int) {
    let filling: UInt8 = [0x00, 0x7F, 0x80, 0xFF][below(4)]
    for index in place..<min(bytes.count, place + [1, 2, 4, 8][below(4)]) { bytes[index] = filling }
  }

  /// A digit of a text becomes a long number, possibly negative.
  private mutating func enlargeNumber(_ bytes: inout [UInt8], _ place: Int) {
    guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else {
      return
    }
    let texts = ["-1", "0", "9999999999", "4294967296", "9223372036854775807", "1e309", "nan", ""]
    bytes.replaceSubrange(digit...digit, with: texts[below(texts.count)].utf8)
  }
}
