import JouleAlgebra
import JouleTensor

/// The points that trees have to remember: a block of rows for every chain.
///
/// Besides the two ends of a tree and the candidate of the growing sub-tree these are check points: for the
/// point number i of a sub-tree, every balanced stretch that ends at i (one for each trailing 1 of i in binary)
/// needs the momentum where it starts and the running sum before. Starts are even numbers a, kept at place
/// popcount(a): it is free again when the next number of that place comes. A stretch of 2^k points whose first
/// point is a is joined from two at the check point m = a + 2^(k−1), for which the momentum before m is kept as well.
///
/// Reference: Phan, Pradhan, Jankowiak, arXiv:1912.11554, algorithm 2; the checks between halves are added here.
struct TreeRooms<Scalar: TensorScalar>: Sendable {
  private var rows: Tensor<Scalar>
  private let maximumDepth: Int
  private let blockRows: Int

  init(chains: Int, variableCount: Int, maximumDepth: Int) {
    self.maximumDepth = maximumDepth
    // A sub-tree has 2^(maximumDepth − 1) points at most, and its even numbers at most so many ones.
    blockRows = Row.firstCheckPoint + CheckPoint.count * Swift.max(1, maximumDepth - 1)
    rows = Tensor(zeros: [chains * blockRows, variableCount])
  }

  func require(maximumDepth: Int) {
    precondition(
      maximumDepth <= self.maximumDepth,
      "a state made for trees of depth \(self.maximumDepth), a kernel of depth \(maximumDepth)")
  }

  private func checkPoint(_ number: Int, of block: Int) -> Int {
    block + Row.firstCheckPoint + CheckPoint.count * number.nonzeroBitCount
  }

  /// The tree of one point.
  mutating func plant(_ chain: Int, _ phase: PhaseBatch<Scalar>, row: Int) {
    for isForward in [false, true] { storeEnd(chain, isForward: isForward, phase, row: row) }
    rows.copyRow(row, of: phase.momentum, to: chain * blockRows + Row.sum)
  }

  /// The newest point becomes an end of the tree.
  mutating func storeEnd(_ chain: Int, isForward: Bool, _ phase: PhaseBatch<Scalar>, row: Int) {
    let first = chain * blockRows + (isForward ? Row.forwardPosition : Row.backwardPosition)
    rows.copyRow(row, of: phase.position, to: first)
    rows.copyRow(row, of: phase.momentum, to: first + 1)
    rows.copyRow(row, of: phase.gradient, to: first + 2)
  }

  /// A sub-tree is to grow from an end of the tree.
  mutating func loadEnd(
    _ chain: Int, isForward: Bool, into phase: inout PhaseBatch<Scalar>, row: Int
  ) {
    let block = chain * blockRows
    let first = block + (isForward ? Row.forwardPosition : Row.backwardPosition)
    phase.position.copyRow(first, of: rows, to: row)
    phase.momentum.copyRow(first + 1, of: rows, to: row)
    phase.gradient.copyRow(first + 2, of: rows, to: row)
    phase.momentumSum.copyRow(block + Row.sum, of: rows, to: row)
    beginSums(chain)
  }

  /// Running sums of a sub-tree begin with that of the tree.
  mutating func beginSums(_ chain: Int) {
    let block = chain * blockRows
    rows.copyRow(block + Row.sum, to: checkPoint(0, of: block) + CheckPoint.sumBefore)
  }

  mutating func keepCandidate(_ chain: Int, _ phase: PhaseBatch<Scalar>, row: Int) {
    let block = chain * blockRows
    rows.copyRow(row, of: phase.position, to: block + Row.candidatePosition)
    rows.copyRow(row, of: phase.gradient, to: block + Row.candidateGradient)
  }

  func takeCandidate(_ chain: Int, into chains: inout DifferentiableChains<Scalar>) {
    let block = chain * blockRows
    chains.rows.copyRow(block + Row.candidatePosition, of: rows, to: chain)
    chains.gradient.copyRow(block + Row.candidateGradient, of: rows, to: chain)
  }

