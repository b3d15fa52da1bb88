internal import COpenBLAS

extension BLAS {
  /// y ← α op(A) x + β y
  /// - Parameters:
  ///   - m: rows of op(A), elements of y.
  ///   - n: columns of op(A), elements of x.
  ///   - a: m × n, or n × m where `ta` is `.transposed`.
  ///   - aStride: of A as stored; dense where nil.
  ///   - y: beside an n of zero it becomes β y.
  public static func gemv<S: BLASScalar>(
    m: Int, n: Int, alpha: S = 1, _ a: Span<S>, _ ta: Transpose, aStride: Int? = nil,
    _ x: Span<S>, xStride: Int = 1, beta: S = 0, into y: consuming MutableSpan<S>, yStride: Int = 1
  ) {
    let (rows, columns) = ta == .none ? (m, n) : (n, m)
    let stride = aStride ?? columns
    checkMatrix("A", rows: rows, columns: columns, stride: stride, count: a.count)
    checkVector("x", length: n, stride: xStride, count: x.count)
    checkVector("y", length: m, stride: yStride, count: y.count)
    let (r, c) = (blasInteger(rows, "rows"), blasInteger(columns, "columns"))
    let lda = max(1, blasInteger(stride, "stride"))
    let (incX, incY) = (blasInteger(xStride, "stride"), blasInteger(yStride, "stride"))
    y.withUnsafeMutableBufferPointer { y in
      // Versions differ in what β = 0 does to NaN, and with n = 0 none of them scales y.
      if beta == 0 { clear(y, stride: yStride) }
      if n == 0 || alpha == 0 {
        if beta != 0 { scal(beta, y.mutableSpan, stride: yStride) }
        return
      }
      a.withUnsafeBufferPointer { a in
        x.withUnsafeBufferPointer { x in
          switch S.precision {
          case .single:
            cblas_sgemv(
              CblasRowMajor, ta.cblas, r, c, alpha.single, a.single, lda, x.single, incX,
              beta.single, y.single, incY)
          case .double:
            cblas_dgemv(
              CblasRowMajor, ta.cblas, r, c, alpha.double, a.double, lda, x.double, incX,
              beta.double, y.double, incY)
          }
        }
      }
    }
  }

  /// y ← α A x + β y: ``gemv(m:n:alpha:_:_:aStride:_:xStride:beta:into:yStride:)`` without a
  /// transpose, which cannot be left out between two unlabelled arguments.
  public static func gemv<S: BLASScalar>(
    m: Int, n: Int, alpha: S = 1, _ a: Span<S>, aStride: Int? = nil,
    _ x: Span<S>, xStride: Int = 1, beta: S = 0, into y: consuming MutableSpan<S>, yStride: Int = 1
  ) {
    gemv(
      m: m, n: n, alpha: alpha, a, .none, aStride: aStride, x, xStride: xStride, beta: beta,
      into: y, yStride: yStride)
  }

  /// A ← α x yᵀ + A
  /// - Parameters:
  ///   - x: m elements, the rows of A.
  ///   - y: n elements, the columns of A.
  ///   - a: m × n.
  public static func ger<S: BLASScalar>(
    m: Int, n: Int, alpha: S = 1, _ x: Span<S>, xStride: Int = 1, _ y: Span<S>, yStride: Int = 1,
    into a: consuming MutableSpan<S>, aStride: Int? = nil
  ) {
    let stride = aStride ?? n
    checkMatrix("A", rows: m, columns: n, stride: stride, count: a.count)
    checkVector("x", length: m, stride: xStride, count: x.count)
    checkVector("y", length: n, stride: yStride, count: y.count)
    if alpha == 0 { return }
    let (r, c) = (blasInteger(m, "m"), blasInteger(n, "n"))
    let lda = max(1, blasInteger(stride, "stride"))
    let (incX, incY) = (blasInteger(xStride, "stride"), blasInteger(yStride, "stride"))
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        a.withUnsafeMutableBufferPointer { a in
          switch S.precision {
          case .single:
            cblas_sger(
              CblasRowMajor, r, c, alpha.single, x.single, incX, y.single, incY, a.single, lda)
          case .double:
            cblas_dger(
              CblasRowMajor, r, c, alpha.double, x.double, incX, y.double, incY, a.double, lda)
          }
        }
      }
    }
  }

  /// y ← α A x + β y for a symmetric A, of which only `triangle` is read.
  /// - Parameters:
  ///   - n: the order of A, and the elements of x and y.
  ///   - a: n × n.
  public static func symv<S: BLASScalar>(
    n: Int, alpha: S = 1, _ a: Span<S>, _ triangle: Triangle, aStride: Int? = nil,
    _ x: Span<S>, xStride: Int = 1, beta: S = 0, into y: consuming MutableSpan<S>, yStride: Int = 1
  ) {
    let stride = aStride ?? n
    checkMatrix("A", rows: n, columns: n, stride: stride, count: a.count)
    checkVector("x", length: n, stride: xStride, count: x.count)
    checkVector("y", length: n, stride: yStride, count: y.count)
    let (order, lda) = (blasInteger(n, "n"), max(1, blasInteger(stride, "stride")))
    let (incX, incY) = (blasInteger(xStride, "stride"), blasInteger(yStride, "stride"))
    y.withUnsafeMutableBufferPointer { y in
      if beta == 0 { clear(y, stride: yStride) }
      if alpha == 0 {
        if beta != 0 { scal(beta, y.mutableSpan, stride: yStride) }
        return
      }
      a.withUnsafeBufferPointer { a in
        x.withUnsafeBufferPointer { x in
          switch S.precision {
          case .single:
            cblas_ssymv(
              CblasRowMajor, triangle.cblas, order, alpha.single, a.single, lda, x.single, incX,
              beta.single, y.single, incY)
          case .double:
            cblas_dsymv(
              CblasRowMajor, triangle.cblas, order, alpha.double, a.double, lda, x.double, incX,
              beta.double, y.double, incY)
          }
        }
      }
    }
  }

  /// x ← op(A)⁻¹ x for a triangular A, of which only `triangle` is read.
  ///
  /// A zero on the diagonal is not looked for: it gives infinities or NaN.
  /// - Parameters:
  ///   - n: the order of A and the elements of x.
  ///   - a: n × n.
  public static func trsv<S: BLASScalar>(
    n: Int, _ a: Span<S>, _ triangle: Triangle, _ ta: Transpose = .none,
    diagonal: Diagonal = .stored, aStride: Int? = nil, into x: consuming MutableSpan<S>,
    xStride: Int = 1
  ) {
    let stride = aStride ?? n
    checkMatrix("A", rows: n, columns: n, stride: stride, count: a.count)
    checkVector("x", length: n, stride: xStride, count: x.count)
    let (order, lda) = (blasInteger(n, "n"), max(1, blasInteger(stride, "stride")))
    let increment = blasInteger(xStride, "stride")
    a.withUnsafeBufferPointer { a in
      x.withUnsafeMutableBufferPointer { x in
        switch S.precision {
        case .single:
          cblas_strsv(
            CblasRowMajor, triangle.cblas, ta.cblas, diagonal.cblas, order, a.single, lda,
            x.single, increment)
        case .double:
          cblas_dtrsv(
            CblasRowMajor, triangle.cblas, ta.cblas, diagonal.cblas, order, a.double, lda,
            x.double, increment)
        }
      }
    }
  }
}
