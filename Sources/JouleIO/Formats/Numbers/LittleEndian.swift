extension [UInt8] {
  /// Appends numbers, least significant byte first.
  mutating func append<Number, Word: FixedWidthInteger>(
    littleEndian numbers: [Number], _ word: (Number) -> Word
  ) {
    reserveCapacity(count + numbers.count * MemoryLayout<Word>.size)
    for number in numbers { append(littleEndian: word(number)) }
  }

  /// Appends one number, least significant byte first.
  mutating func append<Word: FixedWidthInteger>(littleEndian word: Word) {
    Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
  }
}
