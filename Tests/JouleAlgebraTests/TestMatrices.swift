import JouleAlgebra

/// Numbers for tests: the same on every run, in [−1, 1), exact in Float.
struct TestNumbers {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 44) / Double(1 << 19) - 1
  }

  mutating func array<S: BLASScalar>(_ count: Int, of type: S.Type = S.self) -> [S] {
    (0..<count).map { _ in S(next()) }
  }
}

/// A row-major matrix in storage with room between the rows, as it is passed and as it is meant.
struct Padded<S: BLASScalar> {
  let rows: Int
  let columns: Int
  let stride: Int
  var storage: [S]

  /// What stands in the room between rows, and must stay.
  static var filling: S { 12345 }

  init(rows: Int, columns: Int, padding: Int, numbers: inout TestNumbers) {
    self.rows = rows
    self.columns = columns
    stride = columns + padding
    storage = [S](repeating: Self.filling, count: rows * stride)
    for row in 0..<rows {
      for column in 0..<columns { storage[row * stride + column] = S(numbers.next()) }
    }
  }

  subscript(row: Int, column: Int) -> Double { Double(storage[row * stride + column]) }

  func at(_ transpose: Transpose, _ row: Int, _ column: Int) -> Double {
    transpose == .none ? self[row, column] : self[column, row]
  }

  /// The symmetric matrix of which this is one triangle.
  func symmetric(_ triangle: Triangle, _ row: Int, _ column: Int) -> Double {
    (triangle == .lower) == (row >= column) ? self[row, column] : self[column, row]
  }

  /// The triangular matrix op(A) that a routine sees.
  func triangular(
    _ triangle: Triangle, _ transpose: Transpose, _ diagonal: Diagonal, _ row: Int, _ column: Int
  ) -> Double {
    let (i, j) = transpose == .none ? (row, column) : (column, row)
    if i == j { return diagonal == .unit ? 1 : self[i, j] }
    return (triangle == .lower) == (i > j) ? self[i, j] : 0
  }

  var paddingIsUntouched: Bool {
    storage.indices.allSatisfy { $0 % max(stride, 1) < columns || storage[$0] == Self.filling }
  }

  mutating func fill(with value: S) {
    for row in 0..<rows {
      for column in 0..<columns { storage[row * stride + column] = value }
    }
  }

  /// Adds to the diagonal, so that a triangular solve is well conditioned.
  mutating func strengthenDiagonal(by value: S) {
    for i in 0..<min(rows, columns) { storage[i * stride + i] += value }
  }
}

/// The bound on the error of a sum of `terms` products whose magnitudes sum to `magnitude`:
/// Higham, "Accuracy and Stability of Numerical Algorithms", eq. (3.5), with the unit roundoff
/// ε/2 doubled because the reference in Double is a computed sum as well.
func roundingBound<S: BLASScalar>(_ type: S.Type, terms: Int, magnitude: Double) -> Double {
  Double(terms + 4) * Double(S.ulpOfOne) * magnitude
}

/// The plain product of dense row-major matrices, in Double.
func naiveProduct<S: BLASScalar>(
  _ a: [S], _ b: [S], rows m: Int, columns n: Int, depth k: Int
) -> [Double] {
  var c = [Double](repeating: 0, count: m * n)
  for i in 0..<m {
    for l in 0..<k {
      for j in 0..<n { c[i * n + j] += Double(a[i * k + l]) * Double(b[l * n + j]) }
    }
  }
  return c
}

func naiveTranspose<S>(_ a: [S], rows: Int, columns: Int) -> [S] {
  (0..<columns).flatMap { j in (0..<rows).map { i in a[i * columns + j] } }
}

func frobeniusNorm<S: BLASScalar>(_ a: [S]) -> Double {
  a.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}

func distance<S: BLASScalar, T: BLASScalar>(_ a: [S], _ b: [T]) -> Double {
  precondition(a.count == b.count, "\(a.count) against \(b.count)")
  return zip(a, b).reduce(0) {
    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
  }.squareRoot()
}

func identityMatrix(_ order: Int) -> [Double] {
  (0..<order * order).map { $0 / order == $0 % order ? 1 : 0 }
}
