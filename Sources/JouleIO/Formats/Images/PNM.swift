/// The portable bitmap, graymap and pixmap formats, P1 to P6, of one image.
///
/// Bitmaps: 1 is black. Levels are scaled to 0...255; colour becomes luma.
/// Reference: https://netpbm.sourceforge.net/doc/.
package enum PNM {
  package static func isPNM(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 3 && bytes[0] == UInt8(ascii: "P") && (0x31...0x36).contains(bytes[1])
      && (isBlank(bytes[2]) || bytes[2] == UInt8(ascii: "#"))
  }

  package static func decode(_ bytes: [UInt8]) throws(FormatError) -> GrayImage {
    guard isPNM(bytes) else {
      throw .unexpected(
        part: "the start", found: FormatError.quoted(bytes.prefix(3)), expected: "P1 to P6")
    }
    let kind = Int(bytes[1] - 0x30)
    var scanner = PNMScanner(bytes, from: 2)
    let width = try scanner.number("the width")
    let height = try scanner.number("the height")
    let isBitmap = kind == 1 || kind == 4
    let top = isBitmap ? 1 : try scanner.number("the greatest level")
    guard (1...65_535).contains(top) else {
      throw .unexpected(part: "the greatest level", found: "\(top)", expected: "1 to 65535")
    }
    let channels = kind % 3 == 0 ? 3 : 1
    let count = try ClaimedSize.elements(of: [height, width, channels], "the image")
    let levels: [UInt8]
    switch kind {
    case 1...3: levels = try scanner.plainLevels(count: count, top: top, isBitmap: isBitmap)
    case 4: levels = try scanner.packedLevels(width: width, height: height)
    default: levels = try scanner.binaryLevels(count: count, top: top)
    }
    try scanner.expectEnd()
    guard channels == 3 else { return GrayImage(width: width, height: height, pixels: levels) }
    let gray = stride(from: 0, to: levels.count, by: 3).map {
      GrayImage.level(red: levels[$0], green: levels[$0 + 1], blue: levels[$0 + 2])
    }
    return GrayImage(width: width, height: height, pixels: gray)
  }

  fileprivate static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}

private struct PNMScanner {
  private let bytes: [UInt8]
  private var position: Int

  init(_ bytes: [UInt8], from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  private mutating func skipBlanksAndComments() {
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "#") {
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      } else if PNM.isBlank(bytes[position]) {
        position += 1
      } else {
        return
      }
    }
  }

  mutating func number(_ part: String) throws(FormatError) -> Int {
    skipBlanksAndComments()
    let digits = bytes[position...].prefix(10).prefix { (0x30...0x39).contains($0) }
    guard position < bytes.count else { throw .truncated(part: part, expected: 1, found: 0) }
    guard !digits.isEmpty else {
      throw .unexpected(
        part: part, found: FormatError.quoted(bytes[position...].prefix(10)), expected: "a number")
    }
    position += digits.count
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Levels as text. The digits of a bitmap may stand together.
  mutating func plainLevels(
    count: Int, top: Int, isBitmap: Bool
  ) throws(FormatError) -> [UInt8] {
    // Each level takes a character at least.
    try require(isBitmap ? count : 2 * count - 1)
    var levels: [UInt8] = []
    levels.reserveCapacity(count)
    for _ in 0..<count {
      if isBitmap {
        skipBlanksAndComments()
        guard position < bytes.count else { throw truncated(count - levels.count) }
        let digit = bytes[position]
        guard digit == 0x30 || digit == 0x31 else { throw level(FormatError.quoted([digit]), top) }
        levels.append(digit == 0x31 ? 0 : 255)
        position += 1
      } else {
        levels.append(try scaled(number("a level"), top))
      }
    }
    return levels
  }

  /// Eight pixels a byte, each row beginning a new one.
  mutating func packedLevels(width: Int, height: Int) throws(FormatError) -> [UInt8] {
    try skipOneBlank()
    let rowBytes = (width + 7) / 8
    try require(rowBytes * height)
    var levels: [UInt8] = []
    levels.reserveCapacity(width * height)
    for row in 0..<height {
      for column in 0..<width {
        let byte = bytes[position + row * rowBytes + column / 8]
        levels.append(byte >> UInt8(7 - column % 8) & 1 == 1 ? 0 : 255)
      }
    }
    position += rowBytes * height
    return levels
  }

  /// One byte a level, or two with the greater first where levels go over 255.
  mutating func binaryLevels(count: Int, top: Int) throws(FormatError) -> [UInt8] {
    try skipOneBlank()
    let size = top > 255 ? 2 : 1
    try require(count * size)
    defer { position += count * size }
    if top == 255 { return Array(bytes[position..<position + count]) }
    var levels: [UInt8] = []
    levels.reserveCapacity(count)
    for index in 0..<count {
      let place = position + index * size
      let high = size == 2 ? Int(bytes[place]) << 8 : 0
      levels.append(try scaled(high + Int(bytes[place + size - 1]), top))
    }
    return levels
  }

  mutating func expectEnd() throws(FormatError) {
    let rest = bytes[position...].drop(while: PNM.isBlank)
    guard rest.isEmpty else { throw .excess(part: "the image", byteCount: rest.count) }
  }

  private mutating func skipOneBlank() throws(FormatError) {
    guard position < bytes.count, PNM.isBlank(bytes[position]) else {
      throw .unexpected(
        part: "the end of the image's header",
        found: FormatError.quoted(bytes[position...].prefix(4)),
        expected: "a blank")
    }
    position += 1
  }

  private func require(_ count: Int) throws(FormatError) {
    guard count <= bytes.count - position else { throw truncated(count) }
  }

  private func truncated(_ count: Int) -> FormatError {
    .truncated(part: "the image", expected: count, found: bytes.count - position)
  }

  private func level(_ found: String, _ top: Int) -> FormatError {
    .unexpected(part: "a level of the image", found: found, expected: "0 to \(top)")
  }

  private func scaled(_ value: Int, _ top: Int) throws(FormatError) -> UInt8 {
    guard value <= top else { throw level("\(value)", top) }
    return UInt8((value * 255 + top / 2) / top)
  }
}
