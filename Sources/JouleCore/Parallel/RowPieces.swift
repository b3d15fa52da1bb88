/// How the rows of a batch, or chains, are cut for parallel work.
///
/// The cut depends on the number of rows alone, never on the number of threads: results are then the
/// same for any number of them.
package enum RowPieces {
  /// Rows a piece has at most, as long as there are fewer than four pieces. Fewer rows cost the matrix
  /// products efficiency, more leave threads idle.
  private static let common = 64
  /// Rows a piece has at most, however many there are: what it computes is to stay in the cache.
  private static let largest = 256

  /// Consecutive ranges that cover 0..<count, of sizes that differ by one at most.
  package static func ranges(_ count: Int) -> [Range<Int>] {
    guard count > 0 else { return [] }
    let most = max(common, min(count / 4, largest))
    let pieces = max((count + most - 1) / most, count >= 32 ? 2 : 1)
    return (0..<pieces).map { count * $0 / pieces..<count * ($0 + 1) / pieces }
  }
}