  /// Takes in the momentum of a point of the sub-tree.
  ///
  /// - Returns: whether a balanced stretch of the sub-tree that ends with it turns.
  mutating func turnsWithin(
    _ chain: Int, leaf: Int, _ phase: PhaseBatch<Scalar>, row: Int
  ) -> Bool {
    let block = chain * blockRows
    rows.copyRow(row, of: phase.momentum, to: block + Row.newestMomentum)
    rows.copyRow(row, of: phase.momentumSum, to: block + Row.newestSum)
    guard leaf & 1 == 1 else {
      rows.copyRow(
        block + Row.newestMomentum, to: checkPoint(leaf, of: block) + CheckPoint.momentum)
      return false
    }
    let levels = (~leaf).trailingZeroBitCount
    for level in 1...levels where turns(block, from: leaf + 1 - 1 << level, level: level) {
      return true
    }
    return false
  }

  /// Whether the newest 2^level points turn.
  private func turns(_ block: Int, from start: Int, level: Int) -> Bool {
    let first = checkPoint(start, of: block)
    guard level > 1 else {
      return turns(
        TrajectoryStretches(
          first: first + CheckPoint.momentum, last: block + Row.newestMomentum,
          sumBefore: first + CheckPoint.sumBefore, sumAll: block + Row.newestSum))
    }
    let middle = checkPoint(start + 1 << (level - 1), of: block)
    return turns(
      TrajectoryStretches(
        first: first + CheckPoint.momentum, firstEnd: middle + CheckPoint.momentumBefore,
        secondStart: middle + CheckPoint.momentum, last: block + Row.newestMomentum,
        sumBefore: first + CheckPoint.sumBefore, sumFirst: middle + CheckPoint.sumBefore,
        sumAll: block + Row.newestSum))
  }

  /// Keeps what the check point of the next, even-numbered point needs of the one before.
  mutating func prepare(_ chain: Int, forLeaf leaf: Int) {
    guard leaf & 1 == 0 else { return }
    let block = chain * blockRows
    let place = checkPoint(leaf, of: block)
    rows.copyRow(block + Row.newestMomentum, to: place + CheckPoint.momentumBefore)
    rows.copyRow(block + Row.newestSum, to: place + CheckPoint.sumBefore)
  }

  /// Whether the tree turns with the sub-tree that is complete now; its sum takes the sub-tree's in.
  ///
  /// The end that the sub-tree grew from is still the old one.
  mutating func turnsWhole(_ chain: Int, isForward: Bool) -> Bool {
    let block = chain * blockRows
    let (near, far) =
      isForward
      ? (Row.forwardMomentum, Row.backwardMomentum) : (Row.backwardMomentum, Row.forwardMomentum)
    let result = turns(
      TrajectoryStretches(
        first: block + far, firstEnd: block + near,
        secondStart: checkPoint(0, of: block) + CheckPoint.momentum,
        last: block + Row.newestMomentum, sumBefore: nil, sumFirst: block + Row.sum,
        sumAll: block + Row.newestSum))
    rows.copyRow(block + Row.newestSum, to: block + Row.sum)
    return result
  }

  private func turns(_ stretches: TrajectoryStretches) -> Bool {
    let columns = rows.shape[1]
    return VectorKernels.best.turns(rows.elements.span, columns: columns, stretches)
  }
}

/// The rows of a block; check points follow.
private enum Row {
  static let backwardPosition = 0
  static let backwardMomentum = 1
  static let backwardGradient = 2
  static let forwardPosition = 3
  static let forwardMomentum = 4
  static let forwardGradient = 5
  static let candidatePosition = 6
  static let candidateGradient = 7
  /// Σ of the momenta of the tree.
  static let sum = 8
  /// The momentum of the newest point, and the running sum with it.
  static let newestMomentum = 9
  static let newestSum = 10
  static let firstCheckPoint = 11
}

/// Rows of a check point.
private enum CheckPoint {
  static let momentum = 0
  static let momentumBefore = 1
  static let sumBefore = 2
  static let count = 3
}
