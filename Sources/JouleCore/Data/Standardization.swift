public import JouleTensor

/// Columns of data as models like them: numbers moved and scaled to mean zero and standard deviation one,
/// categories spread over a column a state.
///
///     zᵢ = (xᵢ − mᵢ) / sᵢ;   of a category k of q states (0, …, 0, 1, 0, …, 0), the 1 at place k
///
/// A density of z is one of x after a change of variables; what it costs is the same for every row:
///
///     log p(x) = log p(z) − Σᵢ log sᵢ,   E(x) = E(z) + Σᵢ log sᵢ
public struct Standardization: Sendable, Equatable {
  /// m, `[columns]`.
  public let means: Tensor<Double>
  /// s, `[columns]`, each positive.
  public let scales: Tensor<Double>
  /// q of every column of categories, 0 … q − 1; 1 of a column of numbers. Categories have m = 0 and s = 1.
  public let stateCounts: [Int]

  /// The columns of the data.
  public var columnCount: Int { stateCounts.count }
  /// The columns that a model sees.
  public var width: Int { stateCounts.reduce(0, +) }

  /// - Precondition: one finite mean and one finite, positive scale a column.
  public init(means: Tensor<Double>, scales: Tensor<Double>, stateCounts: [Int]? = nil) {
    precondition(
      stateCounts.map { $0.count == means.count && $0.allSatisfy { $0 > 0 } } ?? true,
      "\(stateCounts?.count ?? 0) numbers of states for \(means.count) columns")
    self.stateCounts = stateCounts ?? Array(repeating: 1, count: means.count)
    precondition(
      means.rank == 1 && means.shape == scales.shape,
      "a mean and a scale a column: got shapes \(means.shape) and \(scales.shape)")
    precondition(
      means.firstNonFinite == nil && scales.elements.allSatisfy { $0 > 0 && $0.isFinite },
      "means are finite, scales finite and positive")
    self.means = means
    self.scales = scales
  }

  /// The means and standard deviations (with N in the denominator) of weighted rows, summed in Double, over the values
  /// that are there where some are missing (NaN). A column that is constant keeps its scale.
  ///
  /// - Precondition: there is a row, and no value is infinite.
  public init(of data: Dataset) {
    precondition(data.rowCount > 0, "standardization needs rows")
    let means = data.columnMeans()
    let deviations = data.columnVariances(about: means).elements.map { $0.squareRoot() }
    // A constant's deviation is rounding: what is so small beside the value itself is no spread.
    let scales = zip(deviations, means.elements).map { deviation, mean in
      deviation > 1e-12 * Swift.max(1, abs(mean)) ? deviation : 1
    }
    self.init(means: means, scales: Tensor(scales))
  }

  /// Σᵢ log sᵢ: what is added to an energy of z to make it one of x.
  public var logVolume: Double { scales.log().sum() }

  /// The first value that is no category of its column, if there is one.
  public func firstUnknownCategory(
    in data: Dataset, allowingMissing: Bool = false
  ) -> (row: Int, column: Int, value: Float)? {
    requireColumns(data.columnCount)
    let categories = stateCounts.indices.filter { stateCounts[$0] > 1 }
    if categories.isEmpty { return nil }
    for range in data.rowBlocks {
      let rows: Tensor<Float> = data.batch(range)
      for row in 0..<range.count {
        for column in categories {
          let value = rows[row, column]
          if allowingMissing && value.isNaN { continue }
          let isKnown =
            value == value.rounded() && value >= 0 && value < Float(stateCounts[column])
          if !isKnown { return (range.lowerBound + row, column, value) }
        }
      }
    }
    return nil
  }

  /// z of every row. A category that is missing (NaN) is missing in all of its columns. Sparse rows stay sparse: what is
  /// not listed is moved and scaled once for all.
  ///
  /// - Precondition: the data have a column for each mean, and no unknown category.
  public func standardized(_ data: Dataset) -> Dataset {
    requireColumns(data.columnCount)
    if let rows = data.sparseRows { return Dataset(rows.standardized(by: self)).weighted(as: data) }
    guard width == columnCount else { return spread(data) }
    var result = Tensor<Float>(zeros: [data.rowCount, data.columnCount])
    for range in data.rowBlocks {
      let rows: Tensor<Double> = data.batch(range)
      result.assignRows(range, from: Tensor<Float>((rows - means) / scales))
    }
    return Dataset(result).weighted(as: data)
  }

