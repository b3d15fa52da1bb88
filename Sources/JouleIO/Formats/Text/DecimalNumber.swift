/// Numbers as text.
enum DecimalNumber {
  private static let powersOfTen: [Double] = (0...22).map { power in
    (0..<power).reduce(1) { product, _ in product * 10 }
  }

  /// The value of a number's text, "nan" and "inf" included; nil if it is not a number.
  ///
  /// Correctly rounded.
  static func value(_ text: UnsafeBufferPointer<UInt8>.SubSequence) -> Double? {
    shortValue(text) ?? longValue(text)
  }

  /// Digits with at most one point, few enough that integer and power of ten are exact in Double, so
  /// that one division rounds correctly. Nil for everything else.
  private static func shortValue(_ text: UnsafeBufferPointer<UInt8>.SubSequence) -> Double? {
    var index = text.startIndex
    var negative = false
    if index < text.endIndex, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      negative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    guard (1...16).contains(text.endIndex - index) else { return nil }
    var number: Int64 = 0
    var digits = 0
    var decimals: Int?
    while index < text.endIndex {
      let character = text[index]
      if character == UInt8(ascii: "."), decimals == nil {
        decimals = digits
      } else {
        guard (0x30...0x39).contains(character) else { return nil }
        number = number * 10 + Int64(character - 0x30)
        digits += 1
      }
      index += 1
    }
    // Fifteen digits fit into the 53 bits of a Double's significand.
    guard (1...15).contains(digits) else { return nil }
    let magnitude = Double(number) / powersOfTen[digits - (decimals ?? digits)]
    return negative ? -magnitude : magnitude
  }

  private static func longValue(_ text: UnsafeBufferPointer<UInt8>.SubSequence) -> Double? {
    // A Double's text never needs so many characters; a longer cell is no number.
    guard text.count <= 1100 else { return nil }
    // Hexadecimal and "nan(...)" are not the numbers of a table.
    guard text.allSatisfy({ $0 != UInt8(ascii: "x") && $0 != UInt8(ascii: "X") && $0 != 0x28 })
    else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }
}
