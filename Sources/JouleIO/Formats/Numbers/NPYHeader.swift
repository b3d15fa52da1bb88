/// The dictionary at the head of an NPY file, as Python writes it:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYHeader: Equatable {
  var type: NumberType
  var bigEndian: Bool
  var fortranOrder: Bool
  var shape: [Int]

  /// Codes of NumPy, less the byte order.
  private static let types: [String: NumberType] = [
    "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
    "i4": .int32, "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]

  private static let expectedType = "bool, integers of 1 to 8 bytes, f2, f4 or f8"

  init(parsing text: ArraySlice<UInt8>) throws(FormatError) {
    var scanner = PythonScanner(text)
    var descr: String?
    var order: Bool?
    var shape: [Int]?
    try scanner.expect("{")
    while !scanner.accept("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr" where descr == nil:
        if scanner.accept("[") {
          throw .unsupported(
            found: "an array of records (fields with names)",
            expected: "plain numbers: save one field, or stack the fields as columns")
        }
        descr = try scanner.string()
      case "fortran_order" where order == nil: order = try scanner.boolean()
      case "shape" where shape == nil: shape = try scanner.tuple()
      default:
        throw .unexpected(
          part: "a key of the NPY header", found: FormatError.quoted(key.utf8),
          expected: "'descr', 'fortran_order' and 'shape', once each")
      }
      if !scanner.accept(",") {
        try scanner.expect("}")
        break
      }
    }
    guard let descr, let order, let shape, scanner.isAtEnd else {
      throw .unexpected(
        part: "the NPY header", found: FormatError.quoted(text),
        expected: "a dictionary with 'descr', 'fortran_order' and 'shape'")
    }
    if descr.hasSuffix("O") {
      throw .unsupported(
        found: "an array of Python objects",
        expected: "numbers: save it with .astype(numpy.float32)")
    }
    guard let mark = descr.first, "<>|=".contains(mark),
      let type = NPYHeader.types[String(descr.dropFirst())]
    else {
      throw .unsupported(
        found: "an array of dtype \(FormatError.quoted(descr.utf8))",
        expected: NPYHeader.expectedType)
    }
    self.type = type
    self.bigEndian = mark == ">"
    self.fortranOrder = order
    self.shape = shape
  }
}

/// The few forms of Python literals that NPY headers use.
private struct PythonScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) { rest = text }

  var isAtEnd: Bool { rest.allSatisfy { $0 == 0x20 || $0 == 0x0A } }

  private mutating func skipBlanks() {
    while let first = rest.first, first == 0x20 || first == 0x0A { rest.removeFirst() }
  }

  mutating func accept(_ word: StaticString) -> Bool {
    skipBlanks()
    let wanted = Array("\(word)".utf8)
    guard rest.starts(with: wanted) else { return false }
    rest.removeFirst(wanted.count)
    return true
  }

  mutating func expect(_ word: StaticString) throws(FormatError) {
    guard accept(word) else { throw unexpected("'\(word)'") }
  }

  mutating func boolean() throws(FormatError) -> Bool {
    if accept("True") { return true }
    if accept("False") { return false }
    throw unexpected("True or False")
  }

  mutating func string() throws(FormatError) -> String {
    skipBlanks()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.dropFirst().firstIndex(of: quote)
    else { throw unexpected("a quoted word") }
    let word = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    rest = rest[(end + 1)...]
    return word
  }

  mutating func tuple() throws(FormatError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !accept(")") {
      skipBlanks()
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard numbers.count < 64, let number = Int(String(decoding: digits, as: UTF8.self)) else {
        throw unexpected("a size")
      }
      numbers.append(number)
      rest.removeFirst(digits.count)
      // Python 2 marked long integers so.
      _ = accept("L")
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }

  private func unexpected(_ expected: String) -> FormatError {
    .unexpected(part: "the NPY header", found: FormatError.quoted(rest), expected: expected)
  }
}
