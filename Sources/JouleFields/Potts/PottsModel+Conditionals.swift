public import JouleCore
public import JouleTensor

extension PottsModel: DiscreteEnergy {
  public func values(ofSite site: Int) -> [Scalar] { (0..<labelCount).map { Scalar($0) } }

  public func markovBlanket(ofSite site: Int) -> [Int] { graph.neighbours(of: site) }

  /// What every label of a site would cost; see `DiscreteEnergy`.
  ///
  ///     −hᵢ(a) − Σⱼ Jᵢⱼ(a, xⱼ)
  ///
  /// - Complexity: O(batch · q · edges): all sites together cost no more than one.
  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    let labels = labels(of: rows)
    let all = Self.conditionals(
      labels, graph, labelCount, similarity?.elements ?? [], couplings.elements, field.elements)
    let shape = [rows.shape[0], variableCount * labelCount]
    let columns = sites.flatMap { site in (0..<labelCount).map { site * labelCount + $0 } }
    return Tensor(shape: shape, elements: all).columns(at: columns)
      .reshaped(to: [rows.shape[0], sites.count, labelCount])
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func conditionals(
    _ labels: [UInt8], _ graph: FieldGraph, _ q: Int, _ table: [Scalar], _ couplings: [Scalar],
    _ field: [Scalar]
  ) -> [Scalar] {
    let count = graph.siteCount
    var result: [Scalar] = []
    result.reserveCapacity(labels.count * q)
    for _ in 0..<(count > 0 ? labels.count / count : 0) {
      for value in field { result.append(-value) }
    }
    for start in stride(from: 0, to: labels.count, by: max(count, 1)) {
      graph.forEachEdge { edge, first, second in
        let (a, b) = (Int(labels[start + first]), Int(labels[start + second]))
        let (one, other) = ((start + first) * q, (start + second) * q)
        if table.isEmpty {
          let place = edge * q * q
          for label in 0..<q {
            result[one + label] -= couplings[place + label * q + b]
            result[other + label] -= couplings[place + a * q + label]
          }
        } else {
          for label in 0..<q {
            result[one + label] -= couplings[edge] * table[label * q + b]
            result[other + label] -= couplings[edge] * table[a * q + label]
          }
        }
      }
    }
    return result
  }
}
