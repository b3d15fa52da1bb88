import Joule
import JouleTestSupport

/// Small fields with nothing symmetric about them, and the same by brute force.
enum FieldFixtures {
  /// Every kind of graph that a model can have, all of at most 12 sites.
  static let graphs: [FieldGraph] = [
    FieldGraph(Lattice([9])),
    FieldGraph(Lattice([7], boundary: .periodic)),
    FieldGraph(Lattice(height: 3, width: 4)),
    FieldGraph(Lattice(height: 4, width: 3, boundary: .periodic)),
    FieldGraph(Lattice(height: 3, width: 3, neighbourhood: .withDiagonals)),
    FieldGraph(Lattice(height: 3, width: 4, neighbourhood: .withDiagonals, boundary: .periodic)),
    FieldGraph(Lattice([2, 2, 3])),
    FieldGraph(Lattice([2, 3, 2], neighbourhood: .withDiagonals)),
    FieldGraph(complete: 8),
    tree,
  ]

  /// A tree, its edges in no order.
  static let tree: FieldGraph = {
    let edges = [(3, 0), (1, 3), (3, 4), (2, 4), (5, 2), (6, 4), (7, 0)]
    guard let graph = try? FieldGraph(siteCount: 8, edges: edges) else {
      preconditionFailure("the fixture is a tree")
    }
    return graph
  }()

  static func ising(
    _ graph: FieldGraph, values: BinaryValues = .spins, scale: Double = 0.7,
    seed: UInt64 = 5
  ) -> IsingModel<Double> {
    let key = RandomKey(seed: seed)
    return IsingModel(
      graph, couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")) * scale,
      field: Tensor(normal: [graph.siteCount], using: key.folded("h")) * scale, values: values,
      constant: 0.3)
  }

  static func bruteForce(_ model: IsingModel<Double>) -> BruteForceField {
    let low = model.values == .spins ? -1.0 : 0.0
    let constant = model.constant / Double(model.graph.siteCount)
    return BruteForceField(
      siteCount: model.graph.siteCount, labelCount: 2,
      edges: model.graph.edges.map { ($0.first, $0.second) },
      unary: { constant - model.field[$0] * ($1 == 1 ? 1 : low) },
      pairwise: { -model.couplings[$0] * ($1 == 1 ? 1 : low) * ($2 == 1 ? 1 : low) })
  }
}
