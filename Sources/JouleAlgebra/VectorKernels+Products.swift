import CVectorKernels

extension VectorKernels {
  /// Y ← b + X op(W) for rows X and the weights of a layer, which are read as they lie.
  ///
  /// The same as a `BLAS.gemm`, which copies both operands at every call: that pays for large products, and costs a
  /// fifth of the time where some dozens of rows meet a layer. Every element is one chain of fused
  /// multiply-adds, b first, in the order of the depth: it does not depend on the other rows. Without
  /// fused multiply-adds, and for a single column, BLAS does it.
  ///
  /// - Parameters:
  ///   - x: X, `[rows, depth]`.
  ///   - w: W, `[depth, columns]`, or `[columns, depth]` where `tw` is `.transposed`.
  ///   - bias: b, `[columns]`; nil for none.
  ///   - result: Y, `[rows, columns]`, overwritten.
  /// - Complexity: 2 · rows · depth · columns operations; no allocation.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func multiplyRows<S: KernelScalar>(
    _ x: Span<S>, by w: Span<S>, _ tw: Transpose = .none, adding bias: [S]? = nil, rows: Int,
    depth: Int, columns: Int, into result: consuming MutableSpan<S>
  ) {
    requireCount(x.count, rows * depth, "x")
    requireCount(w.count, depth * columns, "w")
    requireCount(result.count, rows * columns, "result")
    if let bias { requireCount(bias.count, columns, "bias") }
    if rows == 0 || columns == 0 { return }
    let table = functions(for: S.self)
    // A single row or column is its own transpose in memory.
    let isTurned = tw == .transposed && depth > 1
    guard let multiply = isTurned ? table.rows_by_turned_matrix : table.rows_by_matrix,
      columns > 1, depth > 0
    else {
      if let bias {
        for place in 0..<rows * columns { result[place] = bias[place % columns] }
      }
      BLAS.gemm(
        m: rows, n: columns, k: depth, x, w, tw, beta: bias == nil ? 0 : 1, into: result)
      return
    }
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        w.withUnsafeBytes { w in
          guard let result = result.baseAddress, let x = x.baseAddress, let w = w.baseAddress
          else { return }
          let size = (Int64(rows), Int64(depth), Int64(columns))
          guard let bias else {
            multiply(x, size.0, w, nil, size.1, size.2, result)
            return
          }
          bias.withUnsafeBytes { multiply(x, size.0, w, $0.baseAddress, size.1, size.2, result) }
        }
      }
    }
  }

  /// Y ← Xᵀ W likewise, read as both lie: the sum over rows of the products of their columns.
  ///
  /// Where rows of W are narrow, or X is far beyond a cache, BLAS does it.
  ///
  /// - Parameters:
  ///   - x: X, `[depth, rows]`.
  ///   - w: W, `[depth, columns]`.
  ///   - result: Y, `[rows, columns]`, overwritten.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func multiplyColumns<S: KernelScalar>(
    _ x: Span<S>, by w: Span<S>, rows: Int, depth: Int, columns: Int,
    into result: consuming MutableSpan<S>
  ) {
    requireCount(x.count, rows * depth, "x")
    requireCount(w.count, depth * columns, "w")
    requireCount(result.count, rows * columns, "result")
    let isLarge = x.count * MemoryLayout<S>.stride > 2 << 20
    guard let multiply = functions(for: S.self).columns_by_matrix, rows > 0, depth > 0,
      columns >= 64, !isLarge
    else {
      BLAS.gemm(m: rows, n: columns, k: depth, x, .transposed, w, beta: 0, into: result)
      return
    }
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        w.withUnsafeBytes { w in
          guard let result = result.baseAddress, let x = x.baseAddress, let w = w.baseAddress
          else { return }
          multiply(x, Int64(rows), w, Int64(depth), Int64(columns), result)
        }
      }
    }
  }
}
