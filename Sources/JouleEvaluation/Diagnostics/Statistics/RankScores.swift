/// Normal scores of ranks.
///
///     z = Φ⁻¹((r − 3/8) / (S + 1/4))
///
/// for rank r of S values; equal values share the mean of their ranks.
///
/// Reference: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, Rank-normalization,
/// folding, and localization, Bayesian Analysis 16 (2021), arXiv:1903.08008, §4.1.
/// The offsets are those of G. Blom, Statistical Estimates and Transformed Beta-Variables (1958).
struct RankScores: Sendable {
  /// Of the ranks 1, 3/2, 2, …, S: means of ranks are halves.
  private let scores: [Double]
  private let count: Int

  init(count: Int) {
    self.count = count
    let size = Double(count) + 0.25
    // Of the lower half, and mirrored: quantiles near 1 have lost digits of 1 − p.
    var scores = [Double](repeating: 0, count: Swift.max(0, 2 * count - 1))
    for place in 0..<(scores.count + 1) / 2 {
      let z = NormalQuantile.value((Double(place) / 2 + 0.625) / size)
      scores[place] = z
      scores[scores.count - 1 - place] = -z
    }
    if scores.count % 2 == 1 { scores[scores.count / 2] = 0 }
    self.scores = scores
  }

  /// Gives every value its score.
  ///
  /// - Parameters:
  ///   - sorted: the values, ascending.
  ///   - order: where each of them belongs in `scored`.
  func assign(sorted: [Double], order: [Int32], into scored: inout [Double]) {
    precondition(sorted.count == count, "\(sorted.count) values, scores for \(count)")
    let (sorted, order, scores) = (sorted.span, order.span, scores.span)
    var result = scored.mutableSpan
    var first = 0
    while first < count {
      let value = sorted[first]
      var end = first + 1
      while end < count, sorted[end] == value { end += 1 }
      let score = scores[first + end - 1]
      for place in first..<end { result[Int(order[place])] = score }
      first = end
    }
  }
}

/// Values in ascending order of their distance from a center, |x − center|.
///
/// Distances grow on either side of it, so this is a merge of two lists that are sorted already.
struct FoldedOrder {
  private(set) var order: [Int32]
  /// The distances, ascending.
  private(set) var sorted: [Double]

  init(count: Int) {
    order = [Int32](repeating: 0, count: count)
    sorted = [Double](repeating: 0, count: count)
  }

  mutating func fold(_ values: RankOrder, around center: Double) {
    Self.merge(values, around: center, &sorted, &order)
  }

  private static func merge(
    _ values: RankOrder, around center: Double, _ sorted: inout [Double], _ order: inout [Int32]
  ) {
    let (count, split) = (sorted.count, values.firstIndex(from: center))
    let source = values.sorted.span
    let places = values.order.span
    var distances = sorted.mutableSpan
    var target = order.mutableSpan
    var (below, above, place) = (split - 1, split, 0)
    while below >= 0, above < count {
      let up = source[above] - center
      let down = center - source[below]
      // No branch: which side is nearer is as random as a coin.
      let step = up <= down ? 1 : 0
      distances[place] = min(up, down)
      target[place] = places[step == 1 ? above : below]
      above += step
      below -= 1 - step
      place += 1
    }
    while below >= 0 {
      (distances[place], target[place]) = (center - source[below], places[below])
      below -= 1
      place += 1
    }
    while above < count {
      (distances[place], target[place]) = (source[above] - center, places[above])
      above += 1
      place += 1
    }
  }
}
