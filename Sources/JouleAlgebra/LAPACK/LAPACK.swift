internal import COpenBLAS

/// The LAPACK routines behind the factorizations, for both scalar types.
///
/// All take column-major matrices, dense unless a leading dimension is given; a row-major A passed as
/// it lies in memory is Aᵀ to them. What they return is LAPACK's `info` where it is positive, or zero.
///
/// Reference: Anderson et al., "LAPACK Users' Guide", 3rd ed. (1999), doi:10.1137/1.9780898719604.
enum LAPACK {
  /// UᵀU of the upper triangle: the lower triangle of a row-major matrix.
  static func potrf<S: BLASScalar>(_ a: inout [S], order: Int) -> Int {
    let (layout, n, lda) = (LAPACK_COL_MAJOR, blasInteger(order, "order"), leading(order))
    return a.withUnsafeMutableBufferPointer { a in
      switch S.precision {
      case .single: check(LAPACKE_spotrf(layout, upper, n, a.single, lda), "potrf")
      case .double: check(LAPACKE_dpotrf(layout, upper, n, a.double, lda), "potrf")
      }
    }
  }

  /// (UᵀU)⁻¹ from ``potrf(_:order:)``, in the same triangle.
  static func potri<S: BLASScalar>(_ a: inout [S], order: Int) -> Int {
    let (layout, n, lda) = (LAPACK_COL_MAJOR, blasInteger(order, "order"), leading(order))
    return a.withUnsafeMutableBufferPointer { a in
      switch S.precision {
      case .single: check(LAPACKE_spotri(layout, upper, n, a.single, lda), "potri")
      case .double: check(LAPACKE_dpotri(layout, upper, n, a.double, lda), "potri")
      }
    }
  }

  /// PA = LU with row exchanges; `pivots` (from one) receives the row that each was swapped with.
  static func getrf<S: BLASScalar>(_ a: inout [S], order: Int, pivots: inout [Int32]) -> Int {
    let (layout, n, lda) = (LAPACK_COL_MAJOR, blasInteger(order, "order"), leading(order))
    return a.withUnsafeMutableBufferPointer { a in
      switch S.precision {
      case .single: check(LAPACKE_sgetrf(layout, n, n, a.single, lda, &pivots), "getrf")
      case .double: check(LAPACKE_dgetrf(layout, n, n, a.double, lda, &pivots), "getrf")
      }
    }
  }

  /// A = LQ: L in the lower trapezoid, Q as reflectors above it and in `tau`.
  static func gelqf<S: BLASScalar>(_ a: inout [S], rows: Int, columns: Int, tau: inout [S]) {
    let (m, n) = (blasInteger(rows, "rows"), blasInteger(columns, "columns"))
    let (layout, lda) = (LAPACK_COL_MAJOR, leading(rows))
    a.withUnsafeMutableBufferPointer { a in
      tau.withUnsafeMutableBufferPointer { tau in
        switch S.precision {
        case .single:
          _ = check(LAPACKE_sgelqf(layout, m, n, a.single, lda, tau.single), "gelqf")
        case .double:
          _ = check(LAPACKE_dgelqf(layout, m, n, a.double, lda, tau.double), "gelqf")
        }
      }
    }
  }

  /// The first `rows` rows of Q from ``gelqf(_:rows:columns:tau:)``, in place.
  static func orglq<S: BLASScalar>(
    _ a: inout [S], rows: Int, columns: Int, leadingDimension: Int, tau: inout [S]
  ) {
    let (m, n) = (blasInteger(rows, "rows"), blasInteger(columns, "columns"))
    let (layout, lda) = (LAPACK_COL_MAJOR, leading(leadingDimension))
    a.withUnsafeMutableBufferPointer { a in
      tau.withUnsafeMutableBufferPointer { tau in
        switch S.precision {
        case .single:
          _ = check(LAPACKE_sorglq(layout, m, n, m, a.single, lda, tau.single), "orglq")
        case .double:
          _ = check(LAPACKE_dorglq(layout, m, n, m, a.double, lda, tau.double), "orglq")
        }
      }
    }
  }

