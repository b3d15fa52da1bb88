/// Reads gzip (RFC 1952).
package enum Gzip {
  /// The most bytes that one file may decompress to.
  package static let limit = 4 << 30

  package static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// The decompressed contents of all members, one after the other, as gzip itself treats them.
  ///
  /// Zeros after the last member are padding; anything else is an error.
  package static func decompress(
    _ bytes: [UInt8], limit: Int = limit
  ) throws(FormatError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(plausibleCount(bytes, limit))
    var position = 0
    repeat {
      position = try Inflate.run(
        bytes, position..<bytes.count, .gzip, limit: limit, into: &output)
    } while bytes[position...].starts(with: [0x1F, 0x8B])
    guard bytes[position...].allSatisfy({ $0 == 0 }) else {
      throw .excess(part: "the compressed data", byteCount: bytes.count - position)
    }
    return output
  }

  /// The length that the last four bytes claim, where a claim is cheap to believe.
  private static func plausibleCount(_ bytes: [UInt8], _ limit: Int) -> Int {
    let claimed = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return claimed <= min(limit, 32 * bytes.count) ? claimed : 0
  }
}
