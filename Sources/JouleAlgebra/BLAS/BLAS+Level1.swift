internal import COpenBLAS

extension BLAS {
  /// Σᵢ xᵢ yᵢ, summed in the scalar type.
  /// - Precondition: x and y have the same number of elements at their strides.
  public static func dot<S: BLASScalar>(
    _ x: Span<S>, xStride: Int = 1, _ y: Span<S>, yStride: Int = 1
  ) -> S {
    let length = vectorLength("x", count: x.count, stride: xStride)
    checkVector("y", length: length, stride: yStride, count: y.count)
    let (n, incX) = (blasInteger(length, "n"), blasInteger(xStride, "stride"))
    let incY = blasInteger(yStride, "stride")
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        switch S.precision {
        case .single: S(cblas_sdot(n, x.single, incX, y.single, incY))
        case .double: S(cblas_ddot(n, x.double, incX, y.double, incY))
        }
      }
    }
  }

  /// y ← α x + y
  /// - Precondition: x and y have the same number of elements at their strides.
  public static func axpy<S: BLASScalar>(
    _ alpha: S, _ x: Span<S>, xStride: Int = 1, into y: consuming MutableSpan<S>, yStride: Int = 1
  ) {
    let length = vectorLength("x", count: x.count, stride: xStride)
    checkVector("y", length: length, stride: yStride, count: y.count)
    if alpha == 0 { return }
    let (n, incX) = (blasInteger(length, "n"), blasInteger(xStride, "stride"))
    let incY = blasInteger(yStride, "stride")
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        switch S.precision {
        case .single: cblas_saxpy(n, alpha.single, x.single, incX, y.single, incY)
        case .double: cblas_daxpy(n, alpha.double, x.double, incX, y.double, incY)
        }
      }
    }
  }

  /// x ← α x; α = 0 writes zeros, over NaN too.
  public static func scal<S: BLASScalar>(
    _ alpha: S, _ x: consuming MutableSpan<S>, stride: Int = 1
  ) {
    let n = blasInteger(vectorLength("x", count: x.count, stride: stride), "n")
    let increment = blasInteger(stride, "stride")
    if alpha == 1 { return }
    x.withUnsafeMutableBufferPointer { x in
      // Versions of OpenBLAS differ in what 0 · NaN leaves behind; zeros are written here instead.
      if alpha == 0 { return clear(x, stride: stride) }
      switch S.precision {
      case .single: cblas_sscal(n, alpha.single, x.single, increment)
      case .double: cblas_dscal(n, alpha.double, x.double, increment)
      }
    }
  }

  /// The Euclidean norm √Σ xᵢ², without overflow or underflow on the way.
  public static func nrm2<S: BLASScalar>(_ x: Span<S>, stride: Int = 1) -> S {
    let n = blasInteger(vectorLength("x", count: x.count, stride: stride), "n")
    let increment = blasInteger(stride, "stride")
    return x.withUnsafeBufferPointer { x in
      switch S.precision {
      case .single: S(cblas_snrm2(n, x.single, increment))
      case .double: S(cblas_dnrm2(n, x.double, increment))
      }
    }
  }

  /// Σ |xᵢ|
  public static func asum<S: BLASScalar>(_ x: Span<S>, stride: Int = 1) -> S {
    let n = blasInteger(vectorLength("x", count: x.count, stride: stride), "n")
    let increment = blasInteger(stride, "stride")
    return x.withUnsafeBufferPointer { x in
      switch S.precision {
      case .single: S(cblas_sasum(n, x.single, increment))
      case .double: S(cblas_dasum(n, x.double, increment))
      }
    }
  }

  /// The first index (counted in elements of the vector, not in memory) of the largest |xᵢ|; nil for
  /// an empty vector. Where x holds NaN, any index of it may be returned.
  public static func iamax<S: BLASScalar>(_ x: Span<S>, stride: Int = 1) -> Int? {
    let n = blasInteger(vectorLength("x", count: x.count, stride: stride), "n")
    let increment = blasInteger(stride, "stride")
    if n == 0 { return nil }
    let index = x.withUnsafeBufferPointer { x in
      switch S.precision {
      case .single: Int(cblas_isamax(n, x.single, increment))
      case .double: Int(cblas_idamax(n, x.double, increment))
      }
    }
    return min(index, Int(n) - 1)
  }

  static func clear<S: BLASScalar>(_ x: UnsafeMutableBufferPointer<S>, stride: Int) {
    if stride == 1 { return x.update(repeating: 0) }
    for i in Swift.stride(from: 0, to: x.count, by: stride) { x[i] = 0 }
  }
}
