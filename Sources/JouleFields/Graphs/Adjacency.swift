/// The edges of a graph by site: what algorithms that walk from site to site read.
///
/// The neighbours of site i are the entries `range(of: i)`, in the order of the edges' numbers.
public struct Adjacency: Sendable, Equatable {
  /// Where each site's entries begin, and at last where they end, `[sites + 1]`.
  public let starts: [Int32]
  /// `[2 · edges]`
  public let neighbours: [Int32]
  /// The edge to each neighbour, `[2 · edges]`.
  public let edges: [Int32]
  /// Whether the site is the edge's first, `[2 · edges]`.
  public let isFirst: [Bool]

  init(of graph: FieldGraph) {
    var starts = [Int32](repeating: 0, count: graph.siteCount + 1)
    graph.forEachEdge { _, first, second in
      starts[first + 1] += 1
      starts[second + 1] += 1
    }
    for site in 0..<graph.siteCount { starts[site + 1] += starts[site] }
    var next = starts
    var neighbours = [Int32](repeating: 0, count: 2 * graph.edgeCount)
    var edges = neighbours
    var isFirst = [Bool](repeating: false, count: 2 * graph.edgeCount)
    graph.forEachEdge { edge, first, second in
      let (one, other) = (Int(next[first]), Int(next[second]))
      neighbours[one] = Int32(second)
      neighbours[other] = Int32(first)
      edges[one] = Int32(edge)
      edges[other] = Int32(edge)
      isFirst[one] = true
      next[first] += 1
      next[second] += 1
    }
    self.starts = starts
    self.neighbours = neighbours
    self.edges = edges
    self.isFirst = isFirst
  }

  public var siteCount: Int { starts.count - 1 }

  @inline(__always)
  public func range(of site: Int) -> Range<Int> { Int(starts[site])..<Int(starts[site + 1]) }

  public func degree(of site: Int) -> Int { range(of: site).count }

  /// The sites joined to a site: its Markov blanket.
  public func neighbours(of site: Int) -> [Int] { range(of: site).map { Int(neighbours[$0]) } }
}
