public import JouleAlgebra

extension Tensor {
  /// destination ← scale · op(A) op(B) + accumulate · destination, by BLAS.
  ///
  ///     Tensor.multiply(v, .transposed, h, scale: 0.01, accumulate: 1, into: &w)   // W += vᵀh / 100
  ///
  /// - Parameters:
  ///   - a: `[m, k]`, or `[k, m]` where `ta` is `.transposed`.
  ///   - b: `[k, n]`, or `[n, k]` where `tb` is `.transposed`; or a vector `[k]`, and then `tb` has no
  ///     meaning.
  ///   - accumulate: 0 overwrites whatever the destination held, NaN included.
  ///   - destination: `[m, n]`, or `[m]` for a vector b. A destination that is also an operand is
  ///     copied first.
  /// - Complexity: 2·m·k·n flops, no allocation.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func multiply(
    _ a: Tensor, _ ta: Transpose, _ b: Tensor, _ tb: Transpose = .none,
    scale: Scalar = 1, accumulate: Scalar = 0, into destination: inout Tensor
  ) {
    let size = productSize(a, ta, b, tb)
    precondition(
      destination.shape == size.shape,
      "product of shapes \(a.shape) \(ta) and \(b.shape) \(tb) is of shape \(size.shape), "
        + "not \(destination.shape)")
    if let n = size.n {
      BLAS.gemm(
        m: size.m, n: n, k: size.k, alpha: scale, a.elements.span, ta, b.elements.span, tb,
        beta: accumulate, into: destination.elements.mutableSpan)
    } else {
      BLAS.gemv(
        m: size.m, n: size.k, alpha: scale, a.elements.span, ta, b.elements.span,
        beta: accumulate, into: destination.elements.mutableSpan)
    }
  }

  /// destination ← scale · A op(B) + accumulate · destination: the same with A as it is.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func multiply(
    _ a: Tensor, _ b: Tensor, _ tb: Transpose = .none,
    scale: Scalar = 1, accumulate: Scalar = 0, into destination: inout Tensor
  ) {
    multiply(a, .none, b, tb, scale: scale, accumulate: accumulate, into: &destination)
  }

  /// destination ← b + X op(W): the same product for rows X of a batch and the weights W of a layer, which are
  /// not copied on the way as BLAS does; see `VectorKernels.multiplyRows`.
  ///
  /// - Parameters:
  ///   - x: X, `[rows, depth]`.
  ///   - w: W, `[depth, columns]`, or `[columns, depth]` where `tw` is `.transposed`.
  ///   - bias: b, `[columns]`; nil for none.
  ///   - destination: `[rows, columns]`, overwritten, and no operand.
  /// - Complexity: 2 · rows · depth · columns flops, no allocation.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func multiplyRows(
    _ x: Tensor, by w: Tensor, _ tw: Transpose = .none, adding bias: Tensor? = nil,
    into destination: inout Tensor
  ) {
    let size = productSize(x, .none, w, tw)
    precondition(
      size.n != nil && destination.shape == size.shape
        && (bias.map { $0.shape == [size.shape[1]] } ?? true),
      "rows of shape \(x.shape) by \(w.shape) \(tw), bias \(bias?.shape ?? []), are not of shape "
        + "\(destination.shape)")
    VectorKernels.best.multiplyRows(
      x.elements.span, by: w.elements.span, tw, adding: bias?.elements, rows: size.m,
      depth: size.k, columns: size.shape[1], into: destination.elements.mutableSpan)
  }

  /// destination ← Xᵀ W likewise: what the weights of a layer gather from the rows of a batch.
  ///
  /// - Parameters:
  ///   - x: X, `[rows, m]`.
  ///   - w: W, `[rows, n]`.
  ///   - destination: `[m, n]`, overwritten, and no operand.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func multiplyColumns(
    _ x: Tensor, by w: Tensor, into destination: inout Tensor
  ) {
    let size = productSize(x, .transposed, w, .none)
    precondition(
      size.n != nil && destination.shape == size.shape,
      "columns of shape \(x.shape) by \(w.shape) are not of shape \(destination.shape)")
    VectorKernels.best.multiplyColumns(
      x.elements.span, by: w.elements.span, rows: size.m, depth: size.k, columns: size.shape[1],
      into: destination.elements.mutableSpan)
  }

  /// The product of matrices and vectors.
  ///
  /// | self | other | result |
  /// |---|---|---|
  /// | `[m, k]` | `[k, n]` | `[m, n]` |
  /// | `[m, k]` | `[k]` | `[m]` |
  /// | `[k]` | `[k, n]` | `[n]` |
  ///
  /// - Parameters:
  ///   - transposingSelf: takes a matrix `[k, m]` for self; without meaning for a vector.
  ///   - transposingOther: takes a matrix `[n, k]` for other; without meaning for a vector.
  /// - Precondition: shapes as in the table. The product of two vectors is ``dot(_:)``.
  public func matmul(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    if rank == 1 && other.rank == 2 {
      // xᵀB = (Bᵀx)ᵀ
      return other.matmul(self, transposingSelf: !transposingOther)
    }
    let (ta, tb): (Transpose, Transpose) = (
      transposingSelf ? .transposed : .none, transposingOther ? .transposed : .none
    )
    var result = Tensor(zeros: Self.productSize(self, ta, other, tb).shape)
    Self.multiply(self, ta, other, tb, into: &result)
    return result
  }

  /// The matrix of all products xᵢ yⱼ of two vectors: `[m]`, `[n]` → `[m, n]`.
  public func outerProduct(with other: Tensor) -> Tensor {
    precondition(
      rank == 1 && other.rank == 1, "outer product of shapes \(shape) and \(other.shape)")
    return reshaped(to: [count, 1]).matmul(other.reshaped(to: [1, other.count]))
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func productSize(
    _ a: Tensor, _ ta: Transpose, _ b: Tensor, _ tb: Transpose
  ) -> (m: Int, k: Int, n: Int?, shape: [Int]) {
    precondition(
      a.rank == 2 && (b.rank == 2 || b.rank == 1),
      "a product takes a matrix and a matrix or vector, got shapes \(a.shape) and \(b.shape)")
    let (m, k) = ta == .none ? (a.shape[0], a.shape[1]) : (a.shape[1], a.shape[0])
    let inner = b.rank == 1 || tb == .none ? b.shape[0] : b.shape[1]
    precondition(
      k == inner, "product of shapes \(a.shape) \(ta) and \(b.shape) \(tb): \(k) against \(inner)")
    guard b.rank == 2 else { return (m, k, nil, [m]) }
    let n = tb == .none ? b.shape[1] : b.shape[0]
    return (m, k, n, [m, n])
  }
}
