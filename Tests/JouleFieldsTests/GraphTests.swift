import Joule
import JouleTestSupport
import Testing

/// Lattices against neighbourhoods worked out from coordinates.
@Suite struct GraphTests {
  static let lattices: [Lattice] = [
    Lattice([6]), Lattice([5], boundary: .periodic), Lattice([1]),
    Lattice(height: 3, width: 5), Lattice(height: 1, width: 4), Lattice(height: 2, width: 2),
    Lattice(height: 3, width: 4, boundary: .periodic),
    Lattice(height: 1, width: 4, boundary: .periodic),
    Lattice(height: 4, width: 3, neighbourhood: .withDiagonals),
    Lattice(height: 2, width: 1, neighbourhood: .withDiagonals),
    Lattice(height: 3, width: 5, neighbourhood: .withDiagonals, boundary: .periodic),
    Lattice([2, 3, 4]), Lattice([3, 4, 5], boundary: .periodic),
    Lattice([2, 3, 2], neighbourhood: .withDiagonals),
    Lattice([3, 3, 4], neighbourhood: .withDiagonals, boundary: .periodic),
  ]

  struct Pair: Hashable {
    let low: Int
    let high: Int
    init(_ a: Int, _ b: Int) { (low, high) = (min(a, b), max(a, b)) }
  }

  /// All pairs of sites whose coordinates differ by at most one step, as the neighbourhood says.
  static func expectedPairs(_ lattice: Lattice) -> Set<Pair> {
    let extents = [Int](repeating: 1, count: 3 - lattice.extents.count) + lattice.extents
    func coordinates(_ site: Int) -> [Int] {
      [site / (extents[1] * extents[2]), site / extents[2] % extents[1], site % extents[2]]
    }
    var pairs: Set<Pair> = []
    for a in 0..<lattice.siteCount {
      for b in 0..<a {
        let steps = (0..<3).map { axis -> Int in
          let difference = abs(coordinates(a)[axis] - coordinates(b)[axis])
          return lattice.boundary == .periodic
            ? min(difference, extents[axis] - difference) : difference
        }
        let areJoined =
          lattice.neighbourhood == .nearest ? steps.reduce(0, +) == 1 : steps.allSatisfy { $0 <= 1 }
        if areJoined { pairs.insert(Pair(a, b)) }
      }
    }
    return pairs
  }

  @Test(arguments: lattices) func latticeJoinsNeighboursAndOnlyThem(lattice: Lattice) {
    let edges = FieldGraph(lattice).edges
    #expect(edges.count == lattice.edgeCount)
    #expect(Set(edges.map { Pair($0.first, $0.second) }) == Self.expectedPairs(lattice))
    #expect(edges.count == Self.expectedPairs(lattice).count)
  }

  @Test(arguments: lattices) func adjacencyListsEveryEdgeFromBothEnds(lattice: Lattice) {
    let graph = FieldGraph(lattice)
    let adjacency = graph.adjacency
    let edges = graph.edges
    var ends = 0
    for site in 0..<graph.siteCount {
      for entry in adjacency.range(of: site) {
        let edge = edges[Int(adjacency.edges[entry])]
        let other = Int(adjacency.neighbours[entry])
        #expect(Pair(edge.first, edge.second) == Pair(site, other))
        ends += 1
      }
    }
    #expect(ends == 2 * edges.count)
  }

  @Test(arguments: lattices) func twoColoursAreSaidToSufficeWhereTheyDo(lattice: Lattice) {
    let extents = [Int](repeating: 1, count: 3 - lattice.extents.count) + lattice.extents
    let parity = (0..<lattice.siteCount).map { site in
      (site / (extents[1] * extents[2]) + site / extents[2] % extents[1] + site % extents[2]) % 2
    }
    let alternates = FieldGraph(lattice).edges.allSatisfy { parity[$0.first] != parity[$0.second] }
    if lattice.isBipartite { #expect(alternates) }
    if lattice.neighbourhood == .nearest { #expect(lattice.isBipartite == alternates) }
  }

  @Test(arguments: lattices) func neighboursAreThoseOfTheAdjacency(lattice: Lattice) {
    let graph = FieldGraph(lattice)
    let adjacency = graph.adjacency
    for site in 0..<graph.siteCount {
      #expect(graph.neighbours(of: site) == adjacency.neighbours(of: site).sorted())
    }
  }

  @Test func completeGraphNumbersPairsInOrder() {
    let edges = FieldGraph(complete: 4).edges
    #expect(edges.map(\.first) == [0, 0, 0, 1, 1, 2])
    #expect(edges.map(\.second) == [1, 2, 3, 2, 3, 3])
    #expect(FieldGraph(complete: 1).edges.isEmpty)
  }

  @Test func badEdgesAreNamed() {
    #expect(throws: FieldError.selfLoop(edge: 1, site: 2)) {
      try FieldGraph(siteCount: 3, edges: [(0, 1), (2, 2)])
    }
    #expect(throws: FieldError.repeatedEdge(edge: 2, first: 1, second: 0)) {
      try FieldGraph(siteCount: 3, edges: [(0, 1), (1, 2), (1, 0)])
    }
    #expect(throws: FieldError.siteOutOfRange(edge: 0, site: 3, siteCount: 3)) {
      try FieldGraph(siteCount: 3, edges: [(0, 3)])
    }
  }
}
