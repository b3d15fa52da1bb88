import CVectorKernels

/// Elementwise kernels in vectorised C, at one level of the processor's instructions.
///
/// Every level gives the same bits, so `best` is the one to use; the others are there for tests.
/// Matrices are dense and row-major: `columns` is the length of a row, and the number of rows is
/// the number of elements divided by it. Nothing here allocates.
///
/// The logistic function, exp and softplus are accurate to 3 ulps (`Float` and `Double`) over the
/// whole range, subnormal results included; NaN in gives NaN out. A uniform number is compared with a
/// probability on a grid of 2⁻²⁴ (`Float`) or 2⁻³² (`Double`): 0 never fires, 1 always does.
public struct VectorKernels: Sendable, Hashable {
  /// A set of instructions.
  public enum Level: Int, Sendable, CaseIterable {
    /// What every processor of the architecture has (SSE2 on x86-64).
    case baseline
    /// Vectors of 256 bits.
    case avx2
    /// Vectors of 512 bits (F, DQ, BW and VL).
    case avx512
  }

  /// The level of these kernels.
  public let level: Level

  /// The kernels at the highest level that this processor has.
  public static let best: VectorKernels = at(.avx512) ?? at(.avx2) ?? VectorKernels(.baseline)

  /// The kernels at a level, or nil when this processor lacks it.
  public static func at(_ level: Level) -> VectorKernels? {
    jk_kernels(Int32(level.rawValue), 0) == nil ? nil : VectorKernels(level)
  }

  private init(_ level: Level) { self.level = level }

  /// The functions for a scalar type.
  @inline(__always)
  func functions<S: KernelScalar>(for type: S.Type) -> jk_table {
    let isDouble: Int32 = MemoryLayout<S>.size == MemoryLayout<Double>.size ? 1 : 0
    guard let table = jk_kernels(Int32(level.rawValue), isDouble) else {
      preconditionFailure("this processor has no \(level)")
    }
    return table.pointee
  }
}

/// The number of rows of a matrix of so many elements.
@inline(__always)
func rowCount(of count: Int, columns: Int) -> Int {
  precondition(columns >= 0, "the number of columns is not negative, got \(columns)")
  if columns == 0 {
    precondition(count == 0, "a matrix of no columns has no elements, got \(count)")
    return 0
  }
  precondition(count % columns == 0, "\(count) elements are no whole number of rows of \(columns)")
  return count / columns
}

/// Checks the length of an operand.
@inline(__always)
func requireCount(_ count: Int, _ expected: Int, _ name: StaticString) {
  precondition(count == expected, "\(name) has \(count) elements, expected \(expected)")
}

extension RandomAddress {
  /// The address as C takes it, for so many rows.
  func forRows(_ rows: Int) -> jk_address {
    precondition(
      firstChain + UInt64(rows) <= 1 << 40,
      "chains \(firstChain) to \(firstChain) + \(rows) go past 2^40")
    return jk_address(
      key: key, first_chain: firstChain, step: step, purpose: purpose, first_block: firstBlock)
  }
}
