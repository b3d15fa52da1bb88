public import JouleCore
public import JouleTensor

/// What a variable x ∈ {0, 1} stands for in the energy.
public enum BinaryValues: String, Sendable, Equatable, Codable, CaseIterable {
  /// v = 2x − 1 ∈ {−1, 1}.
  case spins
  /// v = x ∈ {0, 1}.
  case bits

  /// v of x = 0.
  var low: Double { self == .spins ? -1 : 0 }
  /// v of x = 1 less v of x = 0.
  var span: Double { self == .spins ? 2 : 1 }
}

/// A pairwise field of binary variables: the Ising model, or Boltzmann machine without hidden units.
///
///     E(x) = c − Σᵢ hᵢ vᵢ − Σ₍ᵢⱼ₎ Jᵢⱼ vᵢ vⱼ,   p(x) = exp(−E(x)) / Z
///     vᵢ = 2xᵢ − 1 ∈ {−1, 1} for spins,   vᵢ = xᵢ ∈ {0, 1} for bits
///
/// Rows are always x ∈ {0, 1}, as everywhere in this library; ``values`` says what they stand for in the
/// energy, and ``expressed(in:)`` converts exactly. Jᵢⱼ > 0 makes neighbours agree.
///
/// Parameters, in this order: `couplings` J `[edges]`, `field` h `[sites]`, in nats (β is in them).
///
/// Reference: E. Ising, Beitrag zur Theorie des Ferromagnetismus, Zeitschrift für Physik 31 (1925).
public struct IsingModel<Scalar: TensorScalar>: Sendable, Equatable {
  public let graph: FieldGraph
  public let values: BinaryValues
  public var parameters: ParameterSet<Scalar>
  /// c, in nats.
  public var constant: Double

  /// J, `[edges]`.
  public var couplings: Tensor<Scalar> { parameters.entries[0].value }
  /// h, `[sites]`.
  public var field: Tensor<Scalar> { parameters.entries[1].value }

  public var variableCount: Int { graph.siteCount }

  /// A model of given parameters.
  ///
  /// - Parameters:
  ///   - couplings: J, `[edges]`, in the order of the graph's edges.
  ///   - field: h, `[sites]`.
  public init(
    _ graph: FieldGraph, couplings: Tensor<Scalar>, field: Tensor<Scalar>,
    values: BinaryValues = .spins, constant: Double = 0
  ) {
    precondition(
      couplings.shape == [graph.edgeCount],
      "a graph of \(graph.edgeCount) edges has as many couplings, got shape \(couplings.shape)")
    precondition(
      field.shape == [graph.siteCount],
      "a graph of \(graph.siteCount) sites has a field on each, got shape \(field.shape)")
    self.graph = graph
    self.values = values
    self.constant = constant
    parameters = ParameterSet([
      .init(name: "couplings", role: .weight, value: couplings),
      .init(name: "field", role: .bias, value: field),
    ])
  }

  /// A model with the same coupling everywhere.
  ///
  /// - Parameter field: `[sites]`; nil means none.
  public init(
    _ lattice: Lattice, coupling: Scalar, field: Tensor<Scalar>? = nil,
    values: BinaryValues = .spins
  ) {
    let graph = FieldGraph(lattice)
    self.init(
      graph, couplings: Tensor([graph.edgeCount], repeating: coupling),
      field: field ?? Tensor(zeros: [graph.siteCount]), values: values)
  }

  /// The same model in another scalar type.
  public init<Other>(_ other: IsingModel<Other>) {
    self.init(
      other.graph, couplings: Tensor(other.couplings), field: Tensor(other.field),
      values: other.values, constant: other.constant)
  }
}

extension IsingModel {
  /// The same distribution and the same energies with other values of the variables.
  ///
  ///     bits → spins:  J′ = J / 4,  h′ᵢ = hᵢ / 2 + Σⱼ Jᵢⱼ / 4,  c′ = c − Σ h / 2 − Σ J / 4
  ///     spins → bits:  J′ = 4 J,    h′ᵢ = 2 hᵢ − 2 Σⱼ Jᵢⱼ,      c′ = c + Σ h − Σ J
  ///
  /// Exact but for the rounding of Scalar.
  public func expressed(in values: BinaryValues) -> IsingModel {
    guard values != self.values else { return self }
    let (coupling, ownField, neighbourShare) =
      values == .spins ? (0.25, 0.5, 0.25) : (4.0, 2.0, -2.0)
    var field = self.field.elements.map { Double($0) * ownField }
    var constant = self.constant
    let fieldShare = values == .spins ? -0.5 : 1.0
    let couplingShare = values == .spins ? 0.25 : 1.0
    for value in self.field.elements { constant += fieldShare * Double(value) }
    graph.forEachEdge { edge, first, second in
      let value = Double(couplings.elements[edge])
      field[first] += value * neighbourShare
      field[second] += value * neighbourShare
      constant -= couplingShare * value
    }
    return IsingModel(
      graph, couplings: couplings * Scalar(coupling),
      field: Tensor(shape: [field.count], elements: field.map { Scalar($0) }), values: values,
      constant: constant)
  }

  /// Whether every pair of neighbours prefers to agree: J ≥ 0 everywhere.
  ///
  /// Such models are monotone, their energies submodular: cuts minimise them, and coupling from the past
  /// samples them.
  public var isFerromagnetic: Bool { couplings.count == 0 || couplings.min() >= 0 }
}
