import JouleAlgebra
import RealModule

/// The messages of ``VariableElimination``.
struct EliminationTables: Sendable {
  let costs: PairwiseCosts
  let plan: EliminationPlan
  private let keepsAll: Bool
  /// m of every place, its axes those of the bag's later sites, the first running fastest; on the way out
  /// p(x_N) takes its place.
  private(set) var messages: [[Double]]
  /// Of one bag: its own site runs fastest.
  private var table: [Double] = []

  init(_ costs: PairwiseCosts, _ plan: EliminationPlan, keepsAll: Bool) {
    self.costs = costs
    self.plan = plan
    self.keepsAll = keepsAll
    messages = [[Double]](repeating: [], count: plan.bags.count)
  }

  private func size(_ axes: Int) -> Int {
    (0..<axes).reduce(1) { size, _ in size * costs.labelCount }
  }

  /// How a bag's table stands to the message of a child.
  private func map(from bag: EliminationPlan.Bag, place: Int, child: Int) -> AxisMap {
    var strides = [Int](repeating: 0, count: bag.later.count + 1)
    var stride = 1
    for site in plan.bags[child].later {
      let axis = site == place ? 0 : (bag.later.firstIndex(of: site) ?? -1) + 1
      strides[axis] = stride
      stride *= costs.labelCount
    }
    return AxisMap(extent: costs.labelCount, strides: strides)
  }

  /// How it stands to the table of an edge, `[q, q]` with the label of the edge's first site first.
  private func map(
    from bag: EliminationPlan.Bag, edge: (edge: Int, axis: Int, isFirst: Bool)
  ) -> AxisMap {
    var strides = [Int](repeating: 0, count: bag.later.count + 1)
    strides[0] = edge.isFirst ? costs.labelCount : 1
    strides[edge.axis] = edge.isFirst ? 1 : costs.labelCount
    return AxisMap(extent: costs.labelCount, strides: strides)
  }

  /// −θ of a bag's own site and edges, over these sites alone, and how the bag's table stands to it.
  private func ownTerms(_ bag: EliminationPlan.Bag) -> (terms: [Double], map: AxisMap) {
    let q = costs.labelCount
    var terms = (0..<q).map { -costs.unary[bag.site * q + $0] }
    var strides = [Int](repeating: 0, count: bag.later.count + 1)
    strides[0] = 1
    for edge in bag.edges.sorted(by: { $0.axis < $1.axis }) {
      strides[edge.axis] = terms.count
      terms = (0..<q).flatMap { other in
        terms.indices.map { index in
          let own = index % q
          return terms[index]
            - (edge.isFirst
              ? costs.pairwiseCost(edge.edge, own, other)
              : costs.pairwiseCost(edge.edge, other, own))
        }
      }
    }
    return (terms, AxisMap(extent: q, strides: strides))
  }

  /// −θ of all terms that a bag has, and its children's messages.
  private mutating func formTable(_ place: Int) {
    let bag = plan.bags[place]
    let count = size(bag.later.count + 1)
    if table.count == count {
      // The memory is there already: new pages would take longer than the zeros.
      for index in table.indices { table[index] = 0 }
    } else {
      table = [Double](repeating: 0, count: count)
    }
    let own = ownTerms(bag)
    own.map.add(own.terms, to: &table)
    for child in bag.children {
      map(from: bag, place: place, child: child).add(messages[child], to: &table)
    }
  }

  /// Sums all sites out.
  ///
  /// - Returns: log Z.
  mutating func sumInward() -> Double {
    var logPartition = -costs.constant
    for place in plan.bags.indices {
      let bag = plan.bags[place]
      formTable(place)
      if !keepsAll { for child in bag.children { messages[child] = [] } }
      let message = Self.logSums(&table, width: costs.labelCount)
      if bag.later.isEmpty { logPartition += message[0] }
      messages[place] = message
    }
    return logPartition
  }

  /// log Σ exp of every so many elements, which become exp of themselves less their greatest.
  private static func logSums(_ table: inout [Double], width: Int) -> [Double] {
    let count = table.count / width
    var greatest = [Double](repeating: 0, count: count)
    for row in 0..<count {
      var most = table[row * width]
      for index in row * width + 1..<(row + 1) * width { most = max(most, table[index]) }
      for index in row * width..<(row + 1) * width { table[index] -= most }
      greatest[row] = most
    }
    VectorKernels.best.apply(.exp, to: table.mutableSpan)
    var sums = [Double](repeating: 0, count: count)
    for row in 0..<count {
      var sum = 0.0
      for index in row * width..<(row + 1) * width { sum += table[index] }
      sums[row] = sum
    }
    VectorKernels.best.apply(.log, to: sums.mutableSpan)
    for row in 0..<count { sums[row] += greatest[row] }
    return sums
  }

  /// p(x_v, x_N) of a bag of which p(x_N) is known, in `table`.
  private mutating func formProbabilities(_ place: Int) {
    let q = costs.labelCount
    formTable(place)
    _ = Self.logSums(&table, width: q)
    for row in 0..<table.count / q {
      var sum = 0.0
      for index in row * q..<(row + 1) * q { sum += table[index] }
      let scale = messages[place][row] / sum
      for index in row * q..<(row + 1) * q { table[index] *= scale }
    }
  }

  /// Marginals, from the last site back to the first.
  mutating func goOutward(
    detail: FieldSum.Detail
  ) -> (sites: [Double], edges: [Double]) {
    let q = costs.labelCount
    var sites = [Double](repeating: 0, count: costs.unary.count)
    var edges: [Double] = []
    if detail >= .edgeMarginals {
      edges = [Double](repeating: 0, count: costs.graph.edgeCount * q * q)
    }
    for place in plan.bags.indices.reversed() {
      let bag = plan.bags[place]
      if bag.later.isEmpty { messages[place] = [1] }
      formProbabilities(place)
      var own = [Double](repeating: 0, count: q)
      AxisMap(extent: q, strides: [1] + bag.later.map { _ in 0 }).addSums(of: table, to: &own)
      for label in 0..<q { sites[bag.site * q + label] = own[label] }
      for edge in bag.edges where detail >= .edgeMarginals {
        var pair = [Double](repeating: 0, count: q * q)
        map(from: bag, edge: edge).addSums(of: table, to: &pair)
        for index in pair.indices { edges[edge.edge * q * q + index] = pair[index] }
      }
      for child in bag.children {
        var part = [Double](repeating: 0, count: messages[child].count)
        map(from: bag, place: place, child: child).addSums(of: table, to: &part)
        messages[child] = part
      }
      messages[place] = []
    }
    return (sites, edges)
  }
}
