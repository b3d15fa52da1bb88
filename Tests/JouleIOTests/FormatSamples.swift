import CZlib
import JouleIO

/// Small sound files of each format, written out here byte by byte where the writer under test is not
/// the point.
enum FormatSamples {
  static func idx(_ type: UInt8, shape: [Int], _ data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, type, UInt8(shape.count)]
    for size in shape { bytes += word(UInt32(size)).reversed() }
    return bytes + data
  }

  static func npy(
    _ descr: String, fortran: Bool = false, shape: String, version: UInt8 = 1, _ data: [UInt8]
  ) -> [UInt8] {
    let text = Array(
      "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
        .utf8)
    let length: [UInt8] =
      version == 1
      ? [UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
      : [UInt8(text.count & 0xFF), UInt8(text.count >> 8), 0, 0]
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    return magic + [version, 0] + length + text + data
  }

  /// A gzip file of one member.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, windowBits: 31) }

  static func deflated(_ bytes: [UInt8], windowBits: Int32 = -15) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 100)
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        deflate(&stream, Z_FINISH)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(output[..<count])
  }

  /// A ZIP archive as numpy.savez writes it, with 64-bit sizes in the local headers.
  static func zip(_ files: [(name: String, bytes: [UInt8])], deflating: Bool) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in files {
      let packed = deflating ? deflated(bytes) : bytes
      let checksum = UInt32(crc32(0, bytes, UInt32(bytes.count)))
      let offset = archive.count
      let method: [UInt8] = [deflating ? 8 : 0, 0]
      let time: [UInt8] = [0, 0, 0x21, 0]
      let packedCount = word(UInt32(packed.count))
      let count = word(UInt32(bytes.count))
      archive += [0x50, 0x4B, 3, 4, 45, 0, 0, 0]
      archive += method + time + word(checksum)
      archive += [UInt8](repeating: 0xFF, count: 8)
      archive += half(name.utf8.count) + half(20)
      archive += name.utf8
      archive += half(1) + half(16)
      archive += count + word(0) + packedCount + word(0)
      archive += packed
      directory += [0x50, 0x4B, 1, 2, 45, 3, 45, 0, 0, 0]
      directory += method + time + word(checksum)
      directory += packedCount + count + half(name.utf8.count)
      directory += [UInt8](repeating: 0, count: 12)
      directory += word(UInt32(offset))
      directory += name.utf8
    }
    let start = archive.count
    archive += directory
    archive += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    archive += half(files.count) + half(files.count)
    archive += word(UInt32(directory.count)) + word(UInt32(start)) + half(0)
    return archive
  }

  static func half(_ number: Int) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)] }

  static func word(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(number >> (8 * UInt32($0)) & 0xFF) }
  }

  /// A safetensors file of a given header.
  static func safetensors(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    var bytes = word(UInt32(header.utf8.count)) + word(0)
    bytes += header.utf8
    return bytes + data
  }
}
