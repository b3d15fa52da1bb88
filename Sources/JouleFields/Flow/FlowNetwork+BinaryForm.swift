/// Where the sites of a lattice stand among the nodes of a padded one.
struct PaddedLayout: Sendable {
  private let shape: (depth: Int, height: Int, width: Int)
  private let padding: (depth: Int, height: Int, width: Int)
  private let strides: (depth: Int, height: Int)
  let nodeCount: Int

  init(_ lattice: Lattice) {
    shape = lattice.shape
    padding = (shape.depth > 1 ? 1 : 0, shape.height > 1 ? 1 : 0, 1)
    let height = shape.height + 2 * padding.height
    let width = shape.width + 2 * padding.width
    strides = (height * width, width)
    nodeCount = (shape.depth + 2 * padding.depth) * height * width
  }

  func offset(_ step: (depth: Int, height: Int, width: Int)) -> Int {
    step.depth * strides.depth + step.height * strides.height + step.width
  }

  @inline(__always)
  func node(_ z: Int, _ y: Int, _ x: Int) -> Int {
    (z + padding.depth) * strides.depth + (y + padding.height) * strides.height + x + padding.width
  }

  /// Calls `body` with the first site of each row of the lattice, its node, and the row's length.
  @inline(__always)
  func forEachRow(_ body: (_ site: Int, _ node: Int, _ count: Int) -> Void) {
    for z in 0..<shape.depth {
      for y in 0..<shape.height {
        body((z * shape.height + y) * shape.width, node(z, y, 0), shape.width)
      }
    }
  }
}

extension LatticeFlowNetwork {
  init(_ form: BinaryForm, _ lattice: Lattice, _ scale: FlowScale) {
    let layout = PaddedLayout(lattice)
    let directions = lattice.directions
    precondition(
      directionCount == 2 * directions.count,
      "a network of \(directionCount) directions for a lattice of \(2 * directions.count)")
    self.init(
      nodeCount: layout.nodeCount,
      offsets: InlineArray { slot in
        let offset = layout.offset(directions[slot / 2].step)
        return slot % 2 == 0 ? offset : -offset
      })
    layout.forEachRow { site, node, count in
      for x in 0..<count { nodes[node + x].excess = scale.excess(form.linear[site + x]) }
    }
    for (number, direction) in directions.enumerated() {
      let (forward, backward) = (2 * number, 2 * number + 1)
      let offset = offsets[forward]
      var edge = direction.edges.lowerBound
      for z in direction.box.depth {
        for y in direction.box.height {
          let row = layout.node(z, y, 0)
          for x in direction.box.width {
            let capacity = scale.capacity(form.disagreement[edge])
            nodes[row + x].residual[forward] = capacity
            nodes[row + x + offset].residual[backward] = capacity
            edge += 1
          }
        }
      }
    }
  }
}

extension GraphFlowNetwork {
  init(_ form: BinaryForm, _ scale: FlowScale) {
    let adjacency = form.graph.adjacency
    nodes = form.linear.map { Node(excess: scale.excess($0)) }
    starts = adjacency.starts
    // The two slots of an edge are found as they come by.
    var firstSlot = [Int32](repeating: -1, count: form.graph.edgeCount)
    var arcs = [Arc]()
    arcs.reserveCapacity(adjacency.neighbours.count)
    for slot in adjacency.neighbours.indices {
      let edge = Int(adjacency.edges[slot])
      arcs.append(
        Arc(
          residual: scale.capacity(form.disagreement[edge]), head: adjacency.neighbours[slot],
          reverse: firstSlot[edge]))
      if firstSlot[edge] < 0 {
        firstSlot[edge] = Int32(slot)
      } else {
        arcs[Int(firstSlot[edge])].reverse = Int32(slot)
      }
    }
    self.arcs = arcs
  }
}
