import JouleTensor

/// The lower triangle of a symmetric matrix as a vector: (1,1), (2,1), (2,2), (3,1), …
///
/// Where a symmetric matrix is paired with another one, tr(A X) = Σᵢ aᵢᵢ xᵢᵢ + Σ_{i>j} 2 aᵢⱼ xᵢⱼ: the
/// natural parameter of xᵢⱼ is twice the entry of the matrix.
struct LowerTriangle {
  let order: Int

  /// Places of the entries, i ≥ j.
  var pairs: [(i: Int, j: Int)] { (0..<order).flatMap { i in (0...i).map { (i, $0) } } }
  var count: Int { order * (order + 1) / 2 }

  func index(_ i: Int, _ j: Int) -> Int { max(i, j) * (max(i, j) + 1) / 2 + min(i, j) }

  /// The matrix of given entries.
  func matrix(_ entries: some RandomAccessCollection<Double>, offDiagonalFactor: Double = 1)
    -> Tensor<Double>
  {
    var result = Tensor<Double>(zeros: [order, order])
    for ((i, j), entry) in zip(pairs, entries) {
      let value = i == j ? entry : offDiagonalFactor * entry
      result[i, j] = value
      result[j, i] = value
    }
    return result
  }

  /// The entries of a symmetric matrix.
  func entries(of matrix: Tensor<Double>, offDiagonalFactor: Double = 1) -> [Double] {
    pairs.map { $0.i == $0.j ? matrix[$0.i, $0.j] : offDiagonalFactor * matrix[$0.i, $0.j] }
  }
}
