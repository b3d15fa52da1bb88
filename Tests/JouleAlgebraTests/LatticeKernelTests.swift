import JouleAlgebra
import Testing

/// The sweep over a lattice of spins against one site at a time, and the same at every level.
@Suite struct LatticeKernelTests {
  static let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)
  static let address = RandomAddress(key: 77, firstChain: 2, step: 5, purpose: 50)

  /// A torus of rows whose couplings are all different, `down` to the row below and `right` along the row.
  struct Torus<S: KernelScalar> {
    let (height, width): (Int, Int)
    let rows: LatticeRows
    var spins: [S]
    var couplings: [S]
    var field: [S]

    init(height: Int, width: Int) {
      (self.height, self.width) = (height, width)
      rows = LatticeRows(
        rowCount: height, width: width, isPeriodic: true, directionCount: 2, termCount: 4
      ) { row, term in
        let above = (row + height - 1) % height
        return switch term {
        case 0:
          .init(direction: 0, couplingRow: row, couplingShift: 0, spinRow: row, spinShift: 1)
        case 1:
          .init(direction: 0, couplingRow: row, couplingShift: -1, spinRow: row, spinShift: -1)
        case 2:
          .init(
            direction: 1, couplingRow: row, couplingShift: 0, spinRow: (row + 1) % height,
            spinShift: 0)
        default:
          .init(direction: 1, couplingRow: above, couplingShift: 0, spinRow: above, spinShift: 0)
        }
      }
      spins = [S](repeating: 0, count: rows.count)
      field = spins
      couplings = [S](repeating: 0, count: rows.couplingCount)
      for row in 0..<height {
        for x in 0..<width {
          let place = rows.start(ofRow: row) + x
          let number = row * width + x
          spins[place] = (number &* 7919) % 5 < 2 ? 1 : -1
          field[place] = S((number &* 31) % 17 - 8) / 16
          couplings[place] = S((number &* 101) % 23 - 11) / 16
          couplings[rows.count + place] = S((number &* 59) % 19 - 9) / 16
        }
      }
      join()
    }

    /// The ends of rows again.
    mutating func join() {
      for row in 0..<height {
        let start = rows.start(ofRow: row)
        for base in [0, rows.count] {
          couplings[base + start - 1] = couplings[base + start + width - 1]
          couplings[base + start + width] = couplings[base + start]
        }
        spins[start - 1] = spins[start + width - 1]
        spins[start + width] = spins[start]
      }
    }

    func parities(_ colour: Int) -> [Int32] { (0..<height).map { Int32(($0 + colour) % 2) } }

    mutating func sweep(_ colour: Int, _ kernels: VectorKernels, isMetropolis: Bool) {
      let (couplings, field, rows, parities) = (couplings, field, rows, parities(colour))
      kernels.sweepLattice(
        spins.mutableSpan, couplings: couplings.span, field: field.span, rows: rows,
        parities: parities, isMetropolis: isMetropolis, address)
    }

    /// One site after another, with words looked up in the row's own.
    mutating func sweepSlowly(_ colour: Int, isMetropolis: Bool) {
      let blocks = (((width + 1) / 2 + 31) / 32) * 8
      let size = rows.count
      for row in 0..<height {
        var words = [UInt32](repeating: 0, count: 4 * blocks)
        var own = address
        own.firstBlock = UInt32(row * blocks)
        VectorKernels.best.fillWords(words.mutableSpan, columns: 4 * blocks, own)
        let (above, below) = ((row + height - 1) % height, (row + 1) % height)
        var number = 0
        for x in stride(from: (row + colour) % 2, to: width, by: 2) {
          let place = rows.start(ofRow: row) + x
          let left = rows.start(ofRow: row) + (x + width - 1) % width
          let right = rows.start(ofRow: row) + (x + 1) % width
          let up = rows.start(ofRow: above) + x
          let down = rows.start(ofRow: below) + x
          let f =
            field[place] + couplings[place] * spins[right] + couplings[left] * spins[left]
            + couplings[size + place] * spins[down] + couplings[size + up] * spins[up]
          let u = Double(words[number]) * 0x1p-32
          let kernels = VectorKernels.best
          if isMetropolis {
            let cost = Double(2 * spins[place] * f)
            if cost <= 0 || u < kernels.apply(.exp, to: -cost) { spins[place] = -spins[place] }
          } else {
            let e = kernels.apply(.exp, to: -2 * Double(abs(f)))
            let with: S = f < 0 ? -1 : 1
            spins[place] = u * (1 + e) < e ? -with : with
          }
          number += 1
        }
      }
      join()
    }
  }

  static let shapes = [(4, 4), (6, 30), (2, 64), (4, 66), (4, 128), (2, 190)]

  @Test(arguments: shapes, [false, true])
  func allSitesAreUpdatedByTheirNeighbours(_ shape: (Int, Int), _ isMetropolis: Bool) {
    compare(Double.self, shape, isMetropolis)
    // Couplings are whole sixteenths, so that float sums are exact: only a word right at a threshold could
    // differ, once in 10⁶.
    compare(Float.self, shape, isMetropolis)
  }

  private func compare<S: KernelScalar>(
    _ type: S.Type, _ shape: (Int, Int), _ isMetropolis: Bool
  ) {
    var fast = Torus<S>(height: shape.0, width: shape.1)
    var slow = fast
    for colour in 0..<2 {
      fast.sweep(colour, .best, isMetropolis: isMetropolis)
      slow.sweepSlowly(colour, isMetropolis: isMetropolis)
      #expect(fast.spins == slow.spins, "\(type) \(shape), colour \(colour)")
    }
  }

  @Test(arguments: shapes) func everyLevelHasTheSameBits(_ shape: (Int, Int)) {
    for isMetropolis in [false, true] {
      let results = Self.levels.map { kernels in
        var torus = Torus<Float>(height: shape.0, width: shape.1)
        var deep = Torus<Double>(height: shape.0, width: shape.1)
        for colour in [0, 1, 0] {
          torus.sweep(colour, kernels, isMetropolis: isMetropolis)
          deep.sweep(colour, kernels, isMetropolis: isMetropolis)
        }
        return torus.spins.map { Double($0) } + deep.spins
      }
      for result in results { #expect(result == results[0]) }
    }
  }
}
