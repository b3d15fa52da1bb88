internal import CVectorKernels

extension VectorKernels {
  /// Sums of softplus over all pairs of rows, in Double.
  ///
  ///     result[r, c] ← Σᵢ log(1 + exp(x[r, i] + y[c, i]))
  ///
  /// Exponentials are taken of x and y, not of pairs, and one logarithm a pair: a sum over states of many
  /// bits, whose input is that of the high bits plus that of the low ones, costs three operations an
  /// element. NaN or infinity in x or y gives NaN in its row or column.
  ///
  /// - Parameters:
  ///   - x: `[rows, depth]`, of any size.
  ///   - y: `[columns, depth]`. Quick where |y| stays below 692; elements of a larger one, in all rows,
  ///     take a softplus each.
  ///   - result: `[rows, columns]`.
  /// - Complexity: rows·columns·depth additions and twice as many multiplications. Room for
  ///   (columns + 18)·depth numbers is allocated.
  ///
  /// Accuracy: at most 5·2⁻⁵² a factor, absolute, beside the roundings of sums of |x| and |y|.
  public func softplusPairSums(
    _ x: Span<Double>, _ y: Span<Double>, rows: Int, columns: Int, depth: Int,
    into result: consuming MutableSpan<Double>
  ) {
    requireCount(x.count, rows * depth, "x")
    requireCount(y.count, columns * depth, "y")
    requireCount(result.count, rows * columns, "result")
    let table = functions(for: Double.self)
    let bytes = Int(table.pair_room(Int64(columns), Int64(depth)))
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { room in
      // Spans of no elements may have no address; nothing is read through this one then.
      let nothing = room.assumingMemoryBound(to: Double.self)
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          result.withUnsafeMutableBufferPointer { result in
            guard let result = result.baseAddress, let room = room.baseAddress,
              let x = x.baseAddress ?? UnsafePointer(nothing.baseAddress),
              let y = y.baseAddress ?? UnsafePointer(nothing.baseAddress)
            else { return }
            table.softplus_pair_sums(
              x, Int64(rows), y, Int64(columns), Int64(depth), result, room)
          }
        }
      }
    }
  }
}
