public import JouleTensor

/// Columns moved and scaled to mean zero and standard deviation one, as models of real data like them.
///
///     zᵢ = (xᵢ − mᵢ) / sᵢ
///
/// A density of z is one of x after a change of variables; what it costs is the same for every row:
///
///     log p(x) = log p(z) − Σᵢ log sᵢ,   E(x) = E(z) + Σᵢ log sᵢ
public struct Standardization: Sendable, Equatable {
  /// m, `[columns]`.
  public let means: Tensor<Double>
  /// s, `[columns]`, each positive.
  public let scales: Tensor<Double>

  /// - Precondition: one finite mean and one finite, positive scale a column.
  public init(means: Tensor<Double>, scales: Tensor<Double>) {
    precondition(
      means.rank == 1 && means.shape == scales.shape,
      "a mean and a scale a column: got shapes \(means.shape) and \(scales.shape)")
    precondition(
      means.firstNonFinite == nil && scales.elements.allSatisfy { $0 > 0 && $0.isFinite },
      "means are finite, scales finite and positive")
    self.means = means
    self.scales = scales
  }

  /// The means and standard deviations (with N in the denominator) of data, summed in Double. A column
  /// that is constant keeps its scale.
  ///
  /// - Precondition: there is a row, and every value is finite.
  public init(of data: Dataset) {
    precondition(data.rowCount > 0, "standardization needs rows")
    let means = data.columnMeans()
    var squares = Tensor<Double>(zeros: [data.columnCount])
    for start in stride(from: 0, to: data.rowCount, by: 1000) {
      let rows: Tensor<Double> = data.batch(start..<Swift.min(start + 1000, data.rowCount))
      squares += (rows - means).squared().sum(along: 0)
    }
    let deviations = squares.elements.map { ($0 / Double(data.rowCount)).squareRoot() }
    // A constant's deviation is rounding: what is so small beside the value itself is no spread.
    let scales = zip(deviations, means.elements).map { deviation, mean in
      deviation > 1e-12 * Swift.max(1, abs(mean)) ? deviation : 1
    }
    self.init(means: means, scales: Tensor(scales))
  }

  /// Σᵢ log sᵢ: what is added to an energy of z to make it one of x.
  public var logVolume: Double { scales.log().sum() }

  /// z of every row.
  ///
  /// - Precondition: the data have a column for each mean.
  public func standardized(_ data: Dataset) -> Dataset {
    requireColumns(data.columnCount)
    var result = Tensor<Float>(zeros: [data.rowCount, data.columnCount])
    for start in stride(from: 0, to: data.rowCount, by: 1000) {
      let range = start..<Swift.min(start + 1000, data.rowCount)
      let rows: Tensor<Double> = data.batch(range)
      result.assignRows(range, from: Tensor<Float>((rows - means) / scales))
    }
    return Dataset(result)
  }

  /// x = m + s z of every row, `[batch, columns]`.
  public func restored(_ rows: Tensor<Float>) -> Tensor<Float> {
    requireColumns(rows.shape[1])
    return Tensor<Float>(Tensor<Double>(rows) * scales + means)
  }

  private func requireColumns(_ count: Int) {
    precondition(
      count == means.count, "\(means.count) columns were standardized, got rows of \(count)")
  }
}

extension Standardization {
  /// Tensors `means` and `scales`, `[columns]`.
  public func archive(into archive: inout Archive, prefix: String) {
    archive.store(means, as: prefix + "means")
    archive.store(scales, as: prefix + "scales")
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
    self.init(means: means, scales: scales)
  }
}
