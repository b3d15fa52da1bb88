public import JouleTensor

/// Rows of data in their own small type; they become the model's scalars only as batches are made.
public struct Dataset: Sendable {
  /// How the values are kept.
  enum Storage: Sendable {
    /// Grey levels: a byte b stands for b / scale.
    case bytes([UInt8], scale: Float)
    case floats(Tensor<Float>)
    case sparse(SparseRows)
  }

  let storage: Storage
  public let rowCount: Int
  public let columnCount: Int
  /// Whether a value is missing (NaN).
  public let hasMissing: Bool
  /// How much each row counts; nil where all count the same.
  ///
  /// Means are weighted, and training draws rows in proportion to their weights, so that every estimator learns from the
  /// weighted data without knowing of it. Scores of rows are of rows.
  public private(set) var rowWeights: [Double]?

  /// Grey levels, such as an image file's.
  ///
  /// - Parameters:
  ///   - bytes: row-major, `rowCount · columnCount`.
  ///   - scale: the byte that stands for 1: 255 for grey levels, 1 for bytes that are 0 and 1.
  public init(bytes: [UInt8], rowCount: Int, columnCount: Int, scale: Float = 255) {
    precondition(
      bytes.count == rowCount * columnCount,
      "\(rowCount) rows of \(columnCount) need \(rowCount * columnCount) bytes, got \(bytes.count)")
    precondition(scale > 0, "the scale is positive, got \(scale)")
    self.storage = .bytes(bytes, scale: scale)
    self.rowCount = rowCount
    self.columnCount = columnCount
    hasMissing = false
  }

  /// Rows of numbers, `[rows, columns]`.
  public init(_ rows: Tensor<Float>) {
    precondition(rows.rank == 2, "data are of rank 2, got shape \(rows.shape)")
    self.storage = .floats(rows)
    self.rowCount = rows.shape[0]
    self.columnCount = rows.shape[1]
    hasMissing = rows.containsNaN
  }

  /// Rows of which few values are listed. They stay so: a batch at a time is written out.
  public init(_ rows: SparseRows) {
    self.storage = .sparse(rows)
    self.rowCount = rows.rowCount
    self.columnCount = rows.columnCount
    hasMissing = rows.values.contains { $0.isNaN }
  }

  /// The rows, where few of their values are listed.
  public var sparseRows: SparseRows? { if case .sparse(let rows) = storage { rows } else { nil } }

  /// The bytes that the values take in memory.
  public var byteCount: Int {
    switch storage {
    case .bytes(let bytes, _): bytes.count
    case .floats(let rows): rows.count * MemoryLayout<Float>.stride
    case .sparse(let rows): 8 * (rows.values.count + rows.rowStarts.count)
    }
  }

  /// The smallest and the largest value; nil without values.
  public var valueRange: ClosedRange<Float>? {
    switch storage {
    case .bytes(let bytes, let scale):
      guard let low = bytes.min(), let high = bytes.max() else { return nil }
      return Float(low) / scale...Float(high) / scale
    case .floats(let rows):
      guard rows.count > 0 else { return nil }
      return rows.min()...rows.max()
    case .sparse(let rows):
      guard rowCount > 0 && columnCount > 0 else { return nil }
      // A column of which every value is listed shows nothing of the background.
      var hidden = [Int](repeating: rowCount, count: columnCount)
      for column in rows.columns { hidden[Int(column)] -= 1 }
      let behind = hidden.indices.filter { hidden[$0] > 0 }.map { rows.background?[$0] ?? 0 }
      let all = [rows.values.min(), behind.min(), rows.values.max(), behind.max()]
      let ends = all.compactMap { $0 }
      return (ends.min() ?? 0)...(ends.max() ?? 0)
    }
  }

  /// The same rows with weights.
  ///
  /// - Precondition: one a row, finite, not negative, not all zero.
  public func weighted(by weights: [Double]) -> Dataset {
    precondition(
      weights.count == rowCount && weights.allSatisfy { $0 >= 0 && $0.isFinite }
        && weights.contains { $0 > 0 },
      "\(weights.count) weights for \(rowCount) rows: one each, finite, not negative, not all zero")
    var result = self
    result.rowWeights = weights
    return result
  }

  /// The same rows with the weights of other data, which are of the same rows.
  func weighted(as other: Dataset) -> Dataset {
    other.rowWeights.map { weighted(by: $0) } ?? self
  }

  /// Some of the rows, in the order given, with their weights.
  public func rows(at indices: [Int]) -> Dataset {
    var result = unweightedRows(at: indices)
    result.rowWeights = rowWeights.map { weights in indices.map { weights[$0] } }
    return result
  }

  private func unweightedRows(at indices: [Int]) -> Dataset {
    switch storage {
    case .bytes(let bytes, let scale):
      var picked: [UInt8] = []
      picked.reserveCapacity(indices.count * columnCount)
      for index in indices {
        precondition((0..<rowCount).contains(index), "row \(index) of \(rowCount)")
        picked += bytes[index * columnCount..<(index + 1) * columnCount]
      }
      return Dataset(
        bytes: picked, rowCount: indices.count, columnCount: columnCount, scale: scale)
    case .floats(let rows):
      return Dataset(rows.rows(at: indices))
    case .sparse(let rows):
      return Dataset(rows.rows(at: indices))
    }
  }

  /// The first rows, at most so many.
  public func prefix(_ count: Int) -> Dataset {
    count >= rowCount ? self : rows(at: Array(0..<count))
  }

  /// The same values in rows of another width. Sparse rows are written out.
  ///
  /// - Precondition: the values fill whole rows.
  public func reshaped(columnCount columns: Int) -> Dataset {
    let count = rowCount * columnCount
    precondition(
      columns > 0 && count % columns == 0, "\(count) values fill no whole rows of \(columns)")
    switch storage {
    case .bytes(let bytes, let scale):
      return Dataset(
        bytes: bytes, rowCount: count / columns, columnCount: columns, scale: scale)
    case .floats(let rows):
      return Dataset(rows.reshaped(to: [count / columns, columns]))
    case .sparse:
      return Dataset(batch(0..<rowCount)).reshaped(columnCount: columns)
    }
  }

  /// The data upside down: 1 − x. Sparse rows are written out.
  public func flipped() -> Dataset {
    switch storage {
    case .bytes(let bytes, let scale):
      let top = UInt8(exactly: scale) ?? 255
      return Dataset(
        bytes: bytes.map { top - Swift.min($0, top) }, rowCount: rowCount,
        columnCount: columnCount, scale: scale)
    case .floats(let rows):
      return Dataset(1 - rows)
    case .sparse:
      return Dataset(batch(0..<rowCount)).flipped()
    }
  }
}
