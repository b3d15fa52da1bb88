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

  /// result[r, j] ← x[rows[r], j]: the same out of data that are kept as numbers.
  ///
  /// - Parameters:
  ///   - x: `[data rows, columns]`.
  ///   - rows: numbers of the rows wanted.
  ///   - result: `[rows.count, columns]`.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func copyRows<S: KernelScalar>(
    _ rows: ArraySlice<Int>, of x: Span<S>, columns: Int, into result: consuming MutableSpan<S>
  ) {
    requireCount(result.count, rows.count * columns, "result")
    for row in rows { requireRow(row, count: x.count, columns: columns) }
    let length = columns * MemoryLayout<S>.stride
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        guard let result = result.baseAddress, let x = x.baseAddress else { return }
        for (place, row) in rows.enumerated() {
          (result + place * length).copyMemory(from: x + row * length, byteCount: length)
        }
      }
    }
  }

  /// result ← x.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func copy<S: KernelScalar>(_ x: Span<S>, into result: consuming MutableSpan<S>) {
    requireCount(result.count, x.count, "result")
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { result.copyMemory(from: $0) }
    }
  }

  /// Row `target` of a matrix ← row `row` of another.
  ///
  /// - Parameters:
  ///   - x: `[any, columns]`.
  ///   - result: `[any, columns]`.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func copyRow<S: KernelScalar>(
    _ row: Int, of x: Span<S>, to target: Int, of result: consuming MutableSpan<S>, columns: Int
  ) {
    requireRow(row, count: x.count, columns: columns)
    requireRow(target, count: result.count, columns: columns)
    let length = columns * MemoryLayout<S>.stride
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        UnsafeMutableRawBufferPointer(rebasing: result[target * length..<(target + 1) * length])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: x[row * length..<(row + 1) * length]))
      }
    }
  }

  /// Row `target` of a matrix ← its row `row`.
  ///
  /// - Parameter x: `[any, columns]`, in place.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func copyRow<S: KernelScalar>(
    _ row: Int, to target: Int, within x: consuming MutableSpan<S>, columns: Int
  ) {
    requireRow(row, count: x.count, columns: columns)
    requireRow(target, count: x.count, columns: columns)
    let length = columns * MemoryLayout<S>.stride
    x.withUnsafeMutableBytes { x in
      UnsafeMutableRawBufferPointer(rebasing: x[target * length..<(target + 1) * length])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: x[row * length..<(row + 1) * length]))
    }
  }

  /// The rows that are marked ← the same rows of another matrix.
  ///
  /// - Parameters:
  ///   - marks: one a row.
  ///   - x: `[marks.count, columns]`.
  ///   - result: of the same shape.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func copyRows<S: KernelScalar>(
    where marks: [Bool], of x: Span<S>, to result: consuming MutableSpan<S>
  ) {
    let columns = marks.isEmpty ? 0 : rowCount(of: x.count, columns: marks.count)
    requireCount(result.count, x.count, "result")
    let length = columns * MemoryLayout<S>.stride
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        for row in marks.indices where marks[row] {
          let bytes = row * length..<(row + 1) * length
          UnsafeMutableRawBufferPointer(rebasing: result[bytes])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: x[bytes]))
        }
      }
    }
  }

  private func requireRow(_ row: Int, count: Int, columns: Int) {
    precondition(
      row >= 0 && columns >= 0 && (row + 1) * columns <= count,
      "row \(row) of \(columns) columns in \(count) elements")
  }
}
