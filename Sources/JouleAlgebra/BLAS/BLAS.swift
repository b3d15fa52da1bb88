internal import COpenBLAS

/// The basic linear algebra subprograms, over spans, for `Float` and `Double`.
///
/// Matrices are row-major; a *stride* is the distance in elements between the starts of two rows of
/// a matrix as it is stored (the leading dimension), or between two elements of a vector. Operands
/// are read through `Span`, so an output can never overlap an input. Every size may be zero, and
/// what the formula says then happens. A coefficient β of zero means that the old
/// content of the output is not read: NaN in it disappears. So is it with α: where it is
/// zero, the product is not formed and NaN in its factors has no effect.
///
/// A size or a stride that does not fit is a programmer's mistake and traps with both values.
///
/// Reference: Dongarra et al., "A set of level 3 basic linear algebra subprograms" (1990),
/// doi:10.1145/77626.79170.
public enum BLAS {
  /// What runs underneath, for reports: version, build options, and the processor core whose
  /// kernels were picked, as in `OpenBLAS 0.3.21 NO_AFFINITY … MAX_THREADS=64 · Haswell`.
  public static var configuration: String {
    let build = openblas_get_config().map { String(cString: $0) } ?? "OpenBLAS"
    let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown core"
    return build.split(separator: " ").joined(separator: " ") + " · " + core
  }
}

// MARK: - Checks

/// The size as BLAS takes it.
func blasInteger(_ value: Int, _ name: StaticString) -> Int32 {
  precondition(
    value >= 0 && value <= Int(Int32.max), "\(name) is \(value), outside 0 ... \(Int32.max)")
  return Int32(value)
}

/// Traps unless a stored rows × columns matrix of this stride fits in `count` elements.
func checkMatrix(_ name: StaticString, rows: Int, columns: Int, stride: Int, count: Int) {
  precondition(
    rows >= 0 && columns >= 0, "\(name) of \(rows) × \(columns): a size cannot be negative")
  precondition(stride >= columns, "\(name): stride \(stride) is less than the \(columns) columns")
  let needed = rows == 0 || columns == 0 ? 0 : (rows - 1) * stride + columns
  precondition(
    count >= needed,
    "\(name) of \(rows) × \(columns), stride \(stride), needs \(needed) elements, has \(count)")
}

/// The number of elements of a vector that takes every `stride`-th element of `count`.
func vectorLength(_ name: StaticString, count: Int, stride: Int) -> Int {
  precondition(stride > 0, "\(name): stride \(stride) is not positive")
  return stride == 1 ? count : (count + stride - 1) / stride
}

/// Traps unless the vector has exactly `length` elements.
func checkVector(_ name: StaticString, length: Int, stride: Int, count: Int) {
  let found = vectorLength(name, count: count, stride: stride)
  precondition(
    found == length, "\(name) has \(found) elements at stride \(stride), expected \(length)")
}
