import Joule

/// A file of one weight a row of data.
struct WeightFile {
  let path: String
  let weights: [Double]

  /// - Throws: where there is not one finite weight a row, one is negative, or all are zero.
  init(_ path: String, for data: LoadedData) throws {
    let table = try NumberTable.load(path)
    try require(
      table.values.count == data.dataset.rowCount,
      "\(path) holds \(table.values.count) weights, and \(data.path) \(data.dataset.rowCount) rows")
    if let bad = table.values.firstIndex(where: { !($0 >= 0) || $0.isInfinite }) {
      throw Failure(
        "\(path): weight \(bad + 1) is \(table.values[bad]): weights are finite and not negative")
    }
    try require(table.values.contains { $0 > 0 }, "\(path): all weights are zero")
    weights = table.values
    self.path = path
  }

  /// What differs, almost surely, when any weight differs.
  var checksum: String {
    let bytes = weights.flatMap { weight in
      (0..<8).map { UInt8(truncatingIfNeeded: weight.bitPattern >> (8 * $0)) }
    }
    return String(
      Dataset(bytes: bytes, rowCount: weights.count, columnCount: 8).checksum, radix: 16)
  }
}

extension CommonSettings {
  /// The training data with the weights that the settings give their rows; as they are where they give none.
  ///
  /// - Parameter file: what `weights` names, read; nil where it names nothing.
  /// - Throws: where weights are not those that the run began with, or rows to be compared are no categories.
  func weighted(
    _ data: LoadedData, by file: WeightFile?, on workers: Workers
  ) throws -> LoadedData {
    if let file {
      // Runs of earlier versions did not keep it.
      try require(
        weightsChecksum.map { $0 == file.checksum } ?? true,
        "\(file.path) does not hold the weights that the run began with (checksum "
          + "\(weightsChecksum ?? ""))")
      return data.weighted(by: file.weights)
    }
    guard let similarity else { return data }
    try Self.requireCategories(data)
    return data.weighted(by: data.dataset.similarityWeights(share: similarity, on: workers))
  }

  private static func requireCategories(_ data: LoadedData) throws {
    for block in data.dataset.rowBlocks {
      let rows: Tensor<Float> = data.dataset.batch(block)
      guard let place = rows.elements.firstIndex(where: { UInt8(exactly: $0) == nil }) else {
        continue
      }
      let (row, column) = place.quotientAndRemainder(dividingBy: data.dataset.columnCount)
      throw Failure(
        "--similarity compares categories, whole numbers from 0 to 255, and \(data.path), row "
          + "\(block.lowerBound + row + 1), column \(column + 1) is \(rows.elements[place]): give "
          + "--weights instead")
    }
  }

  var weightsSummary: String {
    weights ?? similarity.map { "by similarity of at least \(format(shortest: $0))" } ?? "none"
  }
}
