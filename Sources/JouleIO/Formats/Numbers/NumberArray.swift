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

extension NumberArray {
  /// A value that does not belong, and where it is; row and column count from 0.
  package struct Outlier: Sendable, Equatable {
    package var row: Int
    package var column: Int
    package var value: Float
  }

  /// The first number of a kind, where a row is what the first axis numbers. Bytes have none: they are
  /// levels from 0 to 1.
  func firstOutlier(_ isOutlier: (Float) -> Bool) -> Outlier? {
    guard case .floats(let floats) = elements, let index = floats.firstIndex(where: isOutlier),
      let rowCount = shape.first
    else { return nil }
    let columnCount = floats.count / rowCount
    return Outlier(row: index / columnCount, column: index % columnCount, value: floats[index])
  }
}
