/// Why a text is not JSON.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// The byte of the text where it goes wrong, from 0.
  public var position: Int
  public var expected: String

  public var description: String { "not JSON at byte \(position): expected \(expected)" }
}

extension JSON {
  /// Reads one value, strictly: nothing but blanks around it, no member twice, at most 64 levels.
  public init(parsing text: some Sequence<UInt8>) throws(JSONError) {
    var parser = JSONParser(Array(text))
    self = try parser.document()
  }

  /// Reads one value; see `init(parsing:)` of bytes.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: text.utf8)
  }
}

private struct JSONParser {
  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: [UInt8]) { self.text = text }

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private func error(_ expected: String) -> JSONError {
    JSONError(position: position, expected: expected)
  }

  mutating func document() throws(JSONError) -> JSON {
    let value = try value()
    skipBlanks()
    guard position == text.count else { throw error("the end") }
    return value
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONError) -> JSON {
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> JSON
  ) throws(JSONError) -> JSON {
    // Deeper nesting could exhaust the stack.
    guard depth < 64 else { throw error("at most 64 levels") }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
    guard text[position...].starts(with: word.utf8) else { throw error(word) }
    position += word.utf8.count
    return value
  }

  private mutating func array() throws(JSONError) -> JSON {
    var elements: [JSON] = []
    if accept(UInt8(ascii: "]")) { return .array([]) }
    repeat { elements.append(try value()) } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "]")) else { throw error("',' or ']'") }
    return .array(elements)
  }

  private mutating func object() throws(JSONError) -> JSON {
    var members: [JSON.Member] = []
    var names: Set<String> = []
    if accept(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw error("a name in double quotes") }
      let start = position
      let name = try string()
      guard names.insert(name).inserted else {
        throw JSONError(
          position: start, expected: "a name other than \(FormatError.quoted(name.utf8)) again")
      }
      guard accept(UInt8(ascii: ":")) else { throw error("':'") }
      members.append(JSON.Member(name, try value()))
    } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "}")) else { throw error("',' or '}'") }
    return .object(members)
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let leadingZero = next == 0x30
    let digits = try skipDigits("a value")
    if leadingZero && digits > 1 { throw error("a number without leading zeros") }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      _ = try skipDigits("a digit")
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      _ = try skipDigits("a digit")
    }
    let literal = String(decoding: text[start..<position], as: UTF8.self)
    if isWhole, let value = Int(literal) { return .integer(value) }
    guard literal.utf8.count <= 1100, let value = Double(literal), value.isFinite else {
      throw error("a number that a Double can hold")
    }
    return .number(value)
  }

  private mutating func skipDigits(_ expected: String) throws(JSONError) -> Int {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw error(expected) }
    return position - start
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    var bytes: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw error("a string in UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &bytes)
      case 0..<0x20: throw error("no control character in a string")
      default: bytes.append(byte)
      }
    }
    throw error("the end of a string")
  }

  private mutating func escape(into bytes: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw error("the end of a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        // The first half of a character beyond 16 bits; the second must follow.
        guard text[position...].starts(with: "\\u".utf8) else { throw error("a low surrogate") }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw error("a low surrogate") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("a Unicode character") }
      bytes += String(Character(scalar)).utf8
    default: throw error("an escape sequence of JSON")
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    let digits = text[position...].prefix(4)
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal,
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits") }
    position += 4
    return code
  }
}
