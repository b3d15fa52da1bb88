import JouleAlgebra

/// A sequence of random words with a counter: a value, which may be stored and continued.
///
/// Word n of the stream is word n of a row at its address; see `RandomAddress`. What is drawn takes
/// whole units: 32 bits for `Float` numbers and Bernoulli draws, 64 bits (two words, from an even
/// position on, leaving one out where needed) for `Double` numbers and integers. The fills draw the
/// bits that as many single calls would.
///
/// A stream of a key has 2⁷⁴ words, more than its counter can reach; one of a chain has 2³⁴.
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// Where the words stand.
  let origin: RandomAddress
  /// The number of words drawn or left out so far.
  public private(set) var position: UInt64
  /// The block that `position` is in, valid unless it stands at the block's beginning.
  private var block: SIMD4<UInt32> = .zero

  /// The stream of a key.
  ///
  /// - Parameter position: where to go on, as a stored stream tells.
  public init(key: RandomKey, position: UInt64 = 0) {
    self.init(
      at: RandomAddress(key: key.value, purpose: Purpose.stream), position: position)
  }

  init(at origin: RandomAddress, position: UInt64 = 0) {
    self.origin = origin
    self.position = position
    if position % 4 != 0 { block = block(number: position / 4) }
  }

  /// The next word.
  public mutating func nextWord() -> UInt32 {
    let lane = Int(truncatingIfNeeded: position % 4)
    if lane == 0 { block = block(number: position / 4) }
    position += 1
    return block[lane]
  }

  /// The next 64 bits: two words from an even position on, the low half first.
  public mutating func next() -> UInt64 {
    position += position % 2
    let low = nextWord()
    return UInt64(low) | UInt64(nextWord()) << 32
  }

  /// The next bits for a number of the type: 32 for `Float`, 64 for `Double`.
  mutating func nextBits<S: KernelScalar>(for type: S.Type) -> UInt64 {
    MemoryLayout<S>.size == MemoryLayout<Float>.size ? UInt64(nextWord()) : next()
  }

  /// Moves on by so many words.
  mutating func skip(words: UInt64) {
    position += words
    if position % 4 != 0 { block = block(number: position / 4) }
  }

  /// The address whose rows begin with the given block of this stream.
  ///
  /// The counter of blocks has 32 bits; a stream of a key carries into the step, which it has for
  /// itself, a stream of a chain ends.
  func address(ofBlock number: UInt64) -> RandomAddress {
    let carry = number >> 32
    precondition(
      carry == 0 || origin.purpose == Purpose.stream,
      "a chain's stream has 2^34 words in a step, all drawn")
    var address = origin
    address.step += carry
    address.firstBlock = UInt32(truncatingIfNeeded: number)
    return address
  }

  private func block(number: UInt64) -> SIMD4<UInt32> {
    let address = address(ofBlock: number)
    let high =
      address.purpose | UInt32(truncatingIfNeeded: address.firstChain >> 32) << 16
      | UInt32(truncatingIfNeeded: address.step >> 32) << 24
    return Philox.block(
      SIMD4(
        address.firstBlock, high, UInt32(truncatingIfNeeded: address.firstChain),
        UInt32(truncatingIfNeeded: address.step)), key: address.key)
  }
}

extension RandomStream: Hashable, Codable {
  public static func == (left: RandomStream, right: RandomStream) -> Bool {
    left.origin == right.origin && left.position == right.position
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(origin)
    hasher.combine(position)
  }

  private enum CodingKeys: String, CodingKey {
    case key, chain, step, purpose, position
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let chain = try values.decode(UInt64.self, forKey: .chain)
    let step = try values.decode(UInt64.self, forKey: .step)
    let purpose = try values.decode(UInt32.self, forKey: .purpose)
    guard chain < 1 << 40, step < 1 << 40, purpose < 1 << 16 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "no stream has chain \(chain), step \(step), purpose \(purpose)"))
    }
    let position = try values.decode(UInt64.self, forKey: .position)
    guard purpose == Purpose.stream || position <= 1 << 34 else {
      throw DecodingError.dataCorruptedError(
        forKey: .position, in: values, debugDescription: "position \(position) is past 2^34")
    }
    self.init(
      at: RandomAddress(
        key: try values.decode(UInt64.self, forKey: .key), firstChain: chain, step: step,
        purpose: purpose), position: position)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(origin.key, forKey: .key)
    try values.encode(origin.firstChain, forKey: .chain)
    try values.encode(origin.step, forKey: .step)
    try values.encode(origin.purpose, forKey: .purpose)
    try values.encode(position, forKey: .position)
  }
}
