import JouleIO
import Testing

@Suite struct NumberFormatTests {
  /// Each type of IDX: its code, the bytes of −1 (255 where there is no sign), and the value.
  static let idxTypes: [(code: UInt8, bytes: [UInt8], value: Float)] = [
    (0x09, [0xFF], -1), (0x0B, [0xFF, 0xFF], -1), (0x0C, [0xFF, 0xFF, 0xFF, 0xFF], -1),
    (0x0D, [0xBF, 0x80, 0, 0], -1), (0x0E, [0xBF, 0xF0, 0, 0, 0, 0, 0, 0], -1),
  ]

  @Test(arguments: idxTypes) func idxOfEveryTypeIsRead(
    _ type: (code: UInt8, bytes: [UInt8], value: Float)
  ) throws {
    let array = try IDX.decode(
      FormatSamples.idx(type.code, shape: [2, 1], type.bytes + type.bytes))
    #expect(array.shape == [2, 1])
    #expect(array.elements == .floats([type.value, type.value]))
  }

  @Test func idxBytesStayBytes() throws {
    let array = try IDX.decode(FormatSamples.idx(0x08, shape: [2, 1, 3], [1, 2, 3, 4, 5, 255]))
    #expect(array.shape == [2, 1, 3])
    #expect(array.elements == .bytes([1, 2, 3, 4, 5, 255]))
  }

