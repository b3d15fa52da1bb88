import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleTensor

/// Rows to fit a mixture to, drawn to 0 and 1 once and for all where they are to be drawn.
public struct MixtureData: Sendable {
  let dataset: Dataset
  let binarization: Binarization
  let random: ChainRandom

  /// Rows of one product, and the most sums that are kept apart for parallel work.
  private static let pieceRows = 500
  private static let groupCount = 16

  /// - Parameter key: what draws of bits descend from.
  /// - Precondition: at least one row.
  public init(
    _ dataset: Dataset, binarization: Binarization = .none, key: RandomKey = RandomKey(seed: 0)
  ) {
    precondition(
      dataset.rowCount > 0 && dataset.columnCount > 0,
      "data of \(dataset.rowCount) rows and \(dataset.columnCount) columns fit no mixture")
    self.dataset = dataset
    self.binarization = binarization
    random = ChainRandom(key: key)
  }

  public var rowCount: Int { dataset.rowCount }

  func rows(_ range: Range<Int>) -> Tensor<Double> {
    dataset.batch(
      range, binarization: binarization, using: random.advanced(by: range.lowerBound))
  }

  /// Some rows without replacement, or all where there are no more.
  func sample(_ count: Int, key: RandomKey) -> Tensor<Double> {
    var stream = RandomStream(key: key)
    let picked = stream.permutation(count: rowCount).prefix(count).sorted()
    var batch = Tensor<Double>(zeros: [picked.count, dataset.columnCount])
    dataset.gather(picked[...], binarization: binarization, using: random, into: &batch)
    return batch
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
        let rows = rows(piece)
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
