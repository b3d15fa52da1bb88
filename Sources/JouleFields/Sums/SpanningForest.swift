import JouleRandom

/// A forest that reaches whatever the graph joins, as a way from the roots outward.
struct SpanningForest: Sendable {
  /// The sites, every one after its parent.
  let order: [Int32]
  /// Of each site the entry of the adjacency that leads to its parent; −1 of roots, `[sites]`.
  let parentEntries: [Int32]

  /// - Parameter edges: those of the forest, a mark an edge of the graph.
  init(_ adjacency: Adjacency, edges: [Bool]) {
    let count = adjacency.siteCount
    var order: [Int32] = []
    order.reserveCapacity(count)
    var parentEntries = [Int32](repeating: -1, count: count)
    var isKnown = [Bool](repeating: false, count: count)
    for root in 0..<count where !isKnown[root] {
      isKnown[root] = true
      var next = order.count
      order.append(Int32(root))
      while next < order.count {
        let site = Int(order[next])
        next += 1
        for entry in adjacency.range(of: site) where edges[Int(adjacency.edges[entry])] {
          let neighbour = Int(adjacency.neighbours[entry])
          guard !isKnown[neighbour] else { continue }
          isKnown[neighbour] = true
          parentEntries[neighbour] = Int32(
            adjacency.range(of: neighbour).first {
              adjacency.edges[$0] == adjacency.edges[entry]
            } ?? -1)
          order.append(Int32(neighbour))
        }
      }
    }
    self.order = order
    self.parentEntries = parentEntries
  }
}

/// Spanning forests that together have every edge, all of one probability, and how often each edge appears.
struct ForestCover: Sendable {
  let forests: [SpanningForest]
  /// ρ, `[edges]`, in (0, 1].
  let appearances: [Double]

  /// The edges that have been used least go first, those used equally often in a random order that is
  /// always the same.
  ///
  /// - Parameter count: forests at the least; more where edges are left.
  init(_ graph: FieldGraph, adjacency: Adjacency, count: Int) {
    let edges = graph.edges
    var uses = [Int](repeating: 0, count: edges.count)
    var forests: [SpanningForest] = []
    var stream = RandomStream(key: RandomKey(seed: 0).folded("forests"))
    while forests.count < count || uses.contains(0) {
      var byUse = [[Int]](repeating: [], count: forests.count + 1)
      for edge in stream.permutation(count: edges.count) { byUse[uses[edge]].append(edge) }
      var sets = DisjointSets(count: graph.siteCount)
      var isIn = [Bool](repeating: false, count: edges.count)
      for edge in byUse.joined() where sets.join(edges[edge].first, edges[edge].second) {
        isIn[edge] = true
        uses[edge] += 1
      }
      forests.append(SpanningForest(adjacency, edges: isIn))
    }
    self.forests = forests
    appearances = uses.map { Double($0) / Double(forests.count) }
  }
}
