internal import COpenBLAS

/// A copy of the matrix for LAPACK to overwrite.
/// - Throws: `LinearAlgebraError.nonFinite`. LAPACK does not promise to end on NaN.
func finiteCopy<S: BLASScalar>(
  of a: Span<S>, rows: Int, columns: Int
) throws(LinearAlgebraError) -> [S] {
  checkDense("A", rows: rows, columns: columns, count: a.count)
  for row in 0..<rows {
    if let column = firstNonFinite(a, in: row * columns..<(row + 1) * columns) {
      throw .nonFinite(row: row, column: column)
    }
  }
  return copy(a)
}

/// The same for a symmetric matrix of which only the lower triangle is looked at.
func finiteLowerCopy<S: BLASScalar>(of a: Span<S>, order: Int) throws(LinearAlgebraError) -> [S] {
  checkDense("A", rows: order, columns: order, count: a.count)
  for row in 0..<order {
    if let column = firstNonFinite(a, in: row * order..<row * order + row + 1) {
      throw .nonFinite(row: row, column: column)
    }
  }
  var result = copy(a)
  // LAPACKE looks for NaN in the whole of some matrices; the other half may hold anything.
  clearAboveDiagonal(&result, order: order)
  return result
}

/// The transpose, `[columns, rows]`: from row-major to column-major and back.
func transposed<S: BLASScalar>(_ a: [S], rows: Int, columns: Int) -> [S] {
  if rows == 0 || columns == 0 { return [] }
  let (r, c) = (Int(blasInteger(rows, "rows")), Int(blasInteger(columns, "columns")))
  return [S](unsafeUninitializedCapacity: a.count) { result, count in
    a.withUnsafeBufferPointer { a in
      switch S.precision {
      case .single:
        cblas_somatcopy(
          CblasRowMajor, CblasTrans, Int32(r), Int32(c), 1, a.single, Int32(c), result.single,
          Int32(r))
      case .double:
        cblas_domatcopy(
          CblasRowMajor, CblasTrans, Int32(r), Int32(c), 1, a.double, Int32(c), result.double,
          Int32(r))
      }
    }
    count = a.count
  }
}

func identity<S: BLASScalar>(_ order: Int) -> [S] {
  var result = [S](repeating: 0, count: order * order)
  for i in 0..<order { result[i * order + i] = 1 }
  return result
}

@specialized(where S == Float)
@specialized(where S == Double)
private func clearAboveDiagonal<S: BLASScalar>(_ a: inout [S], order: Int) {
  for row in 0..<order {
    for i in row * order + row + 1..<(row + 1) * order { a[i] = 0 }
  }
}

func checkDense(_ name: StaticString, rows: Int, columns: Int, count: Int) {
  checkMatrix(name, rows: rows, columns: columns, stride: columns, count: count)
  precondition(
    count == rows * columns,
    "\(name) of \(rows) × \(columns) has \(rows * columns) elements, found \(count)")
}

private func copy<S: BLASScalar>(_ a: Span<S>) -> [S] {
  a.withUnsafeBufferPointer { Array($0) }
}

/// The position within `range` of the first NaN or infinity.
@specialized(where S == Float)
@specialized(where S == Double)
private func firstNonFinite<S: BLASScalar>(_ a: Span<S>, in range: Range<Int>) -> Int? {
  for i in range where !a[i].isFinite { return i - range.lowerBound }
  return nil
}
