/// Sets of sites that are joined, by union with path halving.
struct DisjointSets: Sendable {
  private var parents: [Int32]
  private(set) var setCount: Int

  init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
    setCount = count
  }

  /// Every site a set of its own again.
  mutating func separate() {
    for site in parents.indices { parents[site] = Int32(site) }
    setCount = parents.count
  }

  /// The site that stands for the set of a site.
  @inline(__always)
  mutating func representative(of site: Int) -> Int {
    var site = site
    while true {
      let parent = Int(parents[site])
      if parent == site { return site }
      let grandparent = parents[parent]
      parents[site] = grandparent
      site = Int(grandparent)
    }
  }

  /// - Returns: whether the two sets were different.
  @inline(__always)
  @discardableResult
  mutating func join(_ first: Int, _ second: Int) -> Bool {
    let (one, other) = (representative(of: first), representative(of: second))
    if one == other { return false }
    // The lower number stands for both: which does not depend on the order of the joins.
    parents[max(one, other)] = Int32(min(one, other))
    setCount -= 1
    return true
  }
}

extension FieldGraph {
  /// Whether the graph has no cycle.
  public var isForest: Bool {
    if edgeCount >= max(siteCount, 1) { return false }
    var sets = DisjointSets(count: siteCount)
    var isForest = true
    forEachEdge { _, first, second in
      if !sets.join(first, second) { isForest = false }
    }
    return isForest
  }
}
