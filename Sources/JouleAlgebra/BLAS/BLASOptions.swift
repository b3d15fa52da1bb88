internal import COpenBLAS

/// Whether a product takes a matrix as it is stored or its transpose.
public enum Transpose: Sendable, Hashable {
  /// op(A) = A
  case none
  /// op(A) = Aᵀ
  case transposed
}

/// The half of a square matrix that a routine reads or writes; it never touches the other half.
public enum Triangle: Sendable, Hashable {
  /// The entries (i, j) with j ≤ i.
  case lower
  /// The entries (i, j) with j ≥ i.
  case upper
}

/// The side of a product that the special (symmetric or triangular) matrix stands on.
public enum Side: Sendable, Hashable {
  case left
  case right
}

/// What stands on the diagonal of a triangular matrix.
public enum Diagonal: Sendable, Hashable {
  /// The stored values.
  case stored
  /// Ones; the stored values are not read.
  case unit
}

extension Transpose {
  var cblas: CBLAS_TRANSPOSE { self == .none ? CblasNoTrans : CblasTrans }
}

extension Triangle {
  var cblas: CBLAS_UPLO { self == .lower ? CblasLower : CblasUpper }
}

extension Side {
  var cblas: CBLAS_SIDE { self == .left ? CblasLeft : CblasRight }
}

extension Diagonal {
  var cblas: CBLAS_DIAG { self == .stored ? CblasNonUnit : CblasUnit }
}
