import CZlib

/// The directory of a ZIP archive, and its entries: stored and deflated, with 64-bit sizes.
///
/// Reference: PKWARE APPNOTE 6.3.
struct ZipArchive {
  struct Entry: Equatable {
    var name: String
    var method: Int
    var checksum: UInt32
    var packedCount: Int
    var count: Int
    var headerOffset: Int
  }

  private enum Signature {
    static let localHeader: [UInt8] = [0x50, 0x4B, 3, 4]
    static let directoryEntry: UInt64 = 0x0201_4B50
    static let directoryEnd: [UInt8] = [0x50, 0x4B, 5, 6]
    static let directoryEnd64: UInt64 = 0x0606_4B50
    static let locator64: UInt64 = 0x0706_4B50
  }

  let bytes: [UInt8]
  let entries: [Entry]

  static func isZip(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: Signature.localHeader) || bytes.starts(with: Signature.directoryEnd)
  }

  init(_ bytes: [UInt8]) throws(FormatError) {
    self.bytes = bytes
    var (count, offset) = try ZipArchive.directory(of: bytes)
    // An entry of the directory takes 46 bytes at least.
    guard count <= bytes.count / 46 else {
      throw .truncated(
        part: "a directory of \(count) entries", expected: 46 * min(count, 1 << 32),
        found: bytes.count)
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    while count > 0 {
      let (entry, next) = try ZipArchive.entry(of: bytes, at: offset)
      guard names.insert(entry.name).inserted else {
        throw .unexpected(
          part: "the archive", found: "one with two entries \(FormatError.quoted(entry.name.utf8))",
          expected: "different names")
      }
      entries.append(entry)
      offset = next
      count -= 1
    }
    self.entries = entries
  }

  /// The contents of an entry, checked against its length and checksum.
  func contents(of entry: Entry, limit: Int = Gzip.limit) throws(FormatError) -> [UInt8] {
    var reader = try ZipArchive.reader(bytes, at: entry.headerOffset, "an entry of the archive")
    let header = try reader.take(30, "the header of an entry")
    guard bytes[header].starts(with: Signature.localHeader) else {
      throw .unexpected(
        part: "the header of an entry", found: "something else", expected: "the ZIP mark PK\\3\\4")
    }
    let nameCount = Int(bytes[header.lowerBound + 26]) | Int(bytes[header.lowerBound + 27]) << 8
    let extraCount = Int(bytes[header.lowerBound + 28]) | Int(bytes[header.lowerBound + 29]) << 8
    _ = try reader.take(nameCount + extraCount, "the name of an entry")
    let range = try reader.take(entry.packedCount, "entry \(FormatError.quoted(entry.name.utf8))")
    guard entry.count <= limit, entry.count / Inflate.greatestRatio <= entry.packedCount else {
      throw .tooLarge(
        part: "an entry's size", found: "\(entry.count) bytes",
        limit: "its \(entry.packedCount) compressed bytes can hold")
    }
    let contents: [UInt8]
    switch entry.method {
    case 0: contents = Array(bytes[range])
    case 8:
      var inflated: [UInt8] = []
      _ = try Inflate.run(bytes, range, .raw, limit: entry.count, into: &inflated)
      contents = inflated
    default:
      throw .unsupported(
        found: "compressed by ZIP method \(entry.method)",
        expected: "stored or deflated, as numpy.savez and savez_compressed write it")
    }
    guard contents.count == entry.count, ZipArchive.checksum(contents) == entry.checksum else {
      throw .compression("an entry's contents do not fit its checksum; fetch or write it again")
    }
    return contents
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, z_size_t($0.count))) }
  }

  private static func reader(
    _ bytes: [UInt8], at offset: Int, _ part: String
  ) throws(FormatError) -> ByteReader {
    guard offset >= 0, offset <= bytes.count else {
      throw .unexpected(
        part: "the place of \(part)", found: "byte \(offset)", expected: "at most \(bytes.count)")
    }
    return ByteReader(bytes, from: offset)
  }

  /// Where the directory is, from the record at the end of the file.
  private static func directory(of bytes: [UInt8]) throws(FormatError) -> (count: Int, offset: Int)
  {
    // A comment of up to 65,535 bytes may follow the record's 22.
    let first = max(0, bytes.count - 22 - 0xFFFF)
    let places = stride(from: bytes.count - 22, through: first, by: -1)
    guard let end = places.first(where: { bytes[$0...].starts(with: Signature.directoryEnd) })
    else {
      throw .truncated(part: "the directory at the end", expected: 22, found: 0)
    }
    var reader = ByteReader(bytes, from: end + 10)
    let count = Int(try reader.littleEndian(2, "the directory"))
    _ = try reader.take(4, "the directory")
    let offset = Int(try reader.littleEndian(4, "the directory"))
    guard count == 0xFFFF || offset == 0xFFFF_FFFF, end >= 20 else { return (count, offset) }
    var locator = ByteReader(bytes, from: end - 20)
    guard try locator.littleEndian(4, "the directory") == Signature.locator64 else {
      return (count, offset)
    }
    _ = try locator.take(4, "the directory")
    let place = try size(locator.littleEndian(8, "the directory"), "the directory's place")
    var wide = try self.reader(bytes, at: place, "the directory")
    guard try wide.littleEndian(4, "the directory") == Signature.directoryEnd64 else {
      throw .unexpected(part: "the directory", found: "damaged", expected: "a 64-bit directory")
    }
    _ = try wide.take(28, "the directory")
    let wideCount = try size(wide.littleEndian(8, "the directory"), "the number of entries")
    _ = try wide.take(8, "the directory")
    return (wideCount, try size(wide.littleEndian(8, "the directory"), "the directory's place"))
  }

  /// One entry of the directory, and where the next one is.
  private static func entry(
    of bytes: [UInt8], at offset: Int
  ) throws(FormatError) -> (entry: Entry, next: Int) {
    let part = "an entry of the directory"
    var reader = try reader(bytes, at: offset, part)
    guard try reader.littleEndian(4, part) == Signature.directoryEntry else {
      throw .unexpected(part: part, found: "damaged", expected: "the ZIP mark PK\\1\\2")
    }
    _ = try reader.take(4, part)
    let flags = try reader.littleEndian(2, part)
    let method = Int(try reader.littleEndian(2, part))
    _ = try reader.take(4, part)
    let checksum = UInt32(try reader.littleEndian(4, part))
    var packedCount = try reader.littleEndian(4, part)
    var count = try reader.littleEndian(4, part)
    let nameCount = Int(try reader.littleEndian(2, part))
    let extraCount = Int(try reader.littleEndian(2, part))
    let commentCount = Int(try reader.littleEndian(2, part))
    _ = try reader.take(8, part)
    var headerOffset = try reader.littleEndian(4, part)
    let name = String(decoding: bytes[try reader.take(nameCount, part)], as: UTF8.self)
    let extra = try reader.take(extraCount, part)
    _ = try reader.take(commentCount, part)
    guard flags & 1 == 0 else {
      throw .unsupported(found: "an encrypted archive", expected: "one without a password")
    }
    var wide = ByteReader(Array(bytes[extra]))
    while wide.remaining >= 4 {
      let kind = try wide.littleEndian(2, part)
      let length = Int(try wide.littleEndian(2, part))
      var field = ByteReader(Array(bytes[extra]), from: wide.position)
      _ = try wide.take(length, part)
      // Only those fields are present whose 32-bit form is all ones, in this order.
      guard kind == 1 else { continue }
      if count == 0xFFFF_FFFF { count = try field.littleEndian(8, part) }
      if packedCount == 0xFFFF_FFFF { packedCount = try field.littleEndian(8, part) }
      if headerOffset == 0xFFFF_FFFF { headerOffset = try field.littleEndian(8, part) }
    }
    let entry = Entry(
      name: name, method: method, checksum: checksum,
      packedCount: try size(packedCount, "an entry's compressed size"),
      count: try size(count, "an entry's size"),
      headerOffset: try size(headerOffset, "an entry's place"))
    return (entry, reader.position)
  }

  private static func size(_ number: UInt64, _ part: String) throws(FormatError) -> Int {
    guard number < UInt64(Int.max / 4) else {
      throw .tooLarge(part: part, found: "\(number)", limit: "any file")
    }
    return Int(number)
  }
}
