/// What the diagnostics of all traces of one shape share.
struct DiagnosticPlan: Sendable {
  let chainCount: Int
  let drawCount: Int
  /// Draws of half a chain; the middle one of an odd number belongs to neither half.
  let half: Int
  /// Halves, or chains of a single draw.
  let rowCount: Int
  let scores: RankScores

  init(chainCount: Int, drawCount: Int) {
    self.chainCount = chainCount
    self.drawCount = drawCount
    half = drawCount == 1 ? 1 : drawCount / 2
    rowCount = drawCount == 1 ? chainCount : 2 * chainCount
    scores = RankScores(count: half * rowCount)
  }

  /// Draws that belong to a half.
  var splitCount: Int { half * rowCount }
  /// All draws.
  var count: Int { chainCount * drawCount }
  /// Draws that belong to no half.
  var middles: [Int] {
    drawCount % 2 == 0 || drawCount == 1
      ? [] : (0..<chainCount).map { $0 * drawCount + half }
  }

  /// The least number of draws a chain of which R-hat is defined.
  static let leastDrawCount = 4
}