  @Test func idxSizesThatDoNotFitAreRefused() {
    let whole = FormatSamples.idx(0x08, shape: [2, 3], [1, 2, 3, 4, 5, 6])
    #expect(
      throws: FormatError.truncated(part: "an IDX array of shape [2, 3]", expected: 6, found: 5)
    ) { try IDX.decode(whole.dropLast()) }
    #expect(throws: FormatError.excess(part: "an IDX array of shape [2, 3]", byteCount: 1)) {
      try IDX.decode(whole + [0])
    }
    let huge: [UInt8] = [0, 0, 0x0E, 4] + [UInt8](repeating: 0xFF, count: 16)
    #expect(throws: FormatError.self) { try IDX.decode(huge) }
    #expect(throws: FormatError.self) { try IDX.decode([0, 0, 0x0A, 1, 0, 0, 0, 1, 7]) }
    #expect(throws: FormatError.self) { try IDX.decode([0, 0, 8]) }
  }

  /// Each type of NPY: its code, the bytes of one element, and the value.
  static let npyTypes: [(descr: String, bytes: [UInt8], value: Float)] = [
    ("|i1", [0xFE], -2), ("<u2", [1, 2], 513), (">u2", [1, 2], 258), ("<i2", [0xFE, 0xFF], -2),
    ("<u4", [0, 0, 1, 0], 65_536), (">i4", [0xFF, 0xFF, 0xFF, 0xFE], -2),
    ("<u8", [0, 0, 0, 0, 1, 0, 0, 0], 4_294_967_296),
    (">i8", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], -2),
    ("<f2", [0x01, 0x3C], 1.0009765625), (">f2", [0x80, 0x01], -0x1p-24),
    ("<f4", [0, 0, 0x20, 0x40], 2.5), (">f4", [0x40, 0x20, 0, 0], 2.5),
    ("<f8", [0, 0, 0, 0, 0, 0, 0x04, 0x40], 2.5), (">f8", [0x40, 0x04, 0, 0, 0, 0, 0, 0], 2.5),
  ]

  @Test(arguments: npyTypes, [1, 2, 3] as [UInt8]) func npyOfEveryTypeAndVersionIsRead(
    _ type: (descr: String, bytes: [UInt8], value: Float), version: UInt8
  ) throws {
    let array = try NPY.decode(
      FormatSamples.npy(
        type.descr, shape: "(2, 1)", version: version, type.bytes + type.bytes))
    #expect(array.shape == [2, 1])
    #expect(array.elements == .floats([type.value, type.value]))
  }

  @Test func npyBooleansAndBytesStayBytes() throws {
    let flags = try NPY.decode(FormatSamples.npy("|b1", shape: "(3,)", [0, 1, 2]))
    #expect(flags.elements == .bytes([0, 1, 1]))
    let bytes = try NPY.decode(
      FormatSamples.npy("|u1", fortran: true, shape: "(2, 2)", [1, 2, 3, 4]))
    #expect(bytes.elements == .bytes([1, 3, 2, 4]))
  }

  @Test func npyFortranOrderBecomesRowMajor() throws {
    // Element (i, j, k) has the value 100i + 10j + k; the first index runs fastest in the file.
    let shape = [2, 3, 4]
    var file: [UInt8] = []
    for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { file += [UInt8(100 * i + 10 * j + k)] } } }
    let array = try NPY.decode(FormatSamples.npy("|u1", fortran: true, shape: "(2, 3, 4)", file))
    let expected = (0..<24).map { index in
      let (i, j, k) = (index / 12, index / 4 % 3, index % 4)
      return UInt8(100 * i + 10 * j + k)
    }
    #expect(array.shape == shape)
    #expect(array.elements == .bytes(expected))
  }

  @Test func halfPrecisionKeepsItsSpecialValues() throws {
    let bytes: [UInt8] = [0, 0x7C, 0, 0xFC, 0, 0x7E, 0xFF, 0x7B, 0xFF, 0x03, 0, 0x80]
    guard
      case .floats(let values) = try NPY.decode(
        FormatSamples.npy("<f2", shape: "(6,)", bytes)
      ).elements
    else { return #expect(Bool(false), "not floats") }
    #expect(values[0] == .infinity && values[1] == -.infinity && values[2].isNaN)
    #expect(values[3] == 65_504 && values[4] == 1_023 * 0x1p-24)
    #expect(values[5] == 0 && values[5].sign == .minus)
  }

  @Test(arguments: [
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 4), }",
    "{'descr': '<f4', 'fortran_order': False}", "{'descr': '<f4'", "", "{}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
  ]) func npyHeadersThatAreNotSoundAreRefused(_ header: String) {
    let text = Array(header.utf8)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8)
    let file: [UInt8] = start + [1, 0, UInt8(text.count), 0] + text + [0, 0, 0, 0]
    #expect(throws: FormatError.self) { try NPY.decode(file) }
  }

  @Test func npyRoundTrip() throws {
    let floats: [Float] = [0, -0.0, 1.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -7]
    for shape in [[6], [2, 3], [1, 6], [3, 1, 2]] {
      let bytes = NPY.encode(floats, shape: shape)
      // The data begin at a multiple of 64 bytes, as NumPy promises its readers.
      #expect((bytes.count - 24) % 64 == 0)
      let array = try NPY.decode(bytes)
      #expect(array.shape == shape)
      #expect(array.elements == .floats(floats))
    }
    #expect(
      try NPY.decode(NPY.encode([0.1, 2] as [Double], shape: [2])).elements == .floats([0.1, 2]))
    #expect(try NPY.decode(NPY.encode([3, 4] as [UInt8], shape: [2])).elements == .bytes([3, 4]))
  }

  @Test(arguments: [false, true]) func npzArraysAreChosenByName(deflating: Bool) throws {
    let first = NPY.encode([1, 2] as [Float], shape: [1, 2])
    let second = NPY.encode([UInt8](repeating: 7, count: 5000), shape: [50, 100])
    let archive = FormatSamples.zip(
      [("images.npy", first), ("note.txt", [65]), ("y.npy", second)], deflating: deflating)
    let chosen = try NPZ.decode(archive, name: nil)
    #expect(chosen.name == "images" && chosen.names == ["images", "y"])
    #expect(chosen.array.elements == .floats([1, 2]))
    #expect(try NPZ.decode(archive, name: "y").array.shape == [50, 100])
    #expect(try NPZ.decode(archive, name: "y.npy").array.shape == [50, 100])
    #expect(throws: FormatError.self) { try NPZ.decode(archive, name: "z") }
    #expect(throws: FormatError.self) { try NPZ.decode(Array(archive.dropLast(30)), name: nil) }
    var damaged = archive
    damaged[70] ^= 0x10
    #expect(throws: FormatError.self) { try NPZ.decode(damaged, name: nil) }
  }

  @Test func npzOfTwoEntriesOfOneNameIsRefused() {
    let file = NPY.encode([1] as [Float], shape: [1])
    let archive = FormatSamples.zip([("a.npy", file), ("a.npy", file)], deflating: false)
    #expect(throws: FormatError.self) { try NPZ.decode(archive, name: nil) }
    #expect(throws: FormatError.self) {
      try NPZ.decode(FormatSamples.zip([("a.txt", [1])], deflating: false), name: nil)
    }
  }
}
