/// The contents of a safetensors file: named tensors, and named texts.
///
/// The file: the length of the header in eight bytes, little-endian; the header, a JSON object that
/// gives type, shape and place of every tensor, and texts under `__metadata__`; the data, row-major,
/// little-endian, without gaps. Reference: https://github.com/huggingface/safetensors#format.
public struct Safetensors: Sendable, Equatable {
  /// The numbers of a tensor. Types that are not here are widened to one that holds all their values.
  public enum Elements: Sendable, Equatable {
    /// F32; also F16 and BF16 when read.
    case float32([Float])
    /// F64.
    case float64([Double])
    /// U8; also BOOL when read.
    case uint8([UInt8])
    /// I64; also I8, I16, I32, U16 and U32 when read.
    case int64([Int64])

    /// How many there are.
    public var count: Int {
      switch self {
      case .float32(let elements): elements.count
      case .float64(let elements): elements.count
      case .uint8(let elements): elements.count
      case .int64(let elements): elements.count
      }
    }
  }

  /// A tensor, row-major.
  public struct Tensor: Sendable, Equatable {
    public let shape: [Int]
    public let elements: Elements

    /// - Precondition: as many elements as the shape says.
    public init(shape: [Int], elements: Elements) {
      precondition(
        elements.count == shape.reduce(1, *),
        "\(elements.count) elements do not fill the shape \(shape)")
      self.shape = shape
      self.elements = elements
    }
  }

  public var tensors: [String: Tensor] = [:]
  public var metadata: [String: String] = [:]

  public init() {}

  /// Types by the names that the format gives them.
  static let types: [String: NumberType] = [
    "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16, "I64": .int64,
    "I32": .int32, "I16": .int16, "I8": .int8, "U32": .uint32, "U16": .uint16, "U8": .uint8,
    "BOOL": .bool,
  ]

  static var typeNames: String { types.keys.sorted().joined(separator: ", ") }

  /// The most bytes that a header may have, as in the reference implementation.
  static let headerLimit = 100_000_000
}
