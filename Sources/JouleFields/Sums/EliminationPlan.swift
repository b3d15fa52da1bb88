/// In which order the sites of a graph are summed out, and what that takes.
///
/// Summing out a site joins all its remaining neighbours: the bag of the site is it and they. The largest bag,
/// less one site, is the width of the order; the least over all orders is the treewidth.
///
/// Reference: D. Koller, N. Friedman, Probabilistic graphical models (2009), §9.3–9.4; min-fill: algorithm 9.4.
struct EliminationPlan: Sendable {
  /// A site with what is joined to it when it is summed out.
  struct Bag: Sendable {
    let site: Int
    /// The places in the order of the sites that remain and are joined, ascending.
    let later: [Int]
    /// The places whose messages come here.
    var children: [Int] = []
    /// Edges to later sites: the edge, the axis of the other site (1 for the first of `later`), and whether this
    /// site is the edge's first.
    var edges: [(edge: Int, axis: Int, isFirst: Bool)] = []
  }

  private(set) var bags: [Bag]
  let labelCount: Int
  /// Sites of the largest bag, less one.
  let width: Int

  /// The cheaper of two orders: min-fill, which is good on any graph, and that of the sites' numbers, which is
  /// the best there is on grids numbered along their shorter axis.
  ///
  /// - Parameter largestWidth: orders that exceed it are given up.
  /// - Returns: nil when both do.
  init?(_ graph: FieldGraph, labelCount: Int, largestWidth: Int) {
    let adjacency = graph.adjacency
    let candidates = [false, true].compactMap { isByNumber in
      var search = EliminationSearch(adjacency)
      return search.run(largestWidth: largestWidth, isByNumber: isByNumber)
    }
    func size(_ steps: [EliminationSearch.Step]) -> Double {
      steps.reduce(0) { $0 + Self.power(labelCount, $1.neighbours.count + 1) }
    }
    guard let steps = candidates.min(by: { size($0) < size($1) }) else { return nil }
    var places = [Int](repeating: 0, count: steps.count)
    for (place, step) in steps.enumerated() { places[step.site] = place }
    var bags = steps.map { step in
      Bag(site: step.site, later: step.neighbours.map { places[Int($0)] }.sorted())
    }
    for place in bags.indices {
      if let parent = bags[place].later.first { bags[parent].children.append(place) }
      let later = bags[place].later
      for entry in adjacency.range(of: bags[place].site) {
        let other = places[Int(adjacency.neighbours[entry])]
        guard other > place, let axis = later.firstIndex(of: other) else { continue }
        bags[place].edges.append(
          (Int(adjacency.edges[entry]), axis + 1, adjacency.isFirst[entry]))
      }
    }
    self.bags = bags
    self.labelCount = labelCount
    width = bags.reduce(0) { max($0, $1.later.count) }
  }

  /// q^n as a Double: it may be beyond whole numbers.
  static func power(_ labelCount: Int, _ count: Int) -> Double {
    (0..<count).reduce(1) { result, _ in result * Double(labelCount) }
  }

  /// Bytes of all messages that are held at once, at the most, and of the tables beside them.
  ///
  /// - Parameter keepsAll: whether messages stay after they were used.
  func byteCount(keepsAll: Bool) -> Double {
    var (held, most) = (0.0, 0.0)
    for bag in bags {
      held += Self.power(labelCount, bag.later.count)
      most = max(most, held)
      if !keepsAll {
        for child in bag.children { held -= Self.power(labelCount, bags[child].later.count) }
      }
    }
    return 8 * (most + Self.power(labelCount, width + 1))
  }
}

/// Graphs on the way of an elimination.
struct EliminationSearch {
  struct Step {
    let site: Int
    let neighbours: Set<Int32>
  }

  private var neighbours: [Set<Int32>]
  private var isGone: [Bool]
  /// (fill, site), a heap by fill and then site; entries may be out of date.
  private var heap: [(fill: Int, site: Int32)] = []

  init(_ adjacency: Adjacency) {
    neighbours = (0..<adjacency.siteCount).map { site in
      Set(adjacency.range(of: site).map { adjacency.neighbours[$0] })
    }
    isGone = [Bool](repeating: false, count: adjacency.siteCount)
  }

  /// - Returns: nil when a bag would have more than `largestWidth` other sites.
  mutating func run(largestWidth: Int, isByNumber: Bool) -> [Step]? {
    var steps: [Step] = []
    steps.reserveCapacity(neighbours.count)
    if isByNumber {
      for site in neighbours.indices {
        guard let step = eliminate(site, largestWidth) else { return nil }
        steps.append(step)
      }
      return steps
    }
    for site in neighbours.indices { push(fill(of: site, largestWidth), site) }
    while let (known, site32) = pop() {
      let site = Int(site32)
      guard !isGone[site] else { continue }
      let now = fill(of: site, largestWidth)
      // Out of date: back to where it belongs.
      guard now <= known else {
        push(now, site)
        continue
      }
      guard let step = eliminate(site, largestWidth) else { return nil }
      steps.append(step)
      for other in step.neighbours.sorted() {
        push(fill(of: Int(other), largestWidth), Int(other))
      }
    }
    return steps
  }

  private mutating func eliminate(_ site: Int, _ largestWidth: Int) -> Step? {
    let own = neighbours[site]
    guard own.count <= largestWidth else { return nil }
    for other in own {
      neighbours[Int(other)].formUnion(own)
      neighbours[Int(other)].remove(other)
      neighbours[Int(other)].remove(Int32(site))
    }
    isGone[site] = true
    neighbours[site] = []
    return Step(site: site, neighbours: own)
  }

  /// How many pairs of neighbours are not joined; the most there is of a site with too many neighbours.
  private func fill(of site: Int, _ largestWidth: Int) -> Int {
    let own = Array(neighbours[site])
    guard own.count <= largestWidth else { return Int.max }
    var missing = 0
    for (index, first) in own.enumerated() {
      let joined = neighbours[Int(first)]
      for second in own[(index + 1)...] where !joined.contains(second) { missing += 1 }
    }
    return missing
  }

  private func isBefore(_ one: Int, _ other: Int) -> Bool {
    (heap[one].fill, heap[one].site) < (heap[other].fill, heap[other].site)
  }

  private mutating func push(_ fill: Int, _ site: Int) {
    heap.append((fill, Int32(site)))
    var place = heap.count - 1
    while place > 0, isBefore(place, (place - 1) / 2) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func pop() -> (fill: Int, site: Int32)? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && isBefore(child, least) {
        least = child
      }
      if least == place { return top }
      heap.swapAt(place, least)
      place = least
    }
  }
}
