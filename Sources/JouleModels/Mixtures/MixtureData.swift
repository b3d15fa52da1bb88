import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Rows to fit a mixture to.
public struct MixtureData: Sendable {
  public let rowCount: Int
  private let gather: @Sendable (_ rows: [Int]) -> Tensor<Double>

  /// Rows of one product, and the most sums that are kept apart for parallel work.
  private static let pieceRows = 500
  private static let groupCount = 16

  /// The rows of a data set; those of weighted data are drawn once, each as often as its weight says. Where they are drawn
  /// to 0 and 1, a row is drawn the same every time.
  ///
  /// - Parameter key: what draws of bits descend from.
  /// - Precondition: at least one row and one column.
  public init(
    _ dataset: Dataset, binarization: Binarization = .none, key: RandomKey = RandomKey(seed: 0)
  ) {
    precondition(
      dataset.rowCount > 0 && dataset.columnCount > 0,
      "data of \(dataset.rowCount) rows and \(dataset.columnCount) columns fit no mixture")
    rowCount = dataset.rowCount
    var stream = RandomStream(key: key.folded("weights"))
    let order = dataset.rowWeights == nil ? nil : dataset.rowOrder(using: &stream).sorted()
    gather = { rows in
      var batch = Tensor<Double>(zeros: [rows.count, dataset.columnCount])
      let picked = order.map { order in rows.map { order[$0] } } ?? rows
      dataset.gather(
        picked[...], binarization: binarization,
        using: ChainRandom(key: key, firstChain: rows.first ?? 0), into: &batch)
      return batch
    }
  }

  /// Rows of numbers, `[rows, variables]`.
  ///
  /// - Precondition: at least one row and one column.
  public init(_ rows: Tensor<Double>) {
    precondition(
      rows.rank == 2 && rows.count > 0, "data of shape \(rows.shape) fit no mixture")
    rowCount = rows.shape[0]
    gather = { rows.rows(at: $0) }
  }

  /// Some rows without replacement, or all where there are no more.
  func sample(_ count: Int, key: RandomKey) -> Tensor<Double> {
    var stream = RandomStream(key: key)
    return gather(stream.permutation(count: rowCount).prefix(count).sorted())
  }

  /// Sums over all rows of what posteriors give.
  ///
  /// - Parameter posterior: of rows, `[rows, variables]`.
  func sum<Components: MixtureComponents>(
    componentCount: Int, on workers: Workers, components: Components,
    posterior: @Sendable (Tensor<Double>) -> MixturePosterior
  ) -> MixtureSums<Components> {
    let pieces = stride(from: 0, to: rowCount, by: Self.pieceRows).map {
      $0..<Swift.min($0 + Self.pieceRows, rowCount)
    }
    let groups = Swift.min(Self.groupCount, pieces.count)
    var sums: [MixtureSums<Components>?] = Array(repeating: nil, count: groups)
    workers.mutateEach(&sums) { group, sum in
      for piece in pieces[pieces.count * group / groups..<pieces.count * (group + 1) / groups] {
        let rows = gather(Array(piece))
        let found = posterior(rows)
        let part = MixtureSums<Components>(
          totals: found.responsibilities.sum(along: 0),
          logDensity: VectorKernels.best.sum(found.logDensity.elements.span),
          moments: components.moments(of: rows, responsibilities: found.responsibilities))
        if sum == nil { sum = part } else { sum?.add(part) }
      }
    }
    var total = sums[0]
    for sum in sums.dropFirst() {
      if let sum { total?.add(sum) }
    }
    guard let total else { preconditionFailure("\(rowCount) rows fall in no piece") }
    return total
  }
}

/// What a step sums over rows.
struct MixtureSums<Components: MixtureComponents>: Sendable {
  /// Σ r, `[components]`.
  var totals: Tensor<Double>
  /// Σ log p(x)
  var logDensity: Double
  var moments: Components.Moments

  mutating func add(_ other: Self) {
    totals += other.totals
    logDensity += other.logDensity
    Components.add(other.moments, to: &moments)
  }
}

extension MixturePosterior {
  /// Every row with one component.
  init(nearest: [Int], count: Int) {
    responsibilities = Tensor(zeros: [nearest.count, count])
    for (row, component) in nearest.enumerated() {
      responsibilities.elements[row * count + component] = 1
    }
    logDensity = Tensor(zeros: [nearest.count])
  }
}
