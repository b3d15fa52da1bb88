public import JouleAlgebra
public import JouleCore
public import JouleTensor

extension IsingModel: ParametricEnergy {
  /// A fully visible model needs nothing but the rows.
  public typealias Completion = Tensor<Scalar>

  public func complete(_ rows: Tensor<Scalar>) -> Tensor<Scalar> { rows }

  /// The weighted sum of energy gradients; see `ParametricEnergy`.
  ///
  ///     ∂E/∂Jᵢⱼ = −vᵢ vⱼ,   ∂E/∂hᵢ = −vᵢ
  ///
  /// - Complexity: O(rows · edges); of dense couplings one product of 2·rows·n² flops.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    var fieldSum = Tensor<Scalar>(zeros: [variableCount])
    var factors: [(v: Tensor<Scalar>, weights: Tensor<Scalar>)] = []
    for term in terms {
      requireRows(term.completion)
      let ones = Tensor<Scalar>([term.completion.shape[0]], repeating: 1)
      let weights = (term.rowWeights ?? ones) * term.weight
      let v = fieldValues(of: term.completion)
      fieldSum += v.matmul(weights, transposingSelf: true)
      factors.append((v, weights))
    }
    gradient.entries[1].value.scale(by: scale, subtracting: fieldSum)
    if case .complete = graph.structure {
      subtractDense(factors, from: &gradient.entries[0].value, scale: scale)
    } else {
      subtractSparse(factors, from: &gradient.entries[0].value, scale: scale, on: workers)
    }
  }

  private func subtractDense(
    _ factors: [(v: Tensor<Scalar>, weights: Tensor<Scalar>)],
    from gradient: inout Tensor<Scalar>, scale: Scalar
  ) {
    var products = Tensor<Scalar>(zeros: [variableCount, variableCount])
    for (v, weights) in factors {
      let weighted = v * weights.reshaped(to: [weights.count, 1])
      Tensor.multiply(v, .transposed, weighted, accumulate: 1, into: &products)
    }
    var moments = Tensor<Scalar>(zeros: [graph.edgeCount])
    Self.gather(&moments.elements, graph, products.elements)
    gradient.scale(by: scale, subtracting: moments)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func gather(
    _ moments: inout [Scalar], _ graph: FieldGraph, _ products: [Scalar]
  ) {
    let count = graph.siteCount
    graph.forEachEdge { moments[$0] = products[$1 * count + $2] }
  }

  /// Rows are summed in pieces, in parallel, and the pieces in order.
  private func subtractSparse(
    _ factors: [(v: Tensor<Scalar>, weights: Tensor<Scalar>)],
    from gradient: inout Tensor<Scalar>, scale: Scalar, on workers: Workers
  ) {
    let graph = self.graph
    var pieces = factors.map { factor in
      (factor: factor, sum: [Scalar](repeating: 0, count: graph.edgeCount))
    }
    workers.mutateEach(&pieces) { _, piece in
      Self.addProducts(&piece.sum, graph, piece.factor.v, piece.factor.weights)
    }
    var moments = Tensor<Scalar>(zeros: [graph.edgeCount])
    for piece in pieces { moments += Tensor(piece.sum) }
    gradient.scale(by: scale, subtracting: moments)
  }

  /// sum[e] += Σ_r w_r v[r, i] v[r, j].
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func addProducts(
    _ sum: inout [Scalar], _ graph: FieldGraph, _ v: Tensor<Scalar>, _ weights: Tensor<Scalar>
  ) {
    let count = graph.siteCount
    for row in 0..<v.shape[0] {
      let weight = weights.elements[row]
      let start = row * count
      graph.forEachEdge { edge, first, second in
        sum[edge] += weight * v.elements[start + first] * v.elements[start + second]
      }
    }
  }
}

extension IsingModel: EnumerableModel {
  public var enumeratedBitCount: Int { variableCount }

  /// −E of the states; see `EnumerableModel`.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    energy(of: Self.bits(of: states, count: variableCount)).elements.map { -Double($0) }
  }

  public func enumeratedCompletion(_ states: Range<Int>) -> Tensor<Scalar> {
    Self.bits(of: states, count: variableCount)
  }

  /// Rows of states given as numbers: bit i of a number is xᵢ, `[states, count]`.
  private static func bits(of states: Range<Int>, count: Int) -> Tensor<Scalar> {
    var elements: [Scalar] = []
    elements.reserveCapacity(states.count * count)
    for state in states {
      for bit in 0..<count { elements.append(state >> bit & 1 == 1 ? 1 : 0) }
    }
    return Tensor(shape: [states.count, count], elements: elements)
  }
}
