public import JouleCore
public import JouleTensor

/// A pairwise field of variables with q labels: the Potts model and its relatives.
///
///     E(x) = c − Σᵢ hᵢ(xᵢ) − Σ₍ᵢⱼ₎ Jᵢⱼ(xᵢ, xⱼ),   xᵢ ∈ {0, …, q − 1},   p(x) = exp(−E(x)) / Z
///
/// Jᵢⱼ is a table an edge, or a number an edge times one table S for all, such as S(a, b) = [a = b].
/// Rows hold labels as numbers, `[batch, sites]`.
///
/// Parameters, in this order: `couplings` J, `[edges]` or `[edges, q, q]`, and `field` h `[sites, q]`, in
/// nats. They are not unique: a constant added to h at a site changes Z alone.
///
/// Reference: F. Wu, The Potts model, Reviews of Modern Physics 54 (1982), §I.
public struct PottsModel<Scalar: TensorScalar>: Sendable, Equatable {
  public let graph: FieldGraph
  /// q
  public let labelCount: Int
  /// S, `[q, q]`; nil where every edge has a table of its own.
  public let similarity: Tensor<Scalar>?
  public var parameters: ParameterSet<Scalar>
  /// c, in nats.
  public var constant: Double

  /// J, `[edges]` or `[edges, q, q]`.
  public var couplings: Tensor<Scalar> { parameters.entries[0].value }
  /// h, `[sites, q]`.
  public var field: Tensor<Scalar> { parameters.entries[1].value }

  public var variableCount: Int { graph.siteCount }

  /// A model with one table for all edges.
  ///
  /// - Parameters:
  ///   - similarity: S, `[q, q]`, first the label of the edge's first site; see ``LabelSimilarity``.
  ///   - couplings: J, `[edges]`.
  ///   - field: h, `[sites, q]`.
  public init(
    _ graph: FieldGraph, similarity: Tensor<Scalar>, couplings: Tensor<Scalar>,
    field: Tensor<Scalar>, constant: Double = 0
  ) {
    precondition(
      similarity.rank == 2 && similarity.shape[0] == similarity.shape[1],
      "a similarity is a square table, got shape \(similarity.shape)")
    self.init(
      graph, labelCount: similarity.shape[0], similarity: similarity, couplings: couplings,
      field: field, constant: constant)
  }

  /// A model with a table an edge.
  ///
  /// - Parameters:
  ///   - tables: J, `[edges, q, q]`, first the label of the edge's first site.
  ///   - field: h, `[sites, q]`.
  public init(
    _ graph: FieldGraph, tables: Tensor<Scalar>, field: Tensor<Scalar>, constant: Double = 0
  ) {
    precondition(field.rank == 2, "a field is [sites, labels], got shape \(field.shape)")
    self.init(
      graph, labelCount: field.shape[1], similarity: nil, couplings: tables, field: field,
      constant: constant)
  }

  private init(
    _ graph: FieldGraph, labelCount: Int, similarity: Tensor<Scalar>?, couplings: Tensor<Scalar>,
    field: Tensor<Scalar>, constant: Double
  ) {
    let shape =
      similarity == nil ? [graph.edgeCount, labelCount, labelCount] : [graph.edgeCount]
    precondition(
      (1...PairwiseCosts.largestLabelCount).contains(labelCount),
      "a field has 1 to \(PairwiseCosts.largestLabelCount) labels, got \(labelCount)")
    precondition(
      couplings.shape == shape && field.shape == [graph.siteCount, labelCount],
      "a graph of \(graph.siteCount) sites and \(graph.edgeCount) edges with \(labelCount) labels has "
        + "couplings \(shape) and a field \([graph.siteCount, labelCount]), got \(couplings.shape) and "
        + "\(field.shape)")
    self.graph = graph
    self.labelCount = labelCount
    self.similarity = similarity
    self.constant = constant
    parameters = ParameterSet([
      .init(name: "couplings", role: .weight, value: couplings),
      .init(name: "field", role: .bias, value: field),
    ])
  }

  /// The same model in another scalar type.
  public init<Other>(_ other: PottsModel<Other>) {
    self.init(
      other.graph, labelCount: other.labelCount,
      similarity: other.similarity.map { Tensor<Scalar>($0) },
      couplings: Tensor(other.couplings), field: Tensor(other.field), constant: other.constant)
  }
}

/// Tables of how alike two labels are.
public enum LabelSimilarity {
  /// [a = b]: all different labels are equally different.
  public static func potts<Scalar: TensorScalar>(
    _ labelCount: Int, as type: Scalar.Type = Scalar.self
  ) -> Tensor<Scalar> {
    .identity(labelCount)
  }

  /// −min(|a − b|, limit): for grey levels, where a jump beyond the limit costs no more.
  ///
  /// - Precondition: the limit is positive.
  public static func truncatedLinear<Scalar: TensorScalar>(
    _ labelCount: Int, limit: Scalar
  ) -> Tensor<Scalar> {
    precondition(limit > 0, "a truncated similarity has a positive limit, got \(limit)")
    return Tensor(
      shape: [labelCount, labelCount],
      elements: (0..<labelCount * labelCount).map {
        -min(Scalar(abs($0 / labelCount - $0 % labelCount)), limit)
      })
  }
}

extension PottsModel: PairwiseField {
  public var costs: PairwiseCosts {
    let pairwise: PairwiseCosts.Pairwise =
      if let similarity {
        .weighted(couplings.doubles, table: similarity.doubles.map { -$0 })
      } else {
        .tables(couplings.doubles.map { -$0 })
      }
    return PairwiseCosts(
      trusting: graph, labelCount: labelCount, unary: field.doubles.map { -$0 },
      pairwise: pairwise, constant: constant)
  }
}
