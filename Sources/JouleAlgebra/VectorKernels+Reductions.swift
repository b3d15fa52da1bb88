import CVectorKernels

// Reductions over contiguous values. Sums run in Double, in sixteen lanes (element i in lane i mod 16)
// that are added in a fixed order.

extension VectorKernels {
  /// Σ x[i], in Double.
  public func sum<S: KernelScalar>(_ x: Span<S>) -> Double { reduce(JK_SUM, x) }

  /// Σ (x[i] − center)², in Double.
  public func sumOfSquares<S: KernelScalar>(_ x: Span<S>, around center: Double = 0) -> Double {
    reduce(JK_SUM_OF_SQUARES, x, center)
  }

  /// log Σ exp x[i], in Double, whatever the size of x; −∞ of no values.
  public func logSumExp<S: KernelScalar>(_ x: Span<S>) -> Double { reduce(JK_LOG_SUM_EXP, x) }

  /// The largest value; −∞ of no values, NaN when there is one.
  public func maximum<S: KernelScalar>(_ x: Span<S>) -> S { S(reduce(JK_GREATEST, x)) }

  /// The smallest value; +∞ of no values, NaN when there is one.
  public func minimum<S: KernelScalar>(_ x: Span<S>) -> S { S(reduce(JK_LEAST, x)) }

  /// The largest |x[i]|; 0 of no values, NaN when there is one.
  public func largestMagnitude<S: KernelScalar>(_ x: Span<S>) -> S {
    S(reduce(JK_LARGEST_MAGNITUDE, x))
  }

  /// The index of the first NaN or infinity, or nil.
  public func firstNonFinite<S: KernelScalar>(_ x: Span<S>) -> Int? {
    let count = x.count
    let find = functions(for: S.self).first_non_finite
    let index = x.withUnsafeBytes { x in
      x.baseAddress.map { find($0, Int64(count)) } ?? -1
    }
    return index < 0 ? nil : Int(index)
  }

  /// result[j] ← Σᵣ x[r, j], in Double, rows in order.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, columns being the length of `result`.
  ///   - result: `[columns]`.
  public func columnSums<S: KernelScalar>(
    _ x: Span<S>, into result: consuming MutableSpan<Double>
  ) {
    let columns = result.count
    let rows = rowCount(of: x.count, columns: columns)
    let run = functions(for: S.self).column_sums
    if rows == 0 {
      for column in 0..<columns { result[column] = 0 }
      return
    }
    result.withUnsafeMutableBufferPointer { result in
      x.withUnsafeBytes { x in
        guard let x = x.baseAddress, let result = result.baseAddress else { return }
        run(x, Int64(rows), Int64(columns), result)
      }
    }
  }

  private func reduce<S: KernelScalar>(
    _ function: Int, _ x: Span<S>, _ argument: Double = 0
  ) -> Double {
    let count = x.count
    let run = functions(for: S.self).reduce
    return x.withUnsafeBytes { x in
      // An empty span may have no address; nothing is read through this one.
      var nothing = 0.0
      guard let x = x.baseAddress else { return run(Int32(function), &nothing, 0, argument) }
      return run(Int32(function), x, Int64(count), argument)
    }
  }
}
