import CVectorKernels

/// A function of one value, for `VectorKernels.apply`.
///
/// Errors are in units in the last place of the result, for `Float` and for `Double`, over the whole
/// range, subnormal numbers included. Infinities map to their limits; NaN, and arguments outside the
/// domain, give NaN.
public enum UnaryFunction: Int32, Sendable, CaseIterable {
  /// eˣ: 2 ulps.
  case exp
  /// eˣ − 1: 3 ulps.
  case expm1
  /// log x, natural: 1 ulp.
  case log
  /// log(1 + x): 2 ulps.
  case log1p
  /// tanh x: 4 ulps.
  case tanh
  /// σ(x) = 1 / (1 + e⁻ˣ): 3 ulps.
  case logistic
  /// log(1 + eˣ): 3 ulps.
  case softplus
  /// √x, correctly rounded.
  case sqrt
  /// x².
  case square
  /// |x|.
  case abs
  /// 1 / x, correctly rounded.
  case reciprocal
  /// −x.
  case negate
  /// −1, 0 or 1.
  case sign
  /// x σ(x): 4 ulps, and where σ(x) is subnormal 3 |x| times the least number there is.
  case swish
  /// The derivative of x σ(x), σ(x) (1 + x (1 − σ(x))): 4 ulps of the larger of its two terms.
  case swishSlope
  /// GELU in its tangent form, x σ(w) with w = √(8/π) (x + 0.044715 x³): to 5 |x| ε, where ε is the ulp of 1.
  case gelu
  /// The derivative of `gelu`, σ(w) + x σ(w) (1 − σ(w)) w′: to 8 ε.
  case geluSlope
}

/// A function of two values x and y, for `VectorKernels.combine`.
public enum BinaryFunction: Int32, Sendable, CaseIterable {
  /// x + y.
  case add
  /// x − y.
  case subtract
  /// y − x.
  case subtractFrom
  /// x · y.
  case multiply
  /// x / y.
  case divide
  /// y / x.
  case divideInto
  /// The smaller; NaN when either is NaN.
  case minimum
  /// The larger; NaN when either is NaN.
  case maximum
}

extension VectorKernels {
  /// result[i] ← f(x[i]).
  public func apply<S: KernelScalar>(
    _ function: UnaryFunction, _ x: Span<S>, into result: consuming MutableSpan<S>
  ) {
    let count = x.count
    requireCount(result.count, count, "result")
    let run = functions(for: S.self).unary
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        guard let result = result.baseAddress, let x = x.baseAddress else { return }
        run(function.rawValue, x, result, Int64(count))
      }
    }
  }

  /// result[i] ← f(x[i]) and slope[i] ← f′(x[i]), the bits that the two functions have by themselves.
  ///
  /// - Precondition: f is ``UnaryFunction/swish`` or ``UnaryFunction/gelu``, whose derivatives share an
  ///   exponential with them.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func apply<S: KernelScalar>(
    _ function: UnaryFunction, _ x: Span<S>, into result: consuming MutableSpan<S>,
    slope: consuming MutableSpan<S>
  ) {
    precondition(
      function == .swish || function == .gelu, "\(function) has no kernel with its slope")
    let count = x.count
    requireCount(result.count, count, "result")
    requireCount(slope.count, count, "slope")
    let run = functions(for: S.self).unary_sloped
    result.withUnsafeMutableBytes { result in
      slope.withUnsafeMutableBytes { slope in
        x.withUnsafeBytes { x in
          guard let result = result.baseAddress, let slope = slope.baseAddress,
            let x = x.baseAddress
          else { return }
          run(function.rawValue, x, result, slope, Int64(count))
        }
      }
    }
  }

  /// x[i] ← f(x[i]).
  public func apply<S: KernelScalar>(_ function: UnaryFunction, to x: consuming MutableSpan<S>) {
    let count = x.count
    let run = functions(for: S.self).unary
    x.withUnsafeMutableBytes { x in
      guard let x = x.baseAddress else { return }
      run(function.rawValue, x, x, Int64(count))
    }
  }

  /// f(x) of one Double.
  public func apply(_ function: UnaryFunction, to x: Double) -> Double {
    var x = x
    var result = 0.0
    functions(for: Double.self).unary(function.rawValue, &x, &result, 1)
    return result
  }

  /// result[i] ← f(x[i], y[i]).
  public func combine<S: KernelScalar>(
    _ function: BinaryFunction, _ x: Span<S>, _ y: Span<S>,
    into result: consuming MutableSpan<S>
  ) {
    let count = x.count
    requireCount(y.count, count, "y")
    requireCount(result.count, count, "result")
    let run = functions(for: S.self).binary
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        y.withUnsafeBytes { y in
          guard let result = result.baseAddress, let x = x.baseAddress, let y = y.baseAddress
          else { return }
          run(function.rawValue, x, y, result, Int64(count))
        }
      }
    }
  }

  /// x[i] ← f(x[i], y[i]).
  public func combine<S: KernelScalar>(
    _ function: BinaryFunction, inPlace x: consuming MutableSpan<S>, _ y: Span<S>
  ) {
    let count = x.count
    requireCount(y.count, count, "y")
    let run = functions(for: S.self).binary
    x.withUnsafeMutableBytes { x in
      y.withUnsafeBytes { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        run(function.rawValue, x, y, x, Int64(count))
      }
    }
  }

  /// result[i] ← f(x[i], y) with one y.
  public func combine<S: KernelScalar>(
    _ function: BinaryFunction, _ x: Span<S>, scalar y: S, into result: consuming MutableSpan<S>
  ) {
    let count = x.count
    requireCount(result.count, count, "result")
    let run = functions(for: S.self).binary_scalar
    let y = y.exactDouble
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        guard let result = result.baseAddress, let x = x.baseAddress else { return }
        run(function.rawValue, x, y, result, Int64(count))
      }
    }
  }

  /// x[i] ← f(x[i], y) with one y.
  public func combine<S: KernelScalar>(
    _ function: BinaryFunction, inPlace x: consuming MutableSpan<S>, scalar y: S
  ) {
    let count = x.count
    let run = functions(for: S.self).binary_scalar
    let y = y.exactDouble
    x.withUnsafeMutableBytes { x in
      guard let x = x.baseAddress else { return }
      run(function.rawValue, x, y, x, Int64(count))
    }
  }

  /// x[r, j] ← f(x[r, j], row[j]).
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, in place.
  ///   - row: `[columns]`.
  public func combineRows<S: KernelScalar>(
    _ function: BinaryFunction, inPlace x: consuming MutableSpan<S>, row: Span<S>
  ) {
    let columns = row.count
    let rows = rowCount(of: x.count, columns: columns)
    let run = functions(for: S.self).binary_rows
    x.withUnsafeMutableBytes { x in
      row.withUnsafeBytes { row in
        guard let x = x.baseAddress, let row = row.baseAddress else { return }
        run(function.rawValue, x, row, x, Int64(rows), Int64(columns))
      }
    }
  }

  /// x[r, j] ← f(x[r, j], column[r]).
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, in place.
  ///   - column: `[rows]`.
  public func combineColumns<S: KernelScalar>(
    _ function: BinaryFunction, inPlace x: consuming MutableSpan<S>, column: Span<S>
  ) {
    let rows = column.count
    let columns = rowCount(of: x.count, columns: rows)
    let run = functions(for: S.self).binary_columns
    x.withUnsafeMutableBytes { x in
      column.withUnsafeBytes { column in
        guard let x = x.baseAddress, let column = column.baseAddress else { return }
        run(function.rawValue, x, column, x, Int64(rows), Int64(columns))
      }
    }
  }
}
