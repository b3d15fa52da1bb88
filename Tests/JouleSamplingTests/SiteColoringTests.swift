import Joule
import JouleTestSupport
import Testing

/// Colourings are proper, and have few colours where few are enough.
@Suite struct SiteColoringTests {
  private typealias Edge = (Int, Int)

  /// The groups of a graph, each site once, no two of a group joined.
  private static func groups(
    _ siteCount: Int, _ edges: [Edge], sites: [Int]? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [[Int]] {
    let energy = PairEnergy(
      fields: [Double](repeating: 0, count: siteCount), couplings: edges.map { ($0.0, $0.1, 1) })
    let sites = sites ?? Array(0..<siteCount)
    let groups = SiteColoring(of: energy, sites: sites).groups
    #expect(groups.flatMap { $0 }.sorted() == sites.sorted(), sourceLocation: sourceLocation)
    var color = [Int](repeating: -1, count: siteCount)
    for (number, group) in groups.enumerated() {
      #expect(!group.isEmpty && group == group.sorted(), sourceLocation: sourceLocation)
      for site in group { color[site] = number }
    }
    for (first, second) in edges where color[first] >= 0 {
      #expect(color[first] != color[second], sourceLocation: sourceLocation)
    }
    return groups
  }

  private static func mostNeighbours(_ siteCount: Int, _ edges: [Edge]) -> Int {
    var degrees = [Int](repeating: 0, count: siteCount)
    for (first, second) in edges {
      degrees[first] += 1
      degrees[second] += 1
    }
    return degrees.max() ?? 0
  }

  private static func grid(_ height: Int, _ width: Int, isTorus: Bool) -> [Edge] {
    (0..<height * width).flatMap { site -> [Edge] in
      let (y, x) = (site / width, site % width)
      let right = isTorus || x + 1 < width ? [y * width + (x + 1) % width] : []
      let below = isTorus || y + 1 < height ? [(y + 1) % height * width + x] : []
      return (right + below).map { (site, $0) }
    }
  }

  @Test(arguments: [(7, 5, false), (6, 8, true), (1, 9, false), (4, 4, true)])
  func bipartiteLatticesHaveTwoColours(height: Int, width: Int, isTorus: Bool) {
    let edges = Self.grid(height, width, isTorus: isTorus)
    let groups = Self.groups(height * width, edges)
    #expect(groups.count == 2)
    for group in groups { #expect(Set(group.map { ($0 / width + $0 % width) % 2 }).count == 1) }
  }

  @Test func anOddTorusNeedsMoreAndGetsFew() {
    let groups = Self.groups(35, Self.grid(5, 7, isTorus: true))
    #expect(groups.count >= 3 && groups.count <= 5)
  }

  @Test func knownGraphsHaveTheirNumberOfColours() {
    #expect(Self.groups(6, []).count == 1)
    #expect(Self.groups(9, (0..<9).map { ($0, ($0 + 1) % 9) }).count == 3)
    let complete = (0..<7).flatMap { i in (0..<i).map { (i, $0) } }
    #expect(Self.groups(7, complete).count == 7)
    // Two colours for every tree, however its sites are numbered.
    for seed in 0..<20 {
      var stream = RandomStream(key: RandomKey(seed: UInt64(seed)))
      let names = stream.permutation(count: 60)
      let tree = (1..<60).map { (names[$0], names[stream.integer(below: $0)]) }
      #expect(Self.groups(60, tree).count == 2, "seed \(seed)")
    }
  }

  @Test(arguments: [0.02, 0.1, 0.5]) func randomGraphsAreColouredWithinTheBound(density: Double) {
    for seed in 0..<10 {
      var stream = RandomStream(key: RandomKey(seed: UInt64(seed)))
      var edges: [Edge] = []
      for i in 0..<80 {
        for j in 0..<i where stream.uniform() < density { edges.append((i, j)) }
      }
      #expect(
        Self.groups(80, edges).count <= Self.mostNeighbours(80, edges) + 1, "seed \(seed)")
    }
  }

  /// What is not to be drawn stands between nobody.
  @Test func heldSitesCountForNothing() {
    let edges = Self.grid(6, 6, isTorus: false)
    let even = (0..<36).filter { ($0 / 6 + $0 % 6) % 2 == 0 }
    #expect(Self.groups(36, edges, sites: even) == [even])
    #expect(Self.groups(36, edges, sites: []).isEmpty)
    let kernel = Gibbs(FiniteTargets.ring, holding: [1, 4])
    #expect(kernel.freeSites == [0, 2, 3])
  }
}
