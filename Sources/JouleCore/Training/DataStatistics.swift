public import JouleRandom
public import JouleTensor

/// What models and estimators may know of the training data before the first step.
public struct DataStatistics<Scalar: TensorScalar>: Sendable {
  /// The number of rows of the data.
  public let rowCount: Int
  /// The mean of every variable, `[variables]`.
  public let means: Tensor<Scalar>
  /// Rows drawn without replacement, by their weights if there are any, `[examples, variables]`.
  public let examples: Tensor<Scalar>

  /// - Precondition: there is at least one example.
  public init(rowCount: Int, means: Tensor<Scalar>, examples: Tensor<Scalar>) {
    precondition(examples.shape[0] > 0, "statistics need at least one example row")
    self.rowCount = rowCount
    self.means = means
    self.examples = examples
  }

  /// The means and up to `exampleCount` rows of a data set that is not empty. What examples miss (NaN) they take from
  /// the same column of others.
  public init(
    of data: Dataset, binarization: Binarization, exampleCount: Int = 1000, key: RandomKey
  ) {
    var stream = RandomStream(key: key)
    let picked = data.rowOrder(using: &stream).prefix(exampleCount)
    var examples = Tensor<Scalar>(zeros: [picked.count, data.columnCount])
    data.gather(
      picked, binarization: binarization, using: ChainRandom(key: key.folded("examples")),
      into: &examples)
    examples.fillMissing(using: &stream)
    self.init(
      rowCount: data.rowCount, means: Tensor<Scalar>(data.columnMeans(binarization: binarization)),
      examples: examples)
  }

  /// The means, kept off 0 and 1 by one imagined row of each kind.
  ///
  ///     (N m + 1) / (N + 2)
  public var smoothedMeans: Tensor<Scalar> {
    let count = Scalar(rowCount)
    return (means * count + 1) * (1 / (count + 2))
  }

  /// So many example rows; they repeat when there are fewer.
  public func startRows(_ count: Int) -> Tensor<Scalar> {
    examples.rows(at: (0..<count).map { $0 % examples.shape[0] })
  }
}

extension Tensor {
  /// Puts in the place of every NaN a value of its column, of another row drawn at random; 0 where the whole column is
  /// missing.
  fileprivate mutating func fillMissing(using stream: inout RandomStream) {
    guard containsNaN else { return }
    let given = self
    for column in 0..<shape[1] {
      let known = (0..<shape[0]).filter { !given[$0, column].isNaN }
      for row in 0..<shape[0] where given[row, column].isNaN {
        self[row, column] =
          known.isEmpty ? 0 : given[known[stream.integer(below: known.count)], column]
      }
    }
  }
}
