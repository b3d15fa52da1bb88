extension Lattice {
  /// One of the displacements that join sites, half of all: the opposite one is the same edge seen from the
  /// other end.
  struct Direction: Sendable {
    /// The displacement along each axis: −1, 0 or 1.
    let step: (depth: Int, height: Int, width: Int)
    /// The sites that an edge leaves: a box.
    let box: (depth: Range<Int>, height: Range<Int>, width: Range<Int>)
    /// The numbers of the edges, in the order of the sites that they leave.
    let edges: Range<Int>
  }

  var directions: [Direction] {
    let (depth, height, width) = shape
    let isPeriodic = boundary == .periodic
    func sources(_ extent: Int, _ step: Int) -> Range<Int> {
      isPeriodic ? 0..<extent : max(0, -step)..<max(max(0, -step), extent - max(0, step))
    }
    var firstEdge = 0
    return Self.steps(neighbourhood).compactMap { step -> Direction? in
      // Along an axis of one site there is nowhere to go.
      if depth == 1 && step.0 != 0 || height == 1 && step.1 != 0 || width == 1 && step.2 != 0 {
        return nil
      }
      let box = (sources(depth, step.0), sources(height, step.1), sources(width, step.2))
      let count = box.0.count * box.1.count * box.2.count
      defer { firstEdge += count }
      return Direction(step: step, box: box, edges: firstEdge..<firstEdge + count)
    }
  }

  /// The displacements whose first step is forward.
  private static func steps(_ neighbourhood: Neighbourhood) -> [(Int, Int, Int)] {
    switch neighbourhood {
    case .nearest: return [(0, 0, 1), (0, 1, 0), (1, 0, 0)]
    case .withDiagonals:
      let all = (0..<27).map { ($0 / 9 - 1, $0 / 3 % 3 - 1, $0 % 3 - 1) }
      return Array(all[14...])
    }
  }

  /// Calls `body` with the number of each edge and the sites that it joins, in order.
  @inline(__always)
  func forEachEdge(_ body: (_ edge: Int, _ first: Int, _ second: Int) -> Void) {
    let (depth, height, width) = shape
    for direction in directions {
      let (step, box) = (direction.step, direction.box)
      var edge = direction.edges.lowerBound
      for z in box.depth {
        let z2 = Self.wrapped(z + step.depth, depth)
        for y in box.height {
          let y2 = Self.wrapped(y + step.height, height)
          let from = (z * height + y) * width
          let to = (z2 * height + y2) * width
          for x in box.width {
            body(edge, from + x, to + Self.wrapped(x + step.width, width))
            edge += 1
          }
        }
      }
    }
  }

  @inline(__always)
  static func wrapped(_ coordinate: Int, _ extent: Int) -> Int {
    coordinate < 0 ? coordinate + extent : coordinate >= extent ? coordinate - extent : coordinate
  }
}

/// The neighbours of single sites of a lattice, found by arithmetic.
struct LatticeNeighbours: Sendable {
  private let directions: [Lattice.Direction]
  private let shape: (depth: Int, height: Int, width: Int)
  private let isPeriodic: Bool

  init(_ lattice: Lattice) {
    directions = lattice.directions
    shape = lattice.shape
    isPeriodic = lattice.boundary == .periodic
  }

  /// Calls `body` with each neighbour of a site and the edge to it.
  @inline(__always)
  func forEach(of site: Int, _ body: (_ neighbour: Int, _ edge: Int) -> Void) {
    let (z, y, x) = (
      site / (shape.height * shape.width), site / shape.width % shape.height, site % shape.width
    )
    for direction in directions {
      let (step, box) = (direction.step, direction.box)
      if box.depth.contains(z) && box.height.contains(y) && box.width.contains(x) {
        let to = place(z + step.depth, y + step.height, x + step.width)
        body(number(to.z, to.y, to.x), direction.edges.lowerBound + rank(box, z, y, x))
      }
      let from = place(z - step.depth, y - step.height, x - step.width)
      if box.depth.contains(from.z) && box.height.contains(from.y) && box.width.contains(from.x) {
        body(
          number(from.z, from.y, from.x),
          direction.edges.lowerBound + rank(box, from.z, from.y, from.x))
      }
    }
  }

  /// Coordinates wrapped where the lattice is periodic; else they may lie outside.
  private func place(_ z: Int, _ y: Int, _ x: Int) -> (z: Int, y: Int, x: Int) {
    guard isPeriodic else { return (z, y, x) }
    return (
      Lattice.wrapped(z, shape.depth), Lattice.wrapped(y, shape.height),
      Lattice.wrapped(x, shape.width)
    )
  }

  private func number(_ z: Int, _ y: Int, _ x: Int) -> Int {
    (z * shape.height + y) * shape.width + x
  }

  private func rank(
    _ box: (depth: Range<Int>, height: Range<Int>, width: Range<Int>), _ z: Int, _ y: Int, _ x: Int
  ) -> Int {
    ((z - box.depth.lowerBound) * box.height.count + y - box.height.lowerBound) * box.width.count
      + x - box.width.lowerBound
  }
}
