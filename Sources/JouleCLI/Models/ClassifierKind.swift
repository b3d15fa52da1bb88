import Joule

/// A kind of model that names classes: what `joule classify` asks of it.
protocol ClassifierKind: ModelKind where Model: ClassifierModel, Model.Scalar == Float {
  /// Whether rows may miss values, marked by NaN.
  static var allowsMissingValues: Bool { get }

  /// p(y | the given values) of rows of which some miss values, `[batch, classes]`, by chains of so many steps.
  func classProbabilities(
    ofIncomplete rows: Tensor<Float>, steps: Int, key: RandomKey, on workers: Workers
  ) -> Tensor<Double>
}

extension ClassifierKind {
  static var allowsMissingValues: Bool { false }

  func classProbabilities(
    ofIncomplete rows: Tensor<Float>, steps: Int, key: RandomKey, on workers: Workers
  ) -> Tensor<Double> { model.classLogProbabilities(of: rows).exp() }

  var classCount: Int { model.classCount }

  /// log p(y | x) of every row, `[rows, classes]`.
  func classLogProbabilities(
    of rows: ModelRows, key: RandomKey, on workers: Workers
  ) -> Tensor<Double> {
    model.classLogProbabilities(
      of: rows.dataset, binarization: rows.binarization, key: key, on: workers)
  }
}

extension ClassifierModel {
  /// log p(y | x) of every row of data, whose first columns are inputs, `[rows, classes]`.
  func classLogProbabilities(
    of rows: Dataset, binarization: Binarization, key: RandomKey, on workers: Workers
  ) -> Tensor<Double> {
    let size = 500
    var pieces = stride(from: 0, to: rows.rowCount, by: size).map {
      (range: $0..<min($0 + size, rows.rowCount), values: Tensor<Double>(zeros: [0]))
    }
    workers.mutateEach(&pieces) { _, piece in
      let batch: Tensor<Scalar> = rows.batch(
        piece.range, binarization: binarization,
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound))
      piece.values = classLogProbabilities(of: inputs(of: batch))
    }
    return Tensor(concatenating: pieces.map(\.values), along: 0)
  }
}
