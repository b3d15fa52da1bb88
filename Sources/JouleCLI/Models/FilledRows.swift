import Joule

extension ModelRows {
  private static let fillingSteps = 50

  /// The rows with their missing values drawn by a machine, given the others; complete rows as they are.
  func filled<Model: LatentVariableModel>(
    by model: Model, key: RandomKey, on workers: Workers
  ) -> ModelRows where Model.Scalar == Float {
    guard dataset.hasMissing else { return self }
    let key = key.folded("missing")
    let examples = DataStatistics<Float>(of: dataset, binarization: binarization, key: key).examples
    var complete = Tensor<Float>(zeros: [dataset.rowCount, dataset.columnCount])
    for block in dataset.rowBlocks {
      let random = ChainRandom(key: key, firstChain: block.lowerBound)
      complete.assignRows(
        block,
        from: model.filled(
          dataset.batch(block, binarization: binarization, using: random), from: examples,
          steps: Self.fillingSteps, using: random, on: workers))
    }
    var rows = self
    rows.dataset = Dataset(complete)
    rows.binarization = .none
    return rows
  }

  /// What has to be said of scores of filled rows.
  var fillingWarnings: [String] {
    guard dataset.hasMissing else { return [] }
    return ["missing values are judged as the model fills them in, which flatters it"]
  }
}
