import JouleTensor

extension Dataset {
  /// Rows (x, y): every row followed by its class as a one among zeros, by zeros alone where it has none.
  /// Weights of rows stay.
  ///
  /// - Parameter labels: one a row, in 0..<`classCount`; nil where a row has none.
  /// - Precondition: as many labels as rows, all among the classes.
  public func labelled(_ labels: [Int?], classCount: Int) -> Dataset {
    precondition(labels.count == rowCount, "\(labels.count) labels for \(rowCount) rows")
    precondition(
      labels.allSatisfy { $0.map { (0..<classCount).contains($0) } ?? true },
      "labels lie in 0..<\(classCount)")
    switch storage {
    case .bytes(let bytes, let scale):
      guard let one = UInt8(exactly: scale) else { break }
      return Dataset(
        bytes: joined(bytes, labels, classCount, one: one), rowCount: rowCount,
        columnCount: columnCount + classCount, scale: scale
      ).weighted(as: self)
    case .floats: break
    case .sparse(let rows):
      return Dataset(rows.labelled(labels, classCount: classCount)).weighted(as: self)
    }
    let plain: Tensor<Float> = batch(0..<rowCount)
    return Dataset(
      Tensor(
        shape: [rowCount, columnCount + classCount],
        elements: joined(plain.elements, labels, classCount, one: 1))
    ).weighted(as: self)
  }

  private func joined<Element: Numeric>(
    _ values: [Element], _ labels: [Int?], _ classCount: Int, one: Element
  ) -> [Element] {
    var joined: [Element] = []
    joined.reserveCapacity(rowCount * (columnCount + classCount))
    for (row, label) in labels.enumerated() {
      joined += values[row * columnCount..<(row + 1) * columnCount]
      for index in 0..<classCount { joined.append(index == label ? one : 0) }
    }
    return joined
  }
}
