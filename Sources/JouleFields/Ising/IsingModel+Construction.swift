public import JouleRandom
public import JouleTensor

/// What to do with an edge that is given twice.
public enum RepeatedEdges: Sendable, Equatable {
  /// Stop, and say which.
  case refuse
  /// Add its coupling to the earlier one's.
  case merge
}

extension IsingModel {
  /// A model without couplings yet, whose sites have given means.
  ///
  ///     h = log(p / (1 − p)) / (v₁ − v₀),   J = 0
  ///
  /// - Parameter means: p of x = 1, `[sites]`, each between 0 and 1 and neither.
  public init(_ graph: FieldGraph, means: Tensor<Scalar>, values: BinaryValues = .spins) {
    precondition(
      means.elements.allSatisfy { $0 > 0 && $0 < 1 },
      "means of sites lie strictly between 0 and 1, got \(means)")
    self.init(
      graph, couplings: Tensor(zeros: [graph.edgeCount]),
      field: (means.log() - (1 - means).log()) * Scalar(1 / values.span), values: values)
  }

  /// A model given by its edges.
  ///
  /// - Parameters:
  ///   - edges: pairs of sites with their couplings J.
  ///   - field: h, `[siteCount]`; nil means none.
  /// - Throws: when an edge joins a site to itself, repeats another while that is refused, or names a site
  ///   that does not exist; when a number is not finite.
  public init(
    siteCount: Int, edges: [(first: Int, second: Int, coupling: Scalar)],
    field: Tensor<Scalar>? = nil, values: BinaryValues = .spins, repeated: RepeatedEdges = .refuse
  ) throws(FieldError) {
    var numbers: [SitePair: Int] = [:]
    var first: [Int32] = []
    var second: [Int32] = []
    var couplings: [Scalar] = []
    for (number, edge) in edges.enumerated() {
      let pair = try SitePair(edge.first, edge.second, edge: number, siteCount: siteCount)
      guard edge.coupling.isFinite else {
        throw .notFinite(what: "the coupling of edge", index: number, value: Double(edge.coupling))
      }
      if let earlier = numbers[pair] {
        guard repeated == .merge else {
          throw .repeatedEdge(edge: number, first: edge.first, second: edge.second)
        }
        couplings[earlier] += edge.coupling
        continue
      }
      numbers[pair] = couplings.count
      first.append(Int32(edge.first))
      second.append(Int32(edge.second))
      couplings.append(edge.coupling)
    }
    let field = field ?? Tensor(zeros: [siteCount])
    if let site = field.firstNonFinite {
      throw .notFinite(what: "the field at site", index: site, value: Double(field[site]))
    }
    self.init(
      FieldGraph(
        siteCount: siteCount, list: EdgeList(first: first, second: second, siteCount: siteCount)),
      couplings: Tensor(couplings), field: field, values: values)
  }

  /// A model in which every pair of sites is coupled.
  ///
  /// - Parameters:
  ///   - matrix: J, `[sites, sites]`, symmetric, zero on the diagonal.
  ///   - field: h, `[sites]`; nil means none.
  /// - Throws: when the matrix is not symmetric, not finite, or has a diagonal.
  public init(
    dense matrix: Tensor<Scalar>, field: Tensor<Scalar>? = nil, values: BinaryValues = .spins
  ) throws(FieldError) {
    precondition(
      matrix.rank == 2 && matrix.shape[0] == matrix.shape[1],
      "dense couplings are a square matrix, got shape \(matrix.shape)")
    let count = matrix.shape[0]
    if let index = matrix.firstNonFinite {
      throw .notFinite(
        what: "the coupling of row \(index / count), column", index: index % count,
        value: Double(matrix.elements[index]))
    }
    var couplings: [Scalar] = []
    couplings.reserveCapacity(count * (count - 1) / 2)
    for row in 0..<count {
      guard matrix[row, row] == 0 else { throw .selfLoop(edge: row, site: row) }
      for column in row + 1..<max(count, row + 1) {
        let (value, mirrored) = (matrix[row, column], matrix[column, row])
        guard value == mirrored else {
          throw .notSymmetric(
            row: row, column: column, value: Double(value), mirrored: Double(mirrored))
        }
        couplings.append(value)
      }
    }
    self.init(
      FieldGraph(complete: count), couplings: Tensor(couplings),
      field: field ?? Tensor(zeros: [count]), values: values)
  }

  /// A Hopfield network that remembers patterns as minima of its energy.
  ///
  ///     Jᵢⱼ = (β / n) Σ_p ξ_pᵢ ξ_pⱼ
  ///
  /// - Parameters:
  ///   - patterns: ξ as rows of {0, 1}, `[patterns, sites]`; they stand for spins ±1.
  ///   - inverseTemperature: β.
  ///
  /// Reference: J. Hopfield, Neural networks and physical systems with emergent collective computational
  /// abilities, PNAS 79 (1982), eq. 2.
  public init(hopfield patterns: Tensor<Scalar>, inverseTemperature: Scalar = 1) {
    let spins = patterns * 2 - 1
    let count = patterns.shape[1]
    let products = spins.matmul(spins, transposingSelf: true)
    let graph = FieldGraph(complete: count)
    var couplings = Tensor<Scalar>(zeros: [graph.edgeCount])
    let scale = inverseTemperature / Scalar(count)
    graph.forEachEdge { couplings.elements[$0] = products.elements[$1 * count + $2] * scale }
    self.init(graph, couplings: couplings, field: Tensor(zeros: [count]))
  }

  /// A spin glass of Sherrington and Kirkpatrick: Jᵢⱼ ~ N(0, β² / n), all pairs.
  ///
  /// Reference: D. Sherrington, S. Kirkpatrick, Solvable model of a spin-glass, Physical Review Letters 35
  /// (1975), eq. 1–2.
  public init(
    sherringtonKirkpatrick siteCount: Int, inverseTemperature: Scalar = 1, using key: RandomKey
  ) {
    let graph = FieldGraph(complete: siteCount)
    let scale = inverseTemperature / Scalar(siteCount).squareRoot()
    self.init(
      graph, couplings: Tensor(normal: [graph.edgeCount], using: key) * scale,
      field: Tensor(zeros: [siteCount]))
  }
}