  private func spread(_ data: Dataset) -> Dataset {
    var elements: [Float] = []
    elements.reserveCapacity(data.rowCount * width)
    for block in data.rowBlocks {
      let rows: Tensor<Float> = data.batch(block)
      for row in 0..<rows.shape[0] {
        for (column, count) in stateCounts.enumerated() {
          let value = rows[row, column]
          if count == 1 {
            elements.append(Float((Double(value) - means[column]) / scales[column]))
          } else if value.isNaN {
            elements += repeatElement(.nan, count: count)
          } else {
            elements += (0..<count).map { Float($0) == value ? 1 : 0 }
          }
        }
      }
    }
    // Bits take a byte each.
    if elements.allSatisfy({ $0 == 0 || $0 == 1 }) {
      return Dataset(
        bytes: elements.map { UInt8($0) }, rowCount: data.rowCount, columnCount: width, scale: 1
      ).weighted(as: data)
    }
    return Dataset(Tensor(shape: [data.rowCount, width], elements: elements)).weighted(as: data)
  }

  /// x = m + s z of every row, `[batch, width]` → `[batch, columns]`; of a category its likeliest state.
  public func restored(_ rows: Tensor<Float>) -> Tensor<Float> {
    precondition(
      rows.shape[1] == width, "rows of \(rows.shape[1]) columns, expected \(width)")
    if width == columnCount { return Tensor<Float>(Tensor<Double>(rows) * scales + means) }
    var elements: [Float] = []
    for row in 0..<rows.shape[0] {
      var first = 0
      for (column, count) in stateCounts.enumerated() {
        if count == 1 {
          elements.append(Float(Double(rows[row, first]) * scales[column] + means[column]))
        } else {
          let best = (0..<count).max { rows[row, first + $0] < rows[row, first + $1] }
          elements.append(Float(best ?? 0))
        }
        first += count
      }
    }
    return Tensor(shape: [rows.shape[0], columnCount], elements: elements)
  }

  private func requireColumns(_ count: Int) {
    precondition(
      count == means.count, "\(means.count) columns were standardized, got rows of \(count)")
  }
}

extension Standardization {
  /// Tensors `means` and `scales`, `[columns]`, and `states` where there are categories.
  public func archive(into archive: inout Archive, prefix: String) {
    archive.store(means, as: prefix + "means")
    archive.store(scales, as: prefix + "scales")
    if width > columnCount {
      archive.store(Tensor<Double>(stateCounts.map { Double($0) }), as: prefix + "states")
    }
  }

  /// - Throws: when a tensor is missing or of another shape, a value is not finite, or a scale is not
  ///   positive.
  public init(from archive: Archive, prefix: String) throws(ArchiveError) {
    let means: Tensor<Double> = try archive.tensor(prefix + "means")
    guard means.rank == 1 else {
      throw .shape(prefix + "means", found: means.shape, expected: "[columns]")
    }
    let scales: Tensor<Double> = try archive.tensor(prefix + "scales", shape: means.shape)
    for (name, tensor) in [("means", means), ("scales", scales)] {
      if let index = tensor.firstNonFinite { throw .notFinite(prefix + name, index: index) }
    }
    if let scale = scales.elements.first(where: { $0 <= 0 }) {
      throw .malformed(prefix + "scales", "\(scale), and a scale is positive")
    }
    var counts: [Int]?
    if archive.tensors[prefix + "states"] != nil {
      let states: Tensor<Double> = try archive.tensor(prefix + "states", shape: means.shape)
      counts = try states.elements.map { count throws(ArchiveError) in
        guard count >= 1, count <= 1e6, count == count.rounded() else {
          throw .malformed(prefix + "states", "\(count), and a number of states is whole")
        }
        return Int(count)
      }
    }
    self.init(means: means, scales: scales, stateCounts: counts)
  }
}
