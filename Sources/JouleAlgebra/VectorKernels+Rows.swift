import CVectorKernels

extension VectorKernels {
  /// result[r, j] ← table[bytes[rows[r], j]]: a batch out of data that are kept as bytes.
  ///
  /// - Parameters:
  ///   - bytes: `[data rows, columns]`.
  ///   - rows: numbers of the rows wanted.
  ///   - table: what each of the 256 bytes stands for.
  ///   - result: `[rows.count, columns]`.
  public func lookUpRows<S: KernelScalar>(
    of bytes: [UInt8], columns: Int, at rows: ArraySlice<Int>, table: [S],
    into result: consuming MutableSpan<S>
  ) {
    let available = rowCount(of: bytes.count, columns: columns)
    requireCount(table.count, 256, "table")
    requireCount(result.count, rows.count * columns, "result")
    for row in rows {
      precondition(row >= 0 && row < available, "row \(row) of \(available) rows")
    }
    let run = functions(for: S.self).look_up
    result.withUnsafeMutableBytes { result in
      bytes.withUnsafeBufferPointer { bytes in
        rows.withUnsafeBytes { rows in
          table.withUnsafeBytes { table in
            guard let result = result.baseAddress, let bytes = bytes.baseAddress,
              let table = table.baseAddress, let first = rows.baseAddress
            else { return }
            let count = rows.count / MemoryLayout<Int>.stride
            run(
              bytes, Int64(columns), first.assumingMemoryBound(to: Int64.self), Int64(count),
              table, result)
          }
        }
      }
    }
  }
}
