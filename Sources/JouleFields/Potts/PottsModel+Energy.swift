public import JouleAlgebra
public import JouleCore
public import JouleTensor

extension PottsModel: EnumerableModel {
  /// E of every row; see ``PottsModel``.
  ///
  /// - Precondition: rows hold whole numbers from 0 to q − 1.
  /// - Complexity: O(batch · edges).
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    let labels = labels(of: rows)
    let table = similarity?.elements ?? []
    return Tensor(
      shape: [rows.shape[0]],
      elements: Self.energies(
        labels, graph, labelCount, table, couplings.elements, field.elements, constant))
  }

  /// The labels of rows, with a look at each.
  func labels(of rows: Tensor<Scalar>) -> [UInt8] {
    requireRows(rows)
    return Self.labels(rows.elements, labelCount: labelCount)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func labels(_ values: [Scalar], labelCount: Int) -> [UInt8] {
    values.map { value in
      precondition(
        value >= 0 && value < Scalar(labelCount),
        "labels are whole numbers from 0 to \(labelCount - 1), got \(value)")
      return UInt8(value)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func energies(
    _ labels: [UInt8], _ graph: FieldGraph, _ q: Int, _ table: [Scalar], _ couplings: [Scalar],
    _ field: [Scalar], _ constant: Double
  ) -> [Scalar] {
    let count = graph.siteCount
    return stride(from: 0, to: labels.count, by: max(count, 1)).map { start in
      var sum = constant
      for site in 0..<count { sum -= Double(field[site * q + Int(labels[start + site])]) }
      graph.forEachEdge { edge, first, second in
        let pair = Int(labels[start + first]) * q + Int(labels[start + second])
        sum -=
          table.isEmpty
          ? Double(couplings[edge * q * q + pair]) : Double(couplings[edge] * table[pair])
      }
      return Scalar(sum)
    }
  }

  /// A fully visible model needs nothing but the rows.
  public typealias Completion = Tensor<Scalar>

  public func complete(_ rows: Tensor<Scalar>) -> Tensor<Scalar> { rows }

  /// The weighted sum of energy gradients; see `ParametricEnergy`.
  ///
  ///     ∂E/∂Jᵢⱼ = −S(xᵢ, xⱼ), or −1 at the place (xᵢ, xⱼ) of the edge's table;   ∂E/∂hᵢ(a) = −[xᵢ = a]
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    let (graph, q) = (self.graph, labelCount)
    let table = similarity?.elements ?? []
    let couplingCount = couplings.count
    var pieces = terms.map { term in
      (
        labels: labels(of: term.completion),
        weights:
          ((term.rowWeights ?? Tensor([term.completion.shape[0]], repeating: 1))
          * term.weight).elements,
        couplings: [Scalar](repeating: 0, count: couplingCount),
        field: [Scalar](repeating: 0, count: graph.siteCount * q)
      )
    }
    workers.mutateEach(&pieces) { _, piece in
      Self.addMoments(
        piece.labels, piece.weights, graph, q, table, &piece.couplings, &piece.field)
    }
    var couplingSum = Tensor<Scalar>(zeros: couplings.shape)
    var fieldSum = Tensor<Scalar>(zeros: field.shape)
    for piece in pieces {
      couplingSum += Tensor(shape: couplings.shape, elements: piece.couplings)
      fieldSum += Tensor(shape: field.shape, elements: piece.field)
    }
    gradient.entries[0].value.scale(by: scale, subtracting: couplingSum)
    gradient.entries[1].value.scale(by: scale, subtracting: fieldSum)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func addMoments(
    _ labels: [UInt8], _ weights: [Scalar], _ graph: FieldGraph, _ q: Int, _ table: [Scalar],
    _ couplings: inout [Scalar], _ field: inout [Scalar]
  ) {
    let count = graph.siteCount
    for (row, weight) in weights.enumerated() {
      let start = row * count
      for site in 0..<count { field[site * q + Int(labels[start + site])] += weight }
      graph.forEachEdge { edge, first, second in
        let pair = Int(labels[start + first]) * q + Int(labels[start + second])
        if table.isEmpty {
          couplings[edge * q * q + pair] += weight
        } else {
          couplings[edge] += weight * table[pair]
        }
      }
    }
  }

  /// Bits of one label, enough for q of them.
  private var bitsPerLabel: Int {
    labelCount > 1 ? Int.bitWidth - (labelCount - 1).leadingZeroBitCount : 0
  }

  /// Labels side by side; numbers that hold a label of q or more have no weight.
  public var enumeratedBitCount: Int { variableCount * bitsPerLabel }

  /// −E of the states, −∞ of numbers that are none; see `EnumerableModel`.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    let energies = energy(of: enumeratedCompletion(states)).elements
    return zip(states, energies).map { state, energy in
      rawLabels(of: state).allSatisfy { $0 < labelCount } ? -Double(energy) : -.infinity
    }
  }

  /// Rows of the states; a number that is no state gets label 0 where its own is too great.
  public func enumeratedCompletion(_ states: Range<Int>) -> Tensor<Scalar> {
    Tensor(
      shape: [states.count, variableCount],
      elements: states.flatMap { state in
        rawLabels(of: state).map { $0 < labelCount ? Scalar($0) : 0 }
      })
  }

  private func rawLabels(of state: Int) -> [Int] {
    let mask = 1 << bitsPerLabel - 1
    return (0..<variableCount).map { state >> ($0 * bitsPerLabel) & mask }
  }
}
