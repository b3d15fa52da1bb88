import CVectorKernels

/// Where the neighbours of the rows of a lattice stand, for `VectorKernels.sweepLattice`.
///
/// A row of w sites takes w + 2 places in arrays of spins, couplings and fields: the last site again, the
/// sites, the first site again. After the last row come ``slack`` more elements.
public struct LatticeRows: Sendable, Equatable {
  public let rowCount: Int
  /// w
  public let width: Int
  /// Whether the ends of a row are joined.
  public let isPeriodic: Bool
  /// Terms of a row.
  public let termCount: Int
  /// Where the couplings and the spins of a neighbour of the row's first site stand; −1 and −1 where there is
  /// none, `[rows, terms, 2]`.
  let terms: [Int64]
  /// How many elements couplings have, those of all directions one after another.
  public let couplingCount: Int

  /// Elements that are read past the last row, and never written.
  public static let slack = 40

  /// Elements of spins or fields.
  public var count: Int { rowCount * (width + 2) + Self.slack }

  /// Where the first site of a row stands.
  public func start(ofRow row: Int) -> Int { row * (width + 2) + 1 }

  /// - Parameters:
  ///   - directionCount: arrays of couplings, each of ``count`` elements.
  ///   - terms: of each row: the direction whose couplings count, the rows that they and the spins of the
  ///     neighbours are in, and how many sites to the right of the own site they stand, −1 to 1; nil where
  ///     there is no neighbour.
  /// - Precondition: rows have equally many terms, all within the lattice.
  public init(
    rowCount: Int, width: Int, isPeriodic: Bool, directionCount: Int, termCount: Int,
    terms: (_ row: Int, _ term: Int) -> Term?
  ) {
    precondition(
      rowCount > 0 && width > 0 && termCount > 0 && directionCount > 0,
      "\(rowCount) rows of \(width) sites, \(termCount) terms in \(directionCount) directions: at least one each"
    )
    precondition(
      rowCount * ((width + 63) / 64) < 1 << 28,
      "a lattice of \(rowCount)×\(width) sites is too large")
    self.rowCount = rowCount
    self.width = width
    self.isPeriodic = isPeriodic
    self.termCount = termCount
    let stride = width + 2
    let size = rowCount * stride + Self.slack
    couplingCount = directionCount * size
    var places: [Int64] = []
    places.reserveCapacity(2 * rowCount * termCount)
    for row in 0..<rowCount {
      for number in 0..<termCount {
        guard let term = terms(row, number) else {
          places += [-1, -1]
          continue
        }
        precondition(
          (0..<directionCount).contains(term.direction)
            && (0..<rowCount).contains(term.couplingRow) && (0..<rowCount).contains(term.spinRow)
            && abs(term.couplingShift) <= 1 && abs(term.spinShift) <= 1,
          "row \(row) has a term outside the lattice: \(term)")
        places.append(
          Int64(term.direction * size + term.couplingRow * stride + 1 + term.couplingShift))
        places.append(Int64(term.spinRow * stride + 1 + term.spinShift))
      }
    }
    self.terms = places
  }

  /// A neighbour of every site of a row, and the coupling to it.
  public struct Term: Sendable, Equatable {
    public let direction: Int
    public let couplingRow: Int
    public let couplingShift: Int
    public let spinRow: Int
    public let spinShift: Int

    public init(
      direction: Int, couplingRow: Int, couplingShift: Int, spinRow: Int, spinShift: Int
    ) {
      self.direction = direction
      self.couplingRow = couplingRow
      self.couplingShift = couplingShift
      self.spinRow = spinRow
      self.spinShift = spinShift
    }
  }
}

extension VectorKernels {
  /// Updates one colour of the spins ±1 of a lattice, in place: every other site of some rows.
  ///
  ///     f = h + Σ J s;   Gibbs: s ~ exp(s f);   Metropolis: s → −s with probability min(1, exp(−2 s f))
  ///
  /// The k-th site of a row that is updated takes word k of the row's own words. Accuracy of probabilities: 3 ulps
  /// of the scalar type, on a grid of 2⁻³² of the smaller of the two.
  ///
  /// - Parameters:
  ///   - spins: as ``LatticeRows`` says.
  ///   - couplings: J, the directions one after another.
  ///   - field: h.
  ///   - parities: the first site of each row that is updated, 0 or 1, or −1 for a row that is left as it is.
  ///   - address: its first chain is the chain; rows have words of their own.
  public func sweepLattice<S: KernelScalar>(
    _ spins: consuming MutableSpan<S>, couplings: Span<S>, field: Span<S>, rows: LatticeRows,
    parities: [Int32], isMetropolis: Bool, _ address: RandomAddress
  ) {
    requireCount(spins.count, rows.count, "spins")
    requireCount(field.count, rows.count, "field")
    requireCount(couplings.count, rows.couplingCount, "couplings")
    precondition(
      parities.count == rows.rowCount && parities.allSatisfy { (-1...1).contains($0) },
      "\(parities.count) parities of \(rows.rowCount) rows, each −1, 0 or 1")
    let run = functions(for: S.self).sweep_lattice
    var address = address.forRows(1)
    spins.withUnsafeMutableBytes { spins in
      couplings.withUnsafeBytes { couplings in
        field.withUnsafeBytes { field in
          rows.terms.withUnsafeBufferPointer { terms in
            parities.withUnsafeBufferPointer { parities in
              guard let spins = spins.baseAddress, let field = field.baseAddress,
                let couplings = couplings.baseAddress, let terms = terms.baseAddress,
                let parities = parities.baseAddress
              else { return }
              run(
                spins, couplings, field, terms, Int64(rows.termCount), parities,
                Int64(rows.rowCount), Int64(rows.width), rows.isPeriodic ? 1 : 0,
                isMetropolis ? 1 : 0, &address)
            }
          }
        }
      }
    }
  }
}
