import CVectorKernels

/// A distribution of random fills, for `VectorKernels.fill`.
///
/// Each number is a monotone function of its own bits, b of them out of n = 32 (`Float`) or 64
/// (`Double`): u = (b + ½) / 2ⁿ.
public enum FillDistribution: Int32, Sendable, CaseIterable {
  /// [0, 1), on a grid of 2⁻²⁴ (`Float`) or 2⁻⁵³ (`Double`).
  case uniform
  /// Φ⁻¹(u), the standard normal; |z| < 6.4 (`Float`), < 9.3 (`Double`). Relative error 10⁻⁶ (`Float`),
  /// 10⁻¹⁵ (`Double`).
  case normal
  /// −log(1 − u), mean 1.
  case exponential
}

extension VectorKernels {
  /// Fills a matrix with random numbers.
  ///
  /// - Parameters:
  ///   - result: `[rows, columns]`.
  ///   - address: element j of row r takes word j of its row (`Float`), or words 2j and 2j + 1, the low
  ///     half first (`Double`).
  public func fill<S: KernelScalar>(
    _ distribution: FillDistribution, _ result: consuming MutableSpan<S>, columns: Int,
    _ address: RandomAddress
  ) {
    let rows = rowCount(of: result.count, columns: columns)
    var address = address.forRows(rows)
    let run = functions(for: S.self).fill
    result.withUnsafeMutableBytes { result in
      guard let result = result.baseAddress else { return }
      run(distribution.rawValue, result, Int64(rows), Int64(columns), &address)
    }
  }

  /// Fills a matrix with raw words.
  ///
  /// - Parameters:
  ///   - result: `[rows, columns]`.
  ///   - address: element j of row r is word j of its row.
  public func fillWords(
    _ result: consuming MutableSpan<UInt32>, columns: Int, _ address: RandomAddress
  ) {
    let rows = rowCount(of: result.count, columns: columns)
    var address = address.forRows(rows)
    let run = functions(for: Float.self).fill_words
    result.withUnsafeMutableBufferPointer { result in
      guard let result = result.baseAddress else { return }
      run(result, Int64(rows), Int64(columns), &address)
    }
  }

  /// The number that `fill` makes of these bits: the low 32 for `Float`, all 64 for `Double`.
  public func number<S: KernelScalar>(
    _ distribution: FillDistribution, ofBits bits: UInt64, as type: S.Type = S.self
  ) -> S {
    S(functions(for: S.self).of_bits(distribution.rawValue, bits))
  }
}
