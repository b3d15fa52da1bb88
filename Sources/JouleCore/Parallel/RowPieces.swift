/// How the rows of a batch, or chains, are cut for parallel work.
///
/// The cut depends on the number of rows alone, never on the number of threads: results are then the
/// same for any number of them.
package enum RowPieces {
  /// Rows a piece has at most. Fewer cost the matrix products efficiency, more leave threads idle.
  private static let largest = 64

  /// Consecutive ranges that cover 0..<count, of sizes that differ by one at most.
  package static func ranges(_ count: Int) -> [Range<Int>] {
    guard count > 0 else { return [] }
    let pieces = max((count + largest - 1) / largest, count >= 32 ? 2 : 1)
    return (0..<pieces).map { count * $0 / pieces..<count * ($0 + 1) / pieces }
  }
}
