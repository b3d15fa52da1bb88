/// A v = λ v for a square A: eigenvalues and right eigenvectors, real or in complex pairs.
///
/// The conjugates of a pair stand side by side, the one with the positive imaginary part first. A
/// vector has Euclidean length one. A defective A has fewer independent vectors than n.
/// - Complexity: about 25n³ operations.
public struct GeneralEigen<Scalar: BLASScalar>: Sendable, Equatable {
  /// The order n of A.
  public let order: Int
  /// Re λ, `[n]`, in LAPACK's order.
  public let realValues: [Scalar]
  /// Im λ, `[n]`; zero for a real eigenvalue.
  public let imaginaryValues: [Scalar]
  /// Re V, `[n, n]`: column j belongs to eigenvalue j.
  public let realVectors: [Scalar]
  /// Im V, `[n, n]`.
  public let imaginaryVectors: [Scalar]

  /// - Parameter a: `[order, order]`.
  /// - Throws: `.nonFinite`; `.notConverged` where the eigenvalues up to that index were not found.
  public init(factoring a: Span<Scalar>, order: Int) throws(LinearAlgebraError) {
    let input = try finiteCopy(of: a, rows: order, columns: order)
    var work = transposed(input, rows: order, columns: order)
    var real = [Scalar](repeating: 0, count: order)
    var imaginary = real
    var packed = [Scalar](repeating: 0, count: order * order)
    if order > 0 {
      let info = LAPACK.geev(
        &work, order: order, real: &real, imaginary: &imaginary, packed: &packed)
      if info > 0 { throw .notConverged(index: info - 1) }
    }
    var realVectors = transposed(packed, rows: order, columns: order)
    var imaginaryVectors = [Scalar](repeating: 0, count: order * order)
    // Of a pair λ, λ̄ LAPACK keeps v = x + iy once: x in the column of λ, y in that of λ̄.
    for j in 0..<order where imaginary[j] > 0 && j + 1 < order {
      for row in stride(from: 0, to: order * order, by: order) {
        let (x, y) = (realVectors[row + j], realVectors[row + j + 1])
        realVectors[row + j + 1] = x
        imaginaryVectors[row + j] = y
        imaginaryVectors[row + j + 1] = -y
      }
    }
    self.order = order
    realValues = real
    imaginaryValues = imaginary
    self.realVectors = realVectors
    self.imaginaryVectors = imaginaryVectors
  }

  /// Whether every eigenvalue is real.
  public var isReal: Bool { imaginaryValues.allSatisfy { $0 == 0 } }

  /// λ alone, real and imaginary parts `[order]`, in LAPACK's order: less than half the work.
  /// - Parameter a: `[order, order]`.
  /// - Throws: `.nonFinite`; `.notConverged` where the eigenvalues up to that index were not found.
  /// - Complexity: about 10n³ operations.
  public static func values(
    of a: Span<Scalar>, order: Int
  ) throws(LinearAlgebraError) -> (real: [Scalar], imaginary: [Scalar]) {
    // Aᵀ, as LAPACK sees a row-major A, has the same eigenvalues.
    var work = try finiteCopy(of: a, rows: order, columns: order)
    var real = [Scalar](repeating: 0, count: order)
    var imaginary = real
    if order > 0 {
      let info = LAPACK.geev(&work, order: order, real: &real, imaginary: &imaginary)
      if info > 0 { throw .notConverged(index: info - 1) }
    }
    return (real, imaginary)
  }
}
