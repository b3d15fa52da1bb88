/// Which sites of a field are joined: an undirected graph without self-loops or repeated edges.
///
/// Sites are numbered from 0, and so are edges. Lattices and complete graphs are known by a formula and
/// take no memory; any other graph is a list of edges.
public struct FieldGraph: Sendable, Equatable {
  /// How the edges are known.
  public enum Structure: Sendable, Equatable {
    case lattice(Lattice)
    /// Every pair of sites i < j, numbered (0, 1), (0, 2), …, (1, 2), ….
    case complete
    case edges(EdgeList)
  }

  public let structure: Structure
  public let siteCount: Int
  public let edgeCount: Int

  public init(_ lattice: Lattice) {
    structure = .lattice(lattice)
    siteCount = lattice.siteCount
    edgeCount = lattice.edgeCount
  }

  /// Every site joined to every other.
  public init(complete siteCount: Int) {
    precondition(
      siteCount >= 0 && siteCount <= 1 << 16,
      "a complete graph has at most 65,536 sites, got \(siteCount)")
    structure = .complete
    self.siteCount = siteCount
    edgeCount = siteCount * (siteCount - 1) / 2
  }

  /// A graph given by its edges; they keep their order.
  ///
  /// - Throws: when an edge joins a site to itself, repeats another (in either direction) or leaves the
  ///   sites; the edge is named.
  public init(siteCount: Int, edges: [(Int, Int)]) throws(FieldError) {
    self.init(siteCount: siteCount, list: try EdgeList(edges, siteCount: siteCount))
  }

  init(siteCount: Int, list: EdgeList) {
    precondition(
      list.starts.count == siteCount + 1,
      "edges among \(list.starts.count - 1) sites in a graph of \(siteCount)")
    structure = .edges(list)
    self.siteCount = siteCount
    edgeCount = list.count
  }

  /// The lattice that this graph is, if it is one.
  public var lattice: Lattice? {
    if case .lattice(let lattice) = structure { lattice } else { nil }
  }

  /// Calls `body` with the number of each edge and the two sites that it joins, in order.
  @inline(__always)
  func forEachEdge(_ body: (_ edge: Int, _ first: Int, _ second: Int) -> Void) {
    switch structure {
    case .lattice(let lattice): lattice.forEachEdge(body)
    case .complete:
      var edge = 0
      for first in 0..<siteCount {
        for second in first + 1..<max(siteCount, first + 1) {
          body(edge, first, second)
          edge += 1
        }
      }
    case .edges(let list):
      for edge in 0..<list.count { body(edge, Int(list.first[edge]), Int(list.second[edge])) }
    }
  }

  /// The two sites of every edge, in order.
  public var edges: [(first: Int, second: Int)] {
    var edges: [(first: Int, second: Int)] = []
    edges.reserveCapacity(edgeCount)
    forEachEdge { edges.append(($1, $2)) }
    return edges
  }

  /// The sites that a site is joined to, in ascending order: its Markov blanket.
  public func neighbours(of site: Int) -> [Int] {
    precondition((0..<siteCount).contains(site), "site \(site) of \(siteCount)")
    switch structure {
    case .lattice(let lattice):
      var found: [Int] = []
      LatticeNeighbours(lattice).forEach(of: site) { neighbour, _ in found.append(neighbour) }
      return found.sorted()
    case .complete: return (0..<siteCount).filter { $0 != site }
    case .edges(let list): return list.neighbours(of: site)
    }
  }

  /// The edges by site; see ``Adjacency``.
  ///
  /// - Complexity: O(sites + edges), about 12 bytes a site and 16 an edge.
  public var adjacency: Adjacency { Adjacency(of: self) }
}

/// Edges given one by one.
public struct EdgeList: Sendable, Equatable {
  public let first: [Int32]
  public let second: [Int32]
  /// Where the neighbours of each site begin, and at last where they end.
  let starts: [Int32]
  /// By site, ascending.
  private let neighbours: [Int32]

  public var count: Int { first.count }

  init(first: [Int32], second: [Int32], siteCount: Int) {
    self.first = first
    self.second = second
    var starts = [Int32](repeating: 0, count: siteCount + 1)
    for site in first { starts[Int(site) + 1] += 1 }
    for site in second { starts[Int(site) + 1] += 1 }
    for site in 0..<siteCount { starts[site + 1] += starts[site] }
    var next = starts
    var neighbours = [Int32](repeating: 0, count: 2 * first.count)
    for (one, other) in zip(first, second) {
      neighbours[Int(next[Int(one)])] = other
      neighbours[Int(next[Int(other)])] = one
      next[Int(one)] += 1
      next[Int(other)] += 1
    }
    for site in 0..<siteCount {
      neighbours[Int(starts[site])..<Int(starts[site + 1])].sort()
    }
    self.starts = starts
    self.neighbours = neighbours
  }

  func neighbours(of site: Int) -> [Int] {
    neighbours[Int(starts[site])..<Int(starts[site + 1])].map { Int($0) }
  }

  /// - Throws: see ``FieldGraph/init(siteCount:edges:)``.
  init(_ edges: [(Int, Int)], siteCount: Int) throws(FieldError) {
    var seen = Set<SitePair>(minimumCapacity: edges.count)
    for (number, edge) in edges.enumerated() {
      let pair = try SitePair(edge.0, edge.1, edge: number, siteCount: siteCount)
      guard seen.insert(pair).inserted else {
        throw .repeatedEdge(edge: number, first: edge.0, second: edge.1)
      }
    }
    self.init(
      first: edges.map { Int32($0.0) }, second: edges.map { Int32($0.1) }, siteCount: siteCount)
  }
}

/// Two different sites, whichever comes first.
struct SitePair: Hashable {
  let low: Int32
  let high: Int32

  init(_ first: Int, _ second: Int, edge: Int, siteCount: Int) throws(FieldError) {
    for site in [first, second] where !(0..<siteCount).contains(site) {
      throw .siteOutOfRange(edge: edge, site: site, siteCount: siteCount)
    }
    guard first != second else { throw .selfLoop(edge: edge, site: first) }
    self.init(joining: first, second)
  }

  /// Two sites that are known to be different.
  init(joining first: Int, _ second: Int) {
    low = Int32(min(first, second))
    high = Int32(max(first, second))
  }
}
