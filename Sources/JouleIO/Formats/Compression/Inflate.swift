import CZlib

/// Decompression by zlib.
enum Inflate {
  /// What surrounds the compressed data.
  enum Wrapping: Int32 {
    /// Nothing, as in a ZIP archive.
    case raw = -15
    /// A gzip header, and at the end a checksum and a length, which zlib verifies.
    case gzip = 31
  }

  /// The most that one compressed byte can stand for in the deflate format, rounded up.
  static let greatestRatio = 1040

  /// Decompresses one stream.
  ///
  /// Memory grows with what really comes out, never with what the file claims.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - range: where the stream lies in it; it may end before the range does.
  ///   - output: what comes out is appended.
  ///   - limit: the most bytes that `output` may hold.
  /// - Returns: where the stream ended.
  static func run(
    _ bytes: [UInt8], _ range: Range<Int>, _ wrapping: Wrapping, limit: Int,
    into output: inout [UInt8]
  ) throws(FormatError) -> Int {
    var stream = z_stream()
    let started = inflateInit2_(
      &stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw .compression("zlib cannot start (code \(started))") }
    defer { inflateEnd(&stream) }

    var position = range.lowerBound
    var status = Z_OK
    var chunk = [UInt8](repeating: 0, count: 1 << 17)
    while status != Z_STREAM_END {
      // avail_in is 32 bits wide, so a large file goes in by pieces.
      let offered = min(range.upperBound - position, 1 << 30)
      let (code, consumed, produced) = step(
        &stream, bytes, position..<position + offered, into: &chunk)
      status = code
      position += consumed
      guard output.count + produced <= limit else {
        throw .tooLarge(
          part: "its decompressed size", found: "over \(limit) bytes", limit: "is accepted")
      }
      output += chunk[..<produced]
      try check(status, ended: position == range.upperBound, idle: consumed + produced == 0)
    }
    return position
  }

  private static func step(
    _ stream: inout z_stream, _ bytes: [UInt8], _ range: Range<Int>, into chunk: inout [UInt8]
  ) -> (status: Int32, consumed: Int, produced: Int) {
    bytes.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { output in
        // zlib reads through next_in and never writes to it; its type only lacks the const.
        stream.next_in = UnsafeMutablePointer(
          mutating: UnsafeBufferPointer(rebasing: input[range]).baseAddress)
        stream.avail_in = UInt32(range.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (
          status, range.count - Int(stream.avail_in), output.count - Int(stream.avail_out)
        )
      }
    }
  }

  private static func check(_ status: Int32, ended: Bool, idle: Bool) throws(FormatError) {
    switch status {
    case Z_STREAM_END: return
    case Z_OK, Z_BUF_ERROR:
      guard !(ended && idle) else {
        throw .compression("the compressed data end early; fetch or write it again")
      }
    case Z_MEM_ERROR: throw .compression("zlib has no memory")
    default: throw .compression("the compressed data are damaged; fetch or write it again")
    }
  }
}
