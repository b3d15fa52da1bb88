public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// A field whose graph is narrow as a distribution: independent draws without a Markov chain, and densities with
/// their constant.
///
///     xᵥ ~ p(xᵥ | x_N),   from the last site that was summed out back to the first
///
/// Rows hold labels: x ∈ {0, 1} of an Ising model.
///
/// - Complexity: that of ``VariableElimination`` once; then O(sites · width) a row.
///
/// Reference: D. Koller, N. Friedman, Probabilistic graphical models (2009), §12.1 and §10.2.
public struct NarrowField<Scalar: TensorScalar>: TractableDistribution {
  public let costs: PairwiseCosts
  /// log Z, in nats.
  public let logPartition: Double
  private let tables: EliminationTables

  /// - Throws: when tables would be too large; see ``VariableElimination``.
  public init(
    _ costs: PairwiseCosts, elimination: VariableElimination = VariableElimination()
  ) throws(FieldError) {
    self.costs = costs
    var tables = try elimination.tables(costs, keepsAll: true)
    logPartition = tables.sumInward()
    self.tables = tables
  }

  public init(
    _ field: some PairwiseField, elimination: VariableElimination = VariableElimination()
  ) throws(FieldError) {
    try self.init(field.costs, elimination: elimination)
  }

  public var variableCount: Int { costs.siteCount }

  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    precondition(
      rows.rank == 2 && rows.shape[1] == variableCount,
      "draws of \(variableCount) sites fill rows of shape [count, \(variableCount)], got "
        + "\(rows.shape)")
    let count = rows.shape[0]
    var labels = [UInt8](repeating: 0, count: variableCount)
    var elements: [Scalar] = []
    elements.reserveCapacity(rows.count)
    for row in 0..<count {
      var stream = random.stream(chain: row, purpose: DrawPurpose.start)
      tables.draw(into: &labels, using: &stream)
      for label in labels { elements.append(Scalar(label)) }
    }
    rows = Tensor(shape: rows.shape, elements: elements)
  }

  /// −E(x) − log Z of every row.
  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    precondition(
      rows.rank == 2 && rows.shape[1] == variableCount,
      "densities take rows of shape [batch, \(variableCount)], got \(rows.shape)")
    let count = variableCount
    return Tensor(
      (0..<rows.shape[0]).map { row in
        let labels = rows.elements[row * count..<(row + 1) * count].map { value in
          precondition(
            value >= 0 && value < Scalar(costs.labelCount),
            "labels are whole numbers from 0 to \(costs.labelCount - 1), got \(value)")
          return UInt8(value)
        }
        return -costs.energy(of: labels) - logPartition
      })
  }
}

extension EliminationTables {
  /// Draws one state, given messages of ``sumInward()`` that were kept.
  func draw(into labels: inout [UInt8], using stream: inout RandomStream) {
    let q = costs.labelCount
    var values = [Double](repeating: 0, count: q)
    for place in plan.bags.indices.reversed() {
      let bag = plan.bags[place]
      for label in 0..<q { values[label] = -costs.unary[bag.site * q + label] }
      for edge in bag.edges {
        let other = Int(labels[plan.bags[bag.later[edge.axis - 1]].site])
        for label in 0..<q {
          values[label] -=
            edge.isFirst
            ? costs.pairwiseCost(edge.edge, label, other)
            : costs.pairwiseCost(edge.edge, other, label)
        }
      }
      for child in bag.children {
        // The bag's own site is the first axis of a child's message.
        var (start, stride) = (0, q)
        for other in plan.bags[child].later.dropFirst() {
          start += stride * Int(labels[plan.bags[other].site])
          stride *= q
        }
        for label in 0..<q { values[label] += messages[child][start + label] }
      }
      values.normalizeExponentials()
      var rest: Double = stream.uniform()
      var label = 0
      while label < q - 1 && rest >= values[label] {
        rest -= values[label]
        label += 1
      }
      labels[bag.site] = UInt8(label)
    }
  }
}
