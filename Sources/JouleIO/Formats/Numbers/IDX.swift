/// The IDX format of the MNIST files.
///
/// Two zero bytes, a type code, the rank; the dimensions, four bytes each, big-endian; the elements,
/// row-major, big-endian. Reference: http://yann.lecun.com/exdb/mnist/.
package enum IDX {
  private static let types: [UInt8: NumberType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  package static func isIDX(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && types[bytes[2]] != nil && bytes[3] > 0
  }

  package static func decode(_ bytes: consuming [UInt8]) throws(FormatError) -> NumberArray {
    // A name of its own, which can be given away below.
    let bytes = bytes
    var reader = ByteReader(bytes)
    let magic = try reader.bigEndian(4, "the IDX magic number")
    guard magic >> 16 == 0, let type = types[UInt8(magic >> 8 & 0xFF)], magic & 0xFF > 0 else {
      throw .unexpected(
        part: "the IDX magic number", found: hexadecimal(magic),
        expected:
          "0x0000TTRR with a type TT of 08, 09, 0B, 0C, 0D or 0E and a rank RR of at least 1")
    }
    var shape: [Int] = []
    for axis in 0..<Int(magic & 0xFF) {
      shape.append(Int(try reader.bigEndian(4, "the size of IDX axis \(axis)")))
    }
    let part = "an IDX array of shape \(shape)"
    let byteCount = try ClaimedSize.bytes(of: shape, elementSize: type.size, "the IDX array")
    let range = try reader.take(byteCount, part)
    guard reader.remaining == 0 else { throw .excess(part: part, byteCount: reader.remaining) }
    // The reader's reference must be gone, or taking the elements would copy them.
    reader = ByteReader([])
    return NumberArray(
      shape: shape,
      elements: type.elements(
        of: consume bytes, at: range.lowerBound, count: byteCount / type.size, bigEndian: true))
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}