  /// Eigenvalues, ascending, of the upper triangle (the lower one of a row-major matrix); `a` becomes
  /// the eigenvectors, in columns, or is destroyed if they are not wanted.
  static func syevd<S: BLASScalar>(
    _ a: inout [S], order: Int, values: inout [S], wantsVectors: Bool = true
  ) -> Int {
    let (layout, n, lda) = (LAPACK_COL_MAJOR, blasInteger(order, "order"), leading(order))
    let job = wantsVectors ? vectors : none
    return a.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { w in
        switch S.precision {
        case .single:
          check(LAPACKE_ssyevd(layout, job, upper, n, a.single, lda, w.single), "syevd")
        case .double:
          check(LAPACKE_dsyevd(layout, job, upper, n, a.double, lda, w.double), "syevd")
        }
      }
    }
  }

  /// Eigenvalues and right eigenvectors, a complex pair as two columns (real, imaginary part).
  static func geev<S: BLASScalar>(
    _ a: inout [S], order: Int, real: inout [S], imaginary: inout [S], packed: inout [S]
  ) -> Int {
    let (layout, n, lda) = (LAPACK_COL_MAJOR, blasInteger(order, "order"), leading(order))
    return a.withUnsafeMutableBufferPointer { a in
      real.withUnsafeMutableBufferPointer { re in
        imaginary.withUnsafeMutableBufferPointer { im in
          packed.withUnsafeMutableBufferPointer { v in
            switch S.precision {
            case .single:
              check(
                LAPACKE_sgeev(
                  layout, none, vectors, n, a.single, lda, re.single, im.single, nil, 1, v.single,
                  lda), "geev")
            case .double:
              check(
                LAPACKE_dgeev(
                  layout, none, vectors, n, a.double, lda, re.double, im.double, nil, 1, v.double,
                  lda), "geev")
            }
          }
        }
      }
    }
  }

  /// Eigenvalues alone; destroys `a`.
  static func geev<S: BLASScalar>(
    _ a: inout [S], order: Int, real: inout [S], imaginary: inout [S]
  ) -> Int {
    let (layout, n, lda) = (LAPACK_COL_MAJOR, blasInteger(order, "order"), leading(order))
    return a.withUnsafeMutableBufferPointer { a in
      real.withUnsafeMutableBufferPointer { re in
        imaginary.withUnsafeMutableBufferPointer { im in
          switch S.precision {
          case .single:
            check(
              LAPACKE_sgeev(
                layout, none, none, n, a.single, lda, re.single, im.single, nil, 1, nil, 1), "geev")
          case .double:
            check(
              LAPACKE_dgeev(
                layout, none, none, n, a.double, lda, re.double, im.double, nil, 1, nil, 1), "geev")
          }
        }
      }
    }
  }

  /// The thin singular value decomposition; destroys `a`.
  static func gesdd<S: BLASScalar>(
    _ a: inout [S], rows: Int, columns: Int, values: inout [S], u: inout [S], vT: inout [S]
  ) -> Int {
    let (m, n) = (blasInteger(rows, "rows"), blasInteger(columns, "columns"))
    let (lda, ldv) = (leading(rows), leading(min(rows, columns)))
    return a.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { s in
        u.withUnsafeMutableBufferPointer { u in
          vT.withUnsafeMutableBufferPointer { v in
            switch S.precision {
            case .single:
              check(
                LAPACKE_sgesdd(
                  LAPACK_COL_MAJOR, thin, m, n, a.single, lda, s.single, u.single, lda, v.single,
                  ldv), "gesdd")
            case .double:
              check(
                LAPACKE_dgesdd(
                  LAPACK_COL_MAJOR, thin, m, n, a.double, lda, s.double, u.double, lda, v.double,
                  ldv), "gesdd")
            }
          }
        }
      }
    }
  }

  private static let upper = CChar(UInt8(ascii: "U"))
  private static let vectors = CChar(UInt8(ascii: "V"))
  private static let none = CChar(UInt8(ascii: "N"))
  private static let thin = CChar(UInt8(ascii: "S"))

  /// LAPACK wants a leading dimension of at least one, even for nothing.
  private static func leading(_ count: Int) -> Int32 {
    max(1, blasInteger(count, "leading dimension"))
  }

  private static func check(_ info: Int32, _ routine: StaticString) -> Int {
    precondition(
      info != LAPACK_WORK_MEMORY_ERROR && info != LAPACK_TRANSPOSE_MEMORY_ERROR,
      "\(routine): no memory for the work space")
    precondition(info >= 0, "\(routine) does not accept its argument \(-info)")
    return Int(info)
  }
}
