/// NumPy's format for one array, versions 1 to 3.
///
/// Reference: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
public enum NPY {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy writes at most some hundred bytes for plain arrays.
  private static let headerLimit = 1 << 16

  static func isNPY(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: magic) }

  /// Reads an array of booleans, integers or floating-point numbers, in either byte order, C or
  /// Fortran order. Bytes and booleans stay bytes; the rest becomes `Float`, row-major.
  public static func decode(_ bytes: consuming [UInt8]) throws(FormatError) -> NumberArray {
    // A name of its own, which can be given away below.
    let bytes = bytes
    let (header, offset) = try layout(of: bytes)
    let elements = header.type.elements(
      of: consume bytes, at: offset, count: header.shape.reduce(1, *), bigEndian: header.bigEndian)
    let isReordered = header.fortranOrder && header.shape.count > 1
    return NumberArray(
      shape: header.shape, elements: isReordered ? reordered(elements, header.shape) : elements)
  }

  /// The same, every type as `Double`.
  package static func decodeDoubles(
    _ bytes: [UInt8]
  ) throws(FormatError) -> (shape: [Int], values: [Double]) {
    let (header, offset) = try layout(of: bytes)
    let values = header.type.numbers(
      of: bytes, at: offset, count: header.shape.reduce(1, *), bigEndian: header.bigEndian,
      as: Double.self)
    let isReordered = header.fortranOrder && header.shape.count > 1
    return (header.shape, isReordered ? rowMajor(values, header.shape) : values)
  }

  /// What the header says, and where the elements begin; all of them are there.
  private static func layout(
    of bytes: [UInt8]
  ) throws(FormatError) -> (header: NPYHeader, offset: Int) {
    var reader = ByteReader(bytes)
    let text = try headerText(of: bytes, &reader)
    let header = try NPYHeader(parsing: bytes[text])
    let part = "an NPY array of shape \(header.shape)"
    let byteCount = try ClaimedSize.bytes(
      of: header.shape, elementSize: header.type.size, "the NPY array")
    let range = try reader.take(byteCount, part)
    guard reader.remaining == 0 else { throw .excess(part: part, byteCount: reader.remaining) }
    return (header, range.lowerBound)
  }

  /// Where the header's text is; the reader is then behind it.
  private static func headerText(
    of bytes: [UInt8], _ reader: inout ByteReader
  ) throws(FormatError) -> Range<Int> {
    let start = try reader.take(8, "the NPY magic number and version")
    guard isNPY(bytes) else {
      throw .unexpected(
        part: "the start", found: FormatError.quoted(bytes[start]),
        expected: "'?NUMPY' (0x93 NUMPY)")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw .unsupported(found: "NPY version \(version).\(bytes[7])", expected: "version 1, 2 or 3")
    }
    let length = Int(try reader.littleEndian(version == 1 ? 2 : 4, "the length of the NPY header"))
    guard length <= headerLimit else {
      throw .tooLarge(part: "the NPY header", found: "\(length) bytes", limit: "\(headerLimit)")
    }
    return try reader.take(length, "the NPY header")
  }

  /// The one text of an array of bytes strings, such as `numpy.array(b"csr")`.
  static func decodeText(_ bytes: [UInt8]) throws(FormatError) -> String {
    var reader = ByteReader(bytes)
    let header = try headerText(of: bytes, &reader)
    guard String(decoding: bytes[header], as: UTF8.self).contains("'descr': '|S") else {
      throw .unexpected(
        part: "the NPY header", found: FormatError.quoted(bytes[header]),
        expected: "an array of one text ('|S')")
    }
    return String(decoding: bytes[reader.position...].prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func reordered(
    _ elements: NumberArray.Elements, _ shape: [Int]
  ) -> NumberArray.Elements {
    switch elements {
    case .bytes(let bytes): .bytes(rowMajor(bytes, shape))
    case .floats(let floats): .floats(rowMajor(floats, shape))
    }
  }

  /// Elements whose first index runs fastest, reordered so that the last does.
  private static func rowMajor<Element>(_ source: [Element], _ shape: [Int]) -> [Element] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    return (0..<source.count).map { _ in
      let element = source[position]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
      }
      return element
    }
  }

  /// An array in version 1.0, C order, little-endian, the data aligned to 64 bytes as NumPy has it.
  ///
  /// - Precondition: `elements.count` is the product of `shape`.
  public static func encode<Scalar: BinaryFloatingPoint>(
    _ elements: [Scalar], shape: [Int]
  ) -> [UInt8] {
    switch elements {
    case let floats as [Float]:
      return encode(floats.count, shape, "<f4") { $0.append(littleEndian: floats, \.bitPattern) }
    default:
      let doubles = elements.map { Double($0) }
      return encode(doubles.count, shape, "<f8") { $0.append(littleEndian: doubles, \.bitPattern) }
    }
  }

  /// Bytes as an array of `uint8`.
  ///
  /// - Precondition: `elements.count` is the product of `shape`.
  public static func encode(_ elements: [UInt8], shape: [Int]) -> [UInt8] {
    encode(elements.count, shape, "|u1") { $0 += elements }
  }

  private static func encode(
    _ count: Int, _ shape: [Int], _ type: String, _ body: (inout [UInt8]) -> Void
  ) -> [UInt8] {
    precondition(
      count == shape.reduce(1, *), "\(count) elements do not fill the shape \(shape)")
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let used = magic.count + 4 + text.utf8.count + 1
    let padding = (64 - used % 64) % 64
    let length = text.utf8.count + padding + 1
    var bytes = magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    bytes += Array(text.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
    body(&bytes)
    return bytes
  }
}
