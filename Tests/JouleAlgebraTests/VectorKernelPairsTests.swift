import Foundation
import JouleAlgebra
import Testing

/// Sums of softplus over pairs, against the formula in 80-bit arithmetic.
@Suite struct VectorKernelPairsTests {
  static let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)

  /// Numbers that spread evenly over [−size, size], others for every seed.
  static func values(_ count: Int, size: Double, seed: Int) -> [Double] {
    (0..<count).map { Double((($0 + 31 * seed) &* 7919 &+ seed) % 20011 - 10005) / 10005 * size }
  }

  /// Checks every pair. A factor is in error by at most 5 ulps of 1 (two exponentials of 2 ulps, three
  /// roundings); sums and the moved exponents are rounded relative to the magnitudes added.
  private func check(
    _ x: [Double], _ y: [Double], rows: Int, columns: Int, depth: Int,
    _ kernels: VectorKernels = .best
  ) {
    var result = [Double](repeating: .nan, count: rows * columns)
    kernels.softplusPairSums(
      x.span, y.span, rows: rows, columns: columns, depth: depth, into: result.mutableSpan)
    for r in 0..<rows {
      for c in 0..<columns {
        var exact: Float80 = 0
        var magnitude: Float80 = 0
        for i in 0..<depth {
          let (a, b) = (Float80(x[r * depth + i]), Float80(y[c * depth + i]))
          exact += max(a + b, 0) + log1p(exp(-abs(a + b)))
          magnitude += abs(a) + abs(b) + 1
        }
        let bound = 5 * Float80(depth) * 0x1p-52 + Float80(depth + 4) * 0x1p-53 * magnitude
        let error = abs(Float80(result[r * columns + c]) - exact)
        #expect(error <= bound, "(\(r), \(c)) of \(rows) × \(columns) × \(depth): \(error)")
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 7), (4, 8, 8), (9, 17, 33), (2, 3, 1000), (5, 9, 0)])
  func everyShapeIsTheFormula(rows: Int, columns: Int, depth: Int) {
    for kernels in Self.levels {
      check(
        Self.values(rows * depth, size: 4, seed: 1), Self.values(columns * depth, size: 3, seed: 2),
        rows: rows, columns: columns, depth: depth, kernels)
    }
  }

  /// From products that stay near 1 to such as leave the range of Double within two factors, and on to
  /// elements whose single factor would.
  @Test(arguments: [1e-300, 1e-9, 1, 30, 340, 346, 680, 692, 700, 1e4, 1e300])
  func extremesAreTheFormula(size: Double) {
    for other in [0, 1e-9, 5, 745, 1e4, 1e300] {
      check(
        Self.values(3 * 50, size: other, seed: 3), Self.values(9 * 50, size: size, seed: 4),
        rows: 3, columns: 9, depth: 50)
    }
  }

  @Test func largeAndSmallElementsMix() {
    var y = Self.values(10 * 60, size: 2, seed: 5)
    for index in stride(from: 7, to: y.count, by: 41) { y[index] *= 1000 }
    check(
      Self.values(5 * 60, size: 900, seed: 6), y, rows: 5, columns: 10, depth: 60)
  }

  @Test func whatIsNotFiniteIsNotHidden() {
    for bad in [Double.nan, .infinity, -.infinity] {
      var x = Self.values(6 * 20, size: 1, seed: 7)
      var y = Self.values(9 * 20, size: 1, seed: 8)
      x[2 * 20 + 3] = bad
      y[4 * 20 + 19] = bad
      var result = [Double](repeating: 0, count: 54)
      VectorKernels.best.softplusPairSums(
        x.span, y.span, rows: 6, columns: 9, depth: 20, into: result.mutableSpan)
      for r in 0..<6 {
        for c in 0..<9 {
          #expect(result[r * 9 + c].isNaN == (r == 2 || c == 4), "\(bad) \(r) \(c)")
        }
      }
    }
  }
}
