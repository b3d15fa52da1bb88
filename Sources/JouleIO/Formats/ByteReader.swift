/// Reads through bytes, each read checked against the end.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
    self.end = bytes.count
  }

  var remaining: Int { end - position }

  /// Checks that a part is there, and moves behind it.
  ///
  /// - Parameter part: what it is, for the message.
  mutating func take(_ count: Int, _ part: String) throws(FormatError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw .truncated(part: part, expected: count, found: remaining)
    }
    position += count
    return position - count..<position
  }

  /// An unsigned number, least significant byte first.
  mutating func littleEndian(_ byteCount: Int, _ part: String) throws(FormatError) -> UInt64 {
    try take(byteCount, part).reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
  }

  /// An unsigned number, most significant byte first.
  mutating func bigEndian(_ byteCount: Int, _ part: String) throws(FormatError) -> UInt64 {
    try take(byteCount, part).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
  }
}

/// Sizes as files claim them.
enum ClaimedSize {
  /// The product of the dimensions of a shape.
  ///
  /// - Throws: `tooLarge` when it overflows.
  static func elements(of shape: [Int], _ part: String) throws(FormatError) -> Int {
    var count = 1
    // A zero anywhere makes the product zero, whatever the others are.
    if shape.contains(0) { return 0 }
    for dimension in shape { count = try product(count, dimension, part, shape) }
    return count
  }

  /// The bytes that elements of a given size take.
  static func bytes(
    of shape: [Int], elementSize: Int, _ part: String
  ) throws(FormatError) -> Int {
    try product(elements(of: shape, part), elementSize, part, shape)
  }

  private static func product(
    _ a: Int, _ b: Int, _ part: String, _ shape: [Int]
  ) throws(FormatError) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    // A quarter of the address space, so that sums of sizes cannot overflow either.
    guard a >= 0, b >= 0, !overflow, product < Int.max / 4 else {
      throw .tooLarge(part: part, found: "of shape \(shape)", limit: "memory can hold")
    }
    return product
  }
}
