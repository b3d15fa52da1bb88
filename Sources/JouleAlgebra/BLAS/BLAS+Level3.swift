internal import COpenBLAS

extension BLAS {
  /// C ← α op(A) op(B) + β C
  ///
  ///     BLAS.gemm(m: 100, n: 500, k: 784, v.span, w.span, into: h.mutableSpan)     // H = V W
  ///
  /// - Parameters:
  ///   - m: rows of op(A) and C.
  ///   - n: columns of op(B) and C.
  ///   - k: columns of op(A), rows of op(B). Where it is zero, C becomes β C.
  ///   - a: m × k, or k × m where `ta` is `.transposed`.
  ///   - b: k × n, or n × k where `tb` is `.transposed`.
  ///   - c: m × n; beyond the columns of a row (`cStride` > n) nothing is written.
  /// - Complexity: 2·m·n·k operations; no allocation.
  public static func gemm<S: BLASScalar>(
    m: Int, n: Int, k: Int, alpha: S = 1,
    _ a: Span<S>, _ ta: Transpose, aStride: Int? = nil,
    _ b: Span<S>, _ tb: Transpose = .none, bStride: Int? = nil,
    beta: S = 0, into c: consuming MutableSpan<S>, cStride: Int? = nil
  ) {
    let aSize = ta == .none ? (rows: m, columns: k) : (rows: k, columns: m)
    let bSize = tb == .none ? (rows: k, columns: n) : (rows: n, columns: k)
    let strides = (a: aStride ?? aSize.columns, b: bStride ?? bSize.columns, c: cStride ?? n)
    checkMatrix(
      "A", rows: aSize.rows, columns: aSize.columns, stride: strides.a, count: a.count)
    checkMatrix(
      "B", rows: bSize.rows, columns: bSize.columns, stride: strides.b, count: b.count)
    checkMatrix("C", rows: m, columns: n, stride: strides.c, count: c.count)
    if m == 0 || n == 0 { return }
    // For small products OpenBLAS (0.3.21 on AVX-512 cores) multiplies NaN by an α of zero.
    if k == 0 || alpha == 0 {
      return scaleRows(beta, rows: m, columns: n, c, stride: strides.c)
    }
    let (rows, columns) = (blasInteger(m, "m"), blasInteger(n, "n"))
    let depth = blasInteger(k, "k")
    let (lda, ldb) = (blasInteger(strides.a, "stride"), blasInteger(strides.b, "stride"))
    let ldc = blasInteger(strides.c, "stride")
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          switch S.precision {
          case .single:
            cblas_sgemm(
              CblasRowMajor, ta.cblas, tb.cblas, rows, columns, depth, alpha.single, a.single,
              lda, b.single, ldb, beta.single, c.single, ldc)
          case .double:
            cblas_dgemm(
              CblasRowMajor, ta.cblas, tb.cblas, rows, columns, depth, alpha.double, a.double,
              lda, b.double, ldb, beta.double, c.double, ldc)
          }
        }
      }
    }
  }

  /// C ← α A op(B) + β C: ``gemm(m:n:k:alpha:_:_:aStride:_:_:bStride:beta:into:cStride:)`` without a
  /// transpose of A, which cannot be left out between two unlabelled arguments.
  public static func gemm<S: BLASScalar>(
    m: Int, n: Int, k: Int, alpha: S = 1,
    _ a: Span<S>, aStride: Int? = nil, _ b: Span<S>, _ tb: Transpose = .none, bStride: Int? = nil,
    beta: S = 0, into c: consuming MutableSpan<S>, cStride: Int? = nil
  ) {
    gemm(
      m: m, n: n, k: k, alpha: alpha, a, .none, aStride: aStride, b, tb, bStride: bStride,
      beta: beta, into: c, cStride: cStride)
  }

  /// C ← α A B + β C, or α B A + β C with A on the right, for a symmetric A.
  /// - Parameters:
  ///   - m: rows of B and C; the order of A where `side` is `.left`.
  ///   - n: columns of B and C; the order of A where `side` is `.right`.
  ///   - a: square; only `triangle` is read.
  ///   - b: m × n.
  ///   - c: m × n.
  public static func symm<S: BLASScalar>(
    m: Int, n: Int, side: Side = .left, alpha: S = 1,
    _ a: Span<S>, _ triangle: Triangle, aStride: Int? = nil,
    _ b: Span<S>, bStride: Int? = nil,
    beta: S = 0, into c: consuming MutableSpan<S>, cStride: Int? = nil
  ) {
    let order = side == .left ? m : n
    let strides = (a: aStride ?? order, b: bStride ?? n, c: cStride ?? n)
    checkMatrix("A", rows: order, columns: order, stride: strides.a, count: a.count)
    checkMatrix("B", rows: m, columns: n, stride: strides.b, count: b.count)
    checkMatrix("C", rows: m, columns: n, stride: strides.c, count: c.count)
    if m == 0 || n == 0 { return }
    if alpha == 0 { return scaleRows(beta, rows: m, columns: n, c, stride: strides.c) }
    let (rows, columns) = (blasInteger(m, "m"), blasInteger(n, "n"))
    let (lda, ldb) = (blasInteger(strides.a, "stride"), blasInteger(strides.b, "stride"))
    let ldc = blasInteger(strides.c, "stride")
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          switch S.precision {
          case .single:
            cblas_ssymm(
              CblasRowMajor, side.cblas, triangle.cblas, rows, columns, alpha.single, a.single,
              lda, b.single, ldb, beta.single, c.single, ldc)
          case .double:
            cblas_dsymm(
              CblasRowMajor, side.cblas, triangle.cblas, rows, columns, alpha.double, a.double,
              lda, b.double, ldb, beta.double, c.double, ldc)
          }
        }
      }
    }
  }

  /// C ← α op(A) op(A)ᵀ + β C, of which only `triangle` is read and written.
  /// - Parameters:
  ///   - n: rows of op(A), the order of C.
  ///   - k: columns of op(A). Where it is zero, the triangle becomes β C.
  ///   - a: n × k, or k × n where `ta` is `.transposed`.
  ///   - c: n × n; its other half keeps what it held.
  public static func syrk<S: BLASScalar>(
    n: Int, k: Int, alpha: S = 1, _ a: Span<S>, _ ta: Transpose = .none, aStride: Int? = nil,
    beta: S = 0, into c: consuming MutableSpan<S>, _ triangle: Triangle, cStride: Int? = nil
  ) {
    let (rows, columns) = ta == .none ? (n, k) : (k, n)
    let strides = (a: aStride ?? columns, c: cStride ?? n)
    checkMatrix("A", rows: rows, columns: columns, stride: strides.a, count: a.count)
    checkMatrix("C", rows: n, columns: n, stride: strides.c, count: c.count)
    if n == 0 { return }
    let (order, depth) = (blasInteger(n, "n"), blasInteger(k, "k"))
    let lda = max(1, blasInteger(strides.a, "stride"))
    let ldc = blasInteger(strides.c, "stride")
    a.withUnsafeBufferPointer { a in
      c.withUnsafeMutableBufferPointer { c in
        // OpenBLAS scales here with its `scal`, whose treatment of 0 · NaN changes with the version.
        let isProductEmpty = k == 0 || alpha == 0
        if beta == 0 || isProductEmpty {
          for row in 0..<n {
            let start = row * strides.c
            let part = triangle == .lower ? start..<start + row + 1 : start + row..<start + n
            scal(beta, UnsafeMutableBufferPointer(rebasing: c[part]).mutableSpan)
          }
          if isProductEmpty { return }
        }
        switch S.precision {
        case .single:
          cblas_ssyrk(
            CblasRowMajor, triangle.cblas, ta.cblas, order, depth, alpha.single, a.single, lda,
            beta.single, c.single, ldc)
        case .double:
          cblas_dsyrk(
            CblasRowMajor, triangle.cblas, ta.cblas, order, depth, alpha.double, a.double, lda,
            beta.double, c.double, ldc)
        }
      }
    }
  }

  /// B ← α op(A)⁻¹ B, or α B op(A)⁻¹ with A on the right, for a triangular A.
  ///
  /// A zero on the diagonal is not looked for: it gives infinities or NaN.
  /// - Parameters:
  ///   - m: rows of B; the order of A where `side` is `.left`.
  ///   - n: columns of B; the order of A where `side` is `.right`.
  ///   - a: square; only `triangle` is read.
  ///   - b: m × n.
  public static func trsm<S: BLASScalar>(
    m: Int, n: Int, side: Side = .left, alpha: S = 1,
    _ a: Span<S>, _ triangle: Triangle, _ ta: Transpose = .none, diagonal: Diagonal = .stored,
    aStride: Int? = nil, into b: consuming MutableSpan<S>, bStride: Int? = nil
  ) {
    let order = side == .left ? m : n
    let strides = (a: aStride ?? order, b: bStride ?? n)
    checkMatrix("A", rows: order, columns: order, stride: strides.a, count: a.count)
    checkMatrix("B", rows: m, columns: n, stride: strides.b, count: b.count)
    if m == 0 || n == 0 { return }
    // As with β elsewhere: zero writes zeros whatever was there.
    if alpha == 0 { return scaleRows(0, rows: m, columns: n, b, stride: strides.b) }
    let (rows, columns) = (blasInteger(m, "m"), blasInteger(n, "n"))
    let (lda, ldb) = (blasInteger(strides.a, "stride"), blasInteger(strides.b, "stride"))
    a.withUnsafeBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        switch S.precision {
        case .single:
          cblas_strsm(
            CblasRowMajor, side.cblas, triangle.cblas, ta.cblas, diagonal.cblas, rows, columns,
            alpha.single, a.single, lda, b.single, ldb)
        case .double:
          cblas_dtrsm(
            CblasRowMajor, side.cblas, triangle.cblas, ta.cblas, diagonal.cblas, rows, columns,
            alpha.double, a.double, lda, b.double, ldb)
        }
      }
    }
  }

  /// C ← β C for an m × n matrix within rows of `stride`.
  private static func scaleRows<S: BLASScalar>(
    _ beta: S, rows: Int, columns: Int, _ c: consuming MutableSpan<S>, stride: Int
  ) {
    c.withUnsafeMutableBufferPointer { c in
      for row in 0..<rows {
        let part = c[row * stride..<row * stride + columns]
        scal(beta, UnsafeMutableBufferPointer(rebasing: part).mutableSpan)
      }
    }
  }
}
