/// Improves a state of many labels by cuts over two choices at every site, α-expansion.
///
/// In turn for each label α, every site either keeps its label or takes α, whichever is best for all of them
/// together. Of costs that are metric, the state found costs at most 2 max V / min V times the least.
///
///     V(a, b) + V(b, c) ≥ V(a, c),   V(a, b) = V(b, a) > V(a, a) = 0
///
/// Reference: Y. Boykov, O. Veksler, R. Zabih, Fast approximate energy minimization via graph cuts, IEEE
/// Transactions on Pattern Analysis and Machine Intelligence 23 (2001), §5.
public struct AlphaExpansion: MostProbableStateSolver {
  public let start: [UInt8]?
  public let largestCycleCount: Int

  /// - Parameters:
  ///   - start: where to begin; nil takes what each site alone likes best.
  ///   - largestCycleCount: rounds over all labels; it ends before as a rule.
  public init(start: [UInt8]? = nil, largestCycleCount: Int = 20) {
    precondition(largestCycleCount > 0, "at least one cycle is made, got \(largestCycleCount)")
    self.start = start
    self.largestCycleCount = largestCycleCount
  }

  /// - Throws: when the costs of a move are not submodular: the edge is named.
  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    var moves = LabelMoves(costs, start: start)
    let labels = 0..<UInt8(truncatingIfNeeded: costs.labelCount)
    let all = costs.labelCount == 256 ? Array(0...UInt8.max) : Array(labels)
    let cycles = try moves.repeatCycles(largestCycleCount, all.map { .expand($0) })
    return MostProbableState(
      moves.labels, of: costs, bound: costs.trivialBound, iterations: cycles)
  }
}

/// Improves a state of many labels by cuts over two labels at a time, α-β-swap.
///
/// In turn for each pair, the sites that have either label share them anew. It takes costs that are
/// symmetric and no less for different labels than for equal ones, metric or not, and q² / 2 cuts a cycle.
///
/// Reference: Y. Boykov, O. Veksler, R. Zabih, Fast approximate energy minimization via graph cuts, IEEE
/// Transactions on Pattern Analysis and Machine Intelligence 23 (2001), §4.
public struct AlphaBetaSwap: MostProbableStateSolver {
  public let start: [UInt8]?
  public let largestCycleCount: Int

  /// See ``AlphaExpansion/init(start:largestCycleCount:)``.
  public init(start: [UInt8]? = nil, largestCycleCount: Int = 20) {
    precondition(largestCycleCount > 0, "at least one cycle is made, got \(largestCycleCount)")
    self.start = start
    self.largestCycleCount = largestCycleCount
  }

  /// - Throws: when the costs of a move are not submodular: the edge is named.
  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    var moves = LabelMoves(costs, start: start)
    var pairs: [LabelMoves.Move] = []
    for high in 1..<max(costs.labelCount, 1) {
      for low in 0..<high { pairs.append(.swap(UInt8(low), UInt8(high))) }
    }
    let cycles = try moves.repeatCycles(largestCycleCount, pairs)
    return MostProbableState(
      moves.labels, of: costs, bound: costs.trivialBound, iterations: cycles)
  }
}
