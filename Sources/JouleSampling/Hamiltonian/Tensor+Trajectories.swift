import JouleAlgebra
import JouleCore
import JouleRandom
import JouleTensor

// The passes of trajectories over batches; see `VectorKernels.kickDrift` and its neighbours. Rows are chains.
extension Tensor {
  /// self ← other, in the storage that self has.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func copyElements(of other: Tensor) {
    VectorKernels.best.copy(other.elements.span, into: elements.mutableSpan)
  }

  /// Row `target` ← a row of another matrix.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func copyRow(_ row: Int, of other: Tensor, to target: Int) {
    let columns = shape[1]
    VectorKernels.best.copyRow(
      row, of: other.elements.span, to: target, of: elements.mutableSpan, columns: columns)
  }

  /// Row `target` ← another row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func copyRow(_ row: Int, to target: Int) {
    let columns = shape[1]
    VectorKernels.best.copyRow(row, to: target, within: elements.mutableSpan, columns: columns)
  }

  /// Row `row` ← the last row, which is dropped.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func removeRowBySwap(_ row: Int) {
    let last = shape[0] - 1
    if row < last { copyRow(last, to: row) }
    setRowCount(last)
  }

  /// z ← z − kick s∘g, then x ← x + drift s∘z, of every row.
  ///
  /// - Parameter squares: |z|² of every row; empty where they are not wanted.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func kickDrift(
    _ x: inout Tensor, _ z: inout Tensor, gradient: Tensor, scale: [Scalar]?, kicks: [Double],
    drifts: [Double], squares: inout [Double]
  ) {
    let columns = x.shape[1]
    VectorKernels.best.kickDrift(
      x.elements.mutableSpan, z.elements.mutableSpan, gradient: gradient.elements.span,
      scale: scale, kicks: kicks, drifts: drifts, squares: squares.mutableSpan,
      columns: columns)
  }

  /// self ← self + drift s∘(ξ − kick s∘g) of every row, ξ the normal numbers of its chain.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func langevinStep(
    gradient: Tensor, scale: [Scalar]?, kick: Double, drift: Double, using random: ChainRandom
  ) {
    let columns = shape[1]
    VectorKernels.best.langevinStep(
      elements.mutableSpan, gradient: gradient.elements.span, scale: scale, kick: kick,
      drift: drift, columns: columns, random.address(purpose: DrawPurpose.proposal))
  }

  /// self ← self + factor s∘x of every row, then total ← total + self.
  ///
  /// - Parameters:
  ///   - total: without rows where it is not wanted.
  ///   - squares: Σ self² of every row; empty where they are not wanted.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func addScaledRows(
    _ x: Tensor, scale: [Scalar]? = nil, factors: [Double], total: inout Tensor,
    squares: inout [Double]
  ) {
    let columns = shape[1]
    VectorKernels.best.addScaledRows(
      elements.mutableSpan, x.elements.span, scale: scale, factors: factors,
      total: total.elements.mutableSpan, squares: squares.mutableSpan, columns: columns)
  }

  /// Σⱼ self[r, j]² of every row, in Double.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func rowSquares(into squares: inout [Double]) {
    VectorKernels.best.rowDots(elements.span, elements.span, into: squares.mutableSpan)
  }

  /// The elements of a vector, as Double.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func widen(into result: inout [Double]) {
    // The column sums of one row.
    VectorKernels.best.columnSums(elements.span, into: result.mutableSpan)
  }
}
