/// The least energy of a binary field over all its states, one flip after another in the order of a Gray code:
/// fast enough to hold thousands of models of 16 sites against.
public enum GrayCodeMinimum {
  /// - Parameters:
  ///   - unary: θᵢ(1) − θᵢ(0), `[sites]`.
  ///   - edges: pairs of sites with the costs of labels 00, 01, 10, 11.
  /// - Returns: min E with E = Σ unary xᵢ + Σ costs; and how many states have it, up to rounding.
  public static func least(
    unary: [Double], edges: [(Int, Int, [Double])]
  ) -> (energy: Double, count: Int) {
    let count = unary.count
    var incident = [[(other: Int, costs: [Double])]](repeating: [], count: count)
    for (first, second, costs) in edges {
      incident[first].append((second, costs))
      incident[second].append((first, [costs[0], costs[2], costs[1], costs[3]]))
    }
    var labels = [Int](repeating: 0, count: count)
    var energy = edges.reduce(0) { $0 + $1.2[0] }
    var (least, states) = (energy, 1)
    for step in 1..<1 << count {
      let site = step.trailingZeroBitCount
      let old = labels[site]
      var change = old == 0 ? unary[site] : -unary[site]
      for (other, costs) in incident[site] {
        change += costs[(1 - old) * 2 + labels[other]] - costs[old * 2 + labels[other]]
      }
      labels[site] = 1 - old
      energy += change
      if energy < least - 1e-9 {
        (least, states) = (energy, 1)
      } else if energy < least + 1e-9 {
        states += 1
      }
    }
    return (least, states)
  }
}
