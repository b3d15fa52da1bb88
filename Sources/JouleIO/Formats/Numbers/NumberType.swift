/// The types of number that binary files hold.
enum NumberType: Sendable, Equatable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, bfloat16, float32, float64

  /// Bytes an element.
  var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Elements of a data file: bytes as they are, the rest as the nearest `Float`.
  ///
  /// - Parameter bytes: the whole file; `offset..<offset + count · size` must lie in it.
  func elements(
    of bytes: consuming [UInt8], at offset: Int, count: Int, bigEndian: Bool
  ) -> NumberArray.Elements {
    switch self {
    case .uint8:
      // In place, so that a large file is not in memory twice.
      bytes.removeSubrange(0..<offset)
      bytes.removeSubrange(count...)
      return .bytes(bytes)
    case .bool:
      return .bytes(bytes[offset..<offset + count].map { $0 == 0 ? 0 : 1 })
    default:
      return .floats(
        numbers(of: bytes, at: offset, count: count, bigEndian: bigEndian, as: Float.self))
    }
  }

  /// Elements converted to a floating-point type, each to the nearest value.
  func numbers<Number: BinaryFloatingPoint>(
    of bytes: [UInt8], at offset: Int, count: Int, bigEndian: Bool, as type: Number.Type
  ) -> [Number] {
    func convert<Word: FixedWidthInteger>(
      _: Word.Type, _ number: (Word) -> Number
    ) -> [Number] {
      NumberType.words(of: bytes, at: offset, count: count) { (word: Word) in
        number(bigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
      }
    }
    return switch self {
    case .bool: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: convert(UInt8.self) { Number($0) }
    case .int8: convert(Int8.self) { Number($0) }
    case .uint16: convert(UInt16.self) { Number($0) }
    case .int16: convert(Int16.self) { Number($0) }
    case .uint32: convert(UInt32.self) { Number($0) }
    case .int32: convert(Int32.self) { Number($0) }
    case .uint64: convert(UInt64.self) { Number($0) }
    case .int64: convert(Int64.self) { Number($0) }
    case .float16: convert(UInt16.self) { Number(NumberType.float(halfPrecision: $0)) }
    // The upper half of a Float.
    case .bfloat16: convert(UInt16.self) { Number(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: convert(UInt32.self) { Number(Float(bitPattern: $0)) }
    case .float64: convert(UInt64.self) { Number(Double(bitPattern: $0)) }
    }
  }

  /// Every word of a stretch of bytes, converted; the stretch need not be aligned.
  static func words<Word: FixedWidthInteger, Element>(
    of bytes: [UInt8], at offset: Int, count: Int, _ convert: (Word) -> Element
  ) -> [Element] {
    let size = MemoryLayout<Word>.size
    precondition(
      offset >= 0 && count >= 0 && offset + count * size <= bytes.count,
      "\(count) elements of \(size) bytes at \(offset) in \(bytes.count) bytes")
    return bytes.withUnsafeBytes { buffer in
      [Element](unsafeUninitializedCapacity: count) { elements, filled in
        for index in 0..<count {
          let word = buffer.loadUnaligned(fromByteOffset: offset + index * size, as: Word.self)
          elements.initializeElement(at: index, to: convert(word))
        }
        filled = count
      }
    }
  }

  /// IEEE 754 binary16, exactly: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction.
  static func float(halfPrecision half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10) & 0x1F
    let fraction = UInt32(half) & 0x3FF
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
