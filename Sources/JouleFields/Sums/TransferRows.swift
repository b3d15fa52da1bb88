/// A lattice in one or two dimensions as rows along its shorter axis.
struct TransferRows: Sendable {
  let costs: PairwiseCosts
  /// Rows, and sites of a row.
  let count: Int
  let width: Int
  /// Whether the last row is joined to the first.
  let isPeriodic: Bool
  /// By row and column: the edge to the next column, around where it is periodic; −1 where there is none.
  let across: [Int32]
  /// By row and column: the edge to the next row. Every edge of a lattice leads forward.
  let along: [Int32]
  private let isTransposed: Bool

  init(_ costs: PairwiseCosts) throws(FieldError) {
    guard let lattice = costs.graph.lattice, lattice.shape.depth == 1,
      lattice.neighbourhood == .nearest || lattice.shape.height == 1 || lattice.shape.width == 1
    else {
      throw .unsupported(
        what: "a transfer matrix",
        found: costs.graph.lattice.map {
          "a lattice of extents \($0.extents), \($0.neighbourhood.rawValue)"
        } ?? "a graph that is no lattice",
        expected: "one or two axes and nearest neighbours; variable elimination takes any graph")
    }
    let (_, height, width) = lattice.shape
    let isTransposed = width > height
    let (count, short) = isTransposed ? (width, height) : (height, width)
    var across = [Int32](repeating: -1, count: count * short)
    var along = across
    costs.graph.forEachEdge { edge, first, second in
      let (y, x) = (first / width, first % width)
      let isInRow = isTransposed ? second % width == x : second / width == y
      let place = isTransposed ? x * short + y : first
      if isInRow { across[place] = Int32(edge) } else { along[place] = Int32(edge) }
    }
    self.costs = costs
    self.count = count
    self.width = short
    self.across = across
    self.along = along
    self.isTransposed = isTransposed
    isPeriodic = lattice.boundary == .periodic && count > 1
  }

  /// q^width, or nil beyond a limit.
  func stateCount(upTo limit: Int) -> Int? {
    var count = 1
    for _ in 0..<width {
      let (product, overflow) = count.multipliedReportingOverflow(by: costs.labelCount)
      if overflow || product > limit { return nil }
      count = product
    }
    return count
  }

  func site(_ row: Int, _ column: Int) -> Int {
    isTransposed ? column * count + row : row * width + column
  }

  /// log weights of the states of a row: its sites and the edges within it, `[states]`, the first column's
  /// label the lowest digit.
  func logWeights(_ row: Int) -> [Double] {
    let q = costs.labelCount
    var weights = [0.0]
    for column in 0..<width {
      let edge = column > 0 ? Int(across[row * width + column - 1]) : -1
      let around = column == width - 1 && width > 1 ? Int(across[row * width + column]) : -1
      let (count, stride) = (weights.count, weights.count / q)
      var next: [Double] = []
      next.reserveCapacity(count * q)
      for label in 0..<q {
        let own = -costs.unary[site(row, column) * q + label]
        for state in 0..<count {
          var weight = weights[state] + own
          if edge >= 0 { weight -= costs.pairwiseCost(edge, state / stride, label) }
          if around >= 0 { weight -= costs.pairwiseCost(around, label, state % q) }
          next.append(weight)
        }
      }
      weights = next
    }
    return weights
  }
}
