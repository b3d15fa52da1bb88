import JouleAlgebra
public import JouleCore
public import JouleTensor

extension IsingModel: LocalEnergy {
  /// E of every row; see ``IsingModel``.
  ///
  /// - Complexity: O(batch · edges); of dense couplings one product of 2·batch·n² flops.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    // Half of Σ v (2h + Jv), which is Σ h v + Σ J v v.
    let v = fieldValues(of: rows)
    let inner = localFields(at: v, fieldScale: 2)
    return Tensor(shape: [rows.shape[0]], elements: Self.rowDots(v, inner, scale: -0.5, constant))
  }

  /// ΔE of flipping single variables; see `LocalEnergy`.
  ///
  ///     ΔEᵢ = −(v′ᵢ − vᵢ) (hᵢ + Σⱼ Jᵢⱼ vⱼ)
  ///
  /// - Complexity: as of the energy: all sites together cost no more than one.
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    requireRows(rows)
    var changes = localFields(at: fieldValues(of: rows), fieldScale: 1)
    Self.formFlips(&changes, rows, span: Scalar(values.span))
    return sites == Array(0..<variableCount) ? changes : changes.columns(at: sites)
  }

  public func markovBlanket(ofSite site: Int) -> [Int] { graph.neighbours(of: site) }

  /// v of every x, `[batch, sites]`.
  func fieldValues(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    values == .spins ? rows * 2 - 1 : rows
  }

  /// s·hᵢ + Σⱼ Jᵢⱼ vⱼ at every site of every row, `[batch, sites]`.
  func localFields(at v: Tensor<Scalar>, fieldScale: Scalar) -> Tensor<Scalar> {
    if case .complete = graph.structure {
      var fields = v.matmul(couplingMatrix)
      fields += field * fieldScale
      return fields
    }
    var fields = Tensor<Scalar>(zeros: v.shape)
    fields += field * fieldScale
    Self.addCouplings(couplings.elements, graph, v.elements, into: &fields.elements)
    return fields
  }

  /// J as a symmetric matrix, `[sites, sites]`.
  ///
  /// - Precondition: at most 2¹⁴ sites: the matrix is dense.
  public var couplingMatrix: Tensor<Scalar> {
    precondition(
      variableCount <= 1 << 14, "a matrix of \(variableCount) squared couplings: 16,384 at most")
    var matrix = Tensor<Scalar>(zeros: [variableCount, variableCount])
    Self.fill(&matrix.elements, graph, couplings.elements)
    return matrix
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func fill(_ matrix: inout [Scalar], _ graph: FieldGraph, _ couplings: [Scalar]) {
    let count = graph.siteCount
    graph.forEachEdge { edge, first, second in
      matrix[first * count + second] = couplings[edge]
      matrix[second * count + first] = couplings[edge]
    }
  }

  /// fields[r, i] += Σⱼ Jᵢⱼ v[r, j].
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func addCouplings(
    _ couplings: [Scalar], _ graph: FieldGraph, _ v: [Scalar], into fields: inout [Scalar]
  ) {
    let count = graph.siteCount
    for start in stride(from: 0, to: v.count, by: max(count, 1)) {
      graph.forEachEdge { edge, first, second in
        let coupling = couplings[edge]
        fields[start + first] += coupling * v[start + second]
        fields[start + second] += coupling * v[start + first]
      }
    }
  }

  /// constant + scale · Σᵢ a[r, i] b[r, i] of every row, summed in Double.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func rowDots(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, scale: Double, _ constant: Double
  ) -> [Scalar] {
    let width = a.shape[1]
    return (0..<a.shape[0]).map { row in
      var sum = 0.0
      for index in row * width..<(row + 1) * width {
        sum += Double(a.elements[index]) * Double(b.elements[index])
      }
      return Scalar(constant + scale * sum)
    }
  }

  /// From local fields to flip energies, in place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func formFlips(
    _ fields: inout Tensor<Scalar>, _ rows: Tensor<Scalar>, span: Scalar
  ) {
    for index in rows.elements.indices {
      fields.elements[index] *= rows.elements[index] > 0.5 ? span : -span
    }
  }
}

extension Tensor {
  /// Some columns of a matrix in the order given: `[m, n]` → `[m, columns.count]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func columns(at columns: [Int]) -> Tensor {
    var picked: [Scalar] = []
    picked.reserveCapacity(shape[0] * columns.count)
    for row in 0..<shape[0] {
      for column in columns {
        precondition(column >= 0 && column < shape[1], "column \(column) in shape \(shape)")
        picked.append(elements[row * shape[1] + column])
      }
    }
    return Tensor(shape: [shape[0], columns.count], elements: picked)
  }
}
