/// Numbers of any rank, row-major, as a data file holds them.
public struct NumberArray: Sendable, Equatable {
  /// Bytes stay bytes; every other type becomes `Float`.
  public enum Elements: Sendable, Equatable {
    case bytes([UInt8])
    case floats([Float])
  }

  public var shape: [Int]
  public var elements: Elements

  package init(shape: [Int], elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  /// The number of elements.
  public var count: Int {
    switch elements {
    case .bytes(let bytes): bytes.count
    case .floats(let floats): floats.count
    }
  }
}
