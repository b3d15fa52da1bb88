extension Safetensors {
  /// Where a tensor lies in the file.
  private struct Place {
    var name: String
    var type: NumberType
    var typeName: String
    var shape: [Int]
    var range: Range<Int>
  }

  /// Whether the start of a file looks like this format.
  static func isSafetensors(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 9 && bytes[8] == UInt8(ascii: "{") && bytes[4..<8].allSatisfy { $0 == 0 }
  }

  /// Reads a file, strictly: every byte of the data belongs to exactly one tensor.
  public init(decoding bytes: [UInt8]) throws(SafetensorsError) {
    self.init()
    guard bytes.count >= 8 else {
      throw .truncated(part: "the length of the header", expected: 8, found: bytes.count)
    }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Safetensors.headerLimit) else {
      throw .notSafetensors(
        found: "it begins with a header length of \(length), the most is \(Safetensors.headerLimit)"
      )
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= bytes.count else {
      throw .truncated(part: "the header", expected: Int(length), found: bytes.count - 8)
    }
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw .notSafetensors(found: "its header does not begin with '{'")
    }
    let header: JSON
    do { header = try JSON(parsing: bytes[8..<dataStart]) } catch { throw .header(error) }

    var places: [Place] = []
    for member in header.members ?? [] {
      if member.name == "__metadata__" {
        metadata = try Safetensors.metadata(member.value)
      } else {
        places.append(try Safetensors.place(member, dataCount: bytes.count - dataStart))
      }
    }
    var end = 0
    for place in places.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard place.range.lowerBound == end else {
        throw .offsets(name: place.name, found: place.range.lowerBound, expected: end)
      }
      end = place.range.upperBound
    }
    guard dataStart + end == bytes.count else {
      throw .excess(byteCount: bytes.count - dataStart - end)
    }
    for place in places {
      tensors[place.name] = Tensor(
        shape: place.shape,
        elements: Safetensors.elements(
          of: bytes, place.type, at: dataStart + place.range.lowerBound,
          count: place.range.count / place.type.size))
    }
  }

  private static func metadata(_ value: JSON) throws(SafetensorsError) -> [String: String] {
    guard let members = value.members else {
      throw .entry(name: "__metadata__", found: "no object", expected: "an object of texts")
    }
    var texts: [String: String] = [:]
    for member in members {
      guard let text = member.value.stringValue else {
        throw .entry(
          name: "__metadata__",
          found: "a value under \(FormatError.quoted(member.name.utf8)) that "
            + "is no text", expected: "texts only")
      }
      texts[member.name] = text
    }
    return texts
  }

  private static func place(
    _ member: JSON.Member, dataCount: Int
  ) throws(SafetensorsError) -> Place {
    let name = member.name
    guard let entries = member.value.members,
      Set(entries.map(\.name)) == ["dtype", "shape", "data_offsets"]
    else {
      throw .entry(
        name: name, found: "other members", expected: "'dtype', 'shape' and 'data_offsets'")
    }
    guard let typeName = member.value["dtype"]?.stringValue, let type = types[typeName] else {
      throw .unsupportedType(name: name, type: member.value["dtype"]?.stringValue ?? "no text")
    }
    let shape = try sizes(member, "shape")
    let offsets = try sizes(member, "data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .entry(
        name: name, found: "data_offsets \(offsets)", expected: "a begin and an end not before it")
    }
    guard offsets[1] <= dataCount else {
      throw .truncated(
        part: "tensor \(FormatError.quoted(name.utf8))", expected: offsets[1], found: dataCount)
    }
    let byteCount = try? ClaimedSize.bytes(of: shape, elementSize: type.size, name)
    guard byteCount == offsets[1] - offsets[0] else {
      throw .size(name: name, shape: shape, type: typeName, byteCount: offsets[1] - offsets[0])
    }
    return Place(
      name: name, type: type, typeName: typeName, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// A list of whole numbers that are not negative.
  private static func sizes(
    _ member: JSON.Member, _ key: String
  ) throws(SafetensorsError) -> [Int] {
    let numbers = member.value[key]?.arrayValue?.map { value -> Int in
      guard case .integer(let number) = value else { return -1 }
      return number
    }
    guard let numbers, numbers.allSatisfy({ $0 >= 0 }) else {
      throw .entry(
        name: member.name, found: "a '\(key)' that is not a list of sizes",
        expected: "whole numbers of at least 0")
    }
    return numbers
  }

  private static func elements(
    of bytes: [UInt8], _ type: NumberType, at offset: Int, count: Int
  ) -> Elements {
    func integers<Word: FixedWidthInteger>(_: Word.Type) -> Elements {
      .int64(
        NumberType.words(of: bytes, at: offset, count: count) { Int64(Word(littleEndian: $0)) })
    }
    return switch type {
    case .uint8: .uint8(Array(bytes[offset..<offset + count]))
    case .bool: .uint8(bytes[offset..<offset + count].map { $0 == 0 ? 0 : 1 })
    case .int8: integers(Int8.self)
    case .int16: integers(Int16.self)
    case .int32: integers(Int32.self)
    case .int64: integers(Int64.self)
    case .uint16: integers(UInt16.self)
    case .uint32: integers(UInt32.self)
    case .float64:
      .float64(
        type.numbers(of: bytes, at: offset, count: count, bigEndian: false, as: Double.self))
    case .float16, .bfloat16, .float32, .uint64:
      .float32(type.numbers(of: bytes, at: offset, count: count, bigEndian: false, as: Float.self))
    }
  }
}
