internal import CVectorKernels

/// A matrix of zeros and ones, packed four to a byte, for products without multiplications.
///
/// States of binary variables are bits, and a product of bits with numbers is a sum of chosen rows.
/// Tables of the sixteen partial sums of four rows make it one addition for four elements, about twice
/// as fast as a dense product. The sum has another order than BLAS's: results differ in the last bits.
/// Each row of a product depends on its own bits alone, however many rows there are.
public struct BitMatrix<S: KernelScalar>: Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// Four bits a byte: group g of row r at `r · rowStride + g · groupStride`.
  private let groups: [UInt8]
  private let rowStride: Int
  private let groupStride: Int

  /// Packs a matrix; nil when an element is neither 0 nor 1.
  ///
  /// - Parameter elements: rows × columns, row-major.
  public init?(_ elements: Span<S>, rows: Int, columns: Int) {
    requireCount(elements.count, rows * columns, "the matrix")
    rowCount = rows
    columnCount = columns
    rowStride = (columns + 3) / 4
    groupStride = 1
    let stride = rowStride
    var isBinary = true
    groups = [UInt8](unsafeUninitializedCapacity: rows * stride) { out, count in
      count = rows * stride
      elements.withUnsafeBytes { x in
        guard let x = x.baseAddress, let out = out.baseAddress else { return }
        isBinary =
          VectorKernels.best.functions(for: S.self).pack_rows(
            x, Int64(rows), Int64(columns), out, Int64(stride)) != 0
      }
    }
    if !isBinary { return nil }
  }

  /// Packs the transpose of a matrix; nil when an element is neither 0 nor 1.
  ///
  /// - Parameter elements: columns × rows, row-major: the matrix before it is transposed.
  public init?(transposing elements: Span<S>, rows: Int, columns: Int) {
    requireCount(elements.count, rows * columns, "the matrix")
    rowCount = rows
    columnCount = columns
    rowStride = 1
    groupStride = rows
    var isBinary = true
    groups = [UInt8](unsafeUninitializedCapacity: (columns + 3) / 4 * rows) { out, count in
      count = (columns + 3) / 4 * rows
      elements.withUnsafeBytes { x in
        guard let x = x.baseAddress, let out = out.baseAddress else { return }
        isBinary =
          VectorKernels.best.functions(for: S.self).pack_columns(
            x, Int64(columns), Int64(rows), out) != 0
      }
    }
    if !isBinary { return nil }
  }

  /// C ← α bits op(B) + β C, for some of the rows.
  ///
  /// - Parameters:
  ///   - rows: which rows of the product; nil means all.
  ///   - b: columns × n, or n × columns where `tb` is `.transposed`; row-major, dense.
  ///   - columns: n.
  ///   - alpha: α.
  ///   - beta: β; 0 overwrites whatever C held.
  ///   - c: rows × n.
  ///   - kernels: every level gives the same bits.
  /// - Complexity: rows·columns·n / 4 additions, and 4 for every element of B.
  public func multiply(
    rows: Range<Int>? = nil, by b: Span<S>, _ tb: Transpose = .none, columns n: Int, alpha: S = 1,
    beta: S = 0, into c: consuming MutableSpan<S>, kernels: VectorKernels = .best
  ) {
    let rows = rows ?? 0..<rowCount
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    requireCount(b.count, columnCount * n, "b")
    requireCount(c.count, rows.count * n, "c")
    if c.count == 0 { return }
    if columnCount == 0 {
      let nothing = [S]()
      return BLAS.gemm(m: rows.count, n: n, k: 0, nothing.span, b, beta: beta, into: c)
    }
    let run = kernels.functions(for: S.self).bit_product
    let (alpha, beta) = (alpha.exactDouble, beta.exactDouble)
    let depth = columnCount
    let (rowStride, groupStride) = (self.rowStride, self.groupStride)
    withUnsafeTemporaryAllocation(byteCount: Int(JK_BIT_ROOM), alignment: 64) { room in
      groups.withUnsafeBufferPointer { groups in
        b.withUnsafeBytes { b in
          c.withUnsafeMutableBytes { c in
            guard let groups = groups.baseAddress, let b = b.baseAddress,
              let c = c.baseAddress, let room = room.baseAddress
            else { return }
            run(
              groups + rows.lowerBound * rowStride, Int64(rowStride), Int64(groupStride),
              Int64(rows.count), Int64(depth), b, Int64(tb == .none ? n : depth),
              tb == .none ? 0 : 1, Int64(n), alpha, beta, c, Int64(n), room)
          }
        }
      }
    }
  }
}
