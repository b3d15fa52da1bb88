import JouleAlgebra
import JouleTensor

/// An Ising model on a lattice as the vectorised sweep reads it: couplings and fields of spins ±1 in rows
/// with their ends, the terms of each row, and the colours.
struct LatticePlan<Scalar: TensorScalar>: Sendable {
  let rows: LatticeRows
  let couplings: [Scalar]
  let field: [Scalar]
  /// For each colour the first site of every row that has it, or −1, `[colours][rows]`.
  let colours: [[Int32]]

  /// Nil where sites do not alternate between colours: on a periodic axis of odd length.
  init?(_ model: IsingModel<Scalar>) {
    guard let lattice = model.graph.lattice, lattice.alternates else { return nil }
    let spins = model.expressed(in: .spins)
    let directions = lattice.directions
    rows = Self.rows(of: lattice, directions)
    couplings = Self.placed(
      spins.couplings.elements, rows, directions, lattice, isPeriodic: rows.isPeriodic)
    field = Self.placed(spins.field.elements, rows)
    colours = lattice.colourParities
  }

  private static func rows(of lattice: Lattice, _ directions: [Lattice.Direction]) -> LatticeRows {
    let (depth, height, width) = lattice.shape
    return LatticeRows(
      rowCount: depth * height, width: width, isPeriodic: lattice.boundary == .periodic,
      directionCount: max(1, directions.count), termCount: max(1, 2 * directions.count)
    ) { row, number in
      guard number / 2 < directions.count else { return nil }
      let direction = directions[number / 2]
      let (step, box) = (direction.step, direction.box)
      let (z, y) = (row / height, row % height)
      if number % 2 == 0 {
        // The edge leaves the own site.
        guard box.depth.contains(z), box.height.contains(y) else { return nil }
        let to =
          Lattice.wrapped(z + step.depth, depth) * height
          + Lattice.wrapped(y + step.height, height)
        return .init(
          direction: number / 2, couplingRow: row, couplingShift: 0, spinRow: to,
          spinShift: step.width)
      }
      var (z2, y2) = (z - step.depth, y - step.height)
      if lattice.boundary == .periodic {
        (z2, y2) = (Lattice.wrapped(z2, depth), Lattice.wrapped(y2, height))
      }
      guard box.depth.contains(z2), box.height.contains(y2) else { return nil }
      return .init(
        direction: number / 2, couplingRow: z2 * height + y2, couplingShift: -step.width,
        spinRow: z2 * height + y2, spinShift: -step.width)
    }
  }

  /// Values of sites in rows without ends.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func placed(_ values: [Scalar], _ rows: LatticeRows) -> [Scalar] {
    var result = [Scalar](repeating: 0, count: rows.count)
    for row in 0..<rows.rowCount {
      let start = rows.start(ofRow: row)
      for x in 0..<rows.width { result[start + x] = values[row * rows.width + x] }
    }
    return result
  }

  /// Couplings at the sites that their edges leave, 0 where there is no edge, each direction with its ends.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func placed(
    _ couplings: [Scalar], _ rows: LatticeRows, _ directions: [Lattice.Direction],
    _ lattice: Lattice, isPeriodic: Bool
  ) -> [Scalar] {
    var result = [Scalar](repeating: 0, count: rows.couplingCount)
    for (number, direction) in directions.enumerated() {
      let base = number * rows.count
      var edge = direction.edges.lowerBound
      for z in direction.box.depth {
        for y in direction.box.height {
          let start = base + rows.start(ofRow: z * lattice.shape.height + y)
          for x in direction.box.width {
            result[start + x] = couplings[edge]
            edge += 1
          }
          if isPeriodic {
            result[start - 1] = result[start + rows.width - 1]
            result[start + rows.width] = result[start]
          }
        }
      }
    }
    return result
  }

  /// Spins ±1 of one row of {0, 1}.
  func spins(of bits: [UInt8], from first: Int) -> [Scalar] {
    var spins = [Scalar](repeating: 0, count: rows.count)
    for row in 0..<rows.rowCount {
      let start = rows.start(ofRow: row)
      for x in 0..<rows.width {
        spins[start + x] = bits[first + row * rows.width + x] != 0 ? 1 : -1
      }
      if rows.isPeriodic {
        spins[start - 1] = spins[start + rows.width - 1]
        spins[start + rows.width] = spins[start]
      }
    }
    return spins
  }

  /// {0, 1} of spins.
  func bits(of spins: [Scalar]) -> [UInt8] {
    var bits: [UInt8] = []
    bits.reserveCapacity(rows.rowCount * rows.width)
    for row in 0..<rows.rowCount {
      let start = rows.start(ofRow: row)
      for x in 0..<rows.width { bits.append(spins[start + x] > 0 ? 1 : 0) }
    }
    return bits
  }
}

extension Lattice {
  /// Whether every axis alternates between two kinds of sites: then a few colours do.
  var alternates: Bool {
    boundary == .open || extents.allSatisfy { $0 == 1 || $0 % 2 == 0 }
  }

  /// For each colour the first site of every row that has it, or −1: two colours by the parity of the sum of
  /// coordinates, or with diagonals one for each parity of every axis.
  ///
  /// - Precondition: the lattice alternates.
  var colourParities: [[Int32]] {
    let (depth, height, _) = shape
    let rows = (0..<depth * height).map { (z: $0 / height, y: $0 % height) }
    switch neighbourhood {
    case .nearest:
      return (0..<2).map { colour in rows.map { Int32(($0.z + $0.y + colour) % 2) } }
    case .withDiagonals:
      return (0..<8).compactMap { colour in
        let (z, y, x) = (colour / 4, colour / 2 % 2, colour % 2)
        let parities = rows.map { $0.z % 2 == z && $0.y % 2 == y ? Int32(x) : -1 }
        return parities.contains { $0 >= 0 } ? parities : nil
      }
    }
  }
}
