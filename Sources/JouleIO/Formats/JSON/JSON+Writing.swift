extension JSON {
  /// The value on one line.
  public var text: String {
    var bytes: [UInt8] = []
    write(into: &bytes, indentation: nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value over several lines, two blanks a level, with a line end at the end.
  public var indentedText: String {
    var bytes: [UInt8] = []
    write(into: &bytes, indentation: 0)
    bytes.append(0x0A)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(into bytes: inout [UInt8], indentation: Int?) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): bytes += (value.isFinite ? "\(value)" : "null").utf8
    case .string(let value): JSON.write(value, into: &bytes)
    case .array(let elements):
      // Rows of plain values stay on one line.
      let isPlain = elements.allSatisfy { $0.members == nil && $0.arrayValue == nil }
      JSON.write(elements, "[", "]", into: &bytes, isPlain ? nil : indentation) {
        $0.write(into: &$1, indentation: $2)
      }
    case .object(let members):
      JSON.write(members, "{", "}", into: &bytes, indentation) { member, bytes, indentation in
        JSON.write(member.name, into: &bytes)
        bytes += (indentation == nil ? ":" : ": ").utf8
        member.value.write(into: &bytes, indentation: indentation)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, into bytes: inout [UInt8],
    _ indentation: Int?, _ body: (Element, inout [UInt8], Int?) -> Void
  ) {
    let inner = elements.isEmpty ? nil : indentation.map { $0 + 1 }
    func breakLine(_ level: Int?) {
      guard let level else { return }
      bytes += ("\n" + String(repeating: "  ", count: level)).utf8
    }
    bytes += open.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(inner)
      body(element, &bytes, inner)
    }
    if inner != nil { breakLine(indentation) }
    bytes += close.utf8
  }

  private static func write(_ string: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
