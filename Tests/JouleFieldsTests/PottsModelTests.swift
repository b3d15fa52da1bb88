import Joule
import JouleTestSupport
import Testing

/// The Potts model against brute force.
@Suite struct PottsModelTests {
  static func model(
    _ graph: FieldGraph, labels: Int, tables: Bool, seed: UInt64 = 9
  ) -> PottsModel<Double> {
    let key = RandomKey(seed: seed)
    let field = Tensor<Double>(normal: [graph.siteCount, labels], using: key.folded("h"))
    if tables {
      return PottsModel(
        graph, tables: Tensor(normal: [graph.edgeCount, labels, labels], using: key.folded("j")),
        field: field, constant: -0.4)
    }
    return PottsModel(
      graph, similarity: Tensor(normal: [labels, labels], using: key.folded("s")),
      couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")), field: field,
      constant: -0.4)
  }

  static func rows(_ brute: BruteForceField) -> Tensor<Double> {
    Tensor(
      shape: [brute.stateCount, brute.siteCount],
      elements: (0..<brute.stateCount).flatMap { brute.labels(of: $0).map(Double.init) })
  }

  static let cases: [(labels: Int, tables: Bool)] = [(2, false), (3, true), (3, false), (5, true)]

  @Test(arguments: cases) func energiesAndPartitionFunctionAreThoseOfBruteForce(
    labels: Int, tables: Bool
  ) {
    for graph in [FieldGraph(Lattice(height: 2, width: 2)), FieldGraph(complete: 4)] {
      let model = Self.model(graph, labels: labels, tables: tables)
      let brute = BruteForceField(
        siteCount: graph.siteCount, labelCount: labels,
        edges: graph.edges.map { ($0.first, $0.second) },
        unary: { model.constant / 4 - model.field[$0, $1] },
        pairwise: { edge, a, b in
          -(model.similarity.map { model.couplings[edge] * $0[a, b] } ?? model.couplings[edge, a, b])
        })
      let found = model.energy(of: Self.rows(brute)).elements
      #expect(zip(found, brute.energies).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(abs(ExactPartition.logPartition(of: model) - brute.logPartition) < 1e-11)
      #expect(abs(RandomFields.bruteForce(model.costs).logPartition - brute.logPartition) < 1e-11)
    }
  }

  @Test(arguments: cases) func weightedGradientMatchesCentralDifferences(labels: Int, tables: Bool)
  {
    let graph = FieldGraph(Lattice(height: 2, width: 3))
    let model = Self.model(graph, labels: labels, tables: tables)
    let rows = (Tensor<Double>(uniform: [4, 6], using: RandomKey(seed: 1)) * Double(labels))
    let whole = Tensor(shape: rows.shape, elements: rows.elements.map { $0.rounded(.down) })
    let weights = Tensor<Double>([0.3, -1.2, 2, 0.7])
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return moved.energy(of: whole).dot(weights)
    }
    let found = model.gradient(at: whole, rowWeights: weights)
    #expect(FiniteDifferences.largestDifference(found, expected) < 1e-8)
  }

  /// J [a = b] with two labels is the Ising model of coupling J / 2, and a constant.
  @Test func twoLabelsAreTheIsingModel() {
    let graph = FieldGraph(Lattice(height: 3, width: 3))
    let ising = FieldFixtures.ising(graph)
    let field = Tensor<Double>(
      shape: [9, 2], elements: ising.field.elements.flatMap { [-$0, $0] })
    let potts = PottsModel(
      graph, similarity: LabelSimilarity.potts(2), couplings: ising.couplings * 2, field: field,
      constant: ising.constant + ising.couplings.elements.reduce(0, +))
    let rows: Tensor<Double> = States.all(of: 9)
    #expect((potts.energy(of: rows) - ising.energy(of: rows)).largestMagnitude < 1e-12)
  }
}

extension PottsModelTests {
  @Test(arguments: cases) func conditionalsAreDifferencesOfEnergies(labels: Int, tables: Bool) {
    let graph = FieldGraph(Lattice(height: 2, width: 3))
    let model = Self.model(graph, labels: labels, tables: tables)
    let row = Tensor<Double>([[0, 1, 1, 0, 1, 0]])
    let sites = [4, 0, 5]
    let found = model.conditionalEnergies(of: row, sites: sites)
    for (place, site) in sites.enumerated() {
      let energies = (0..<labels).map { label in
        var moved = row.elements
        moved[site] = Double(label)
        return model.energy(of: Tensor(shape: [1, 6], elements: moved))[0]
      }
      for label in 0..<labels {
        let difference = found[0, place, label] - found[0, place, 0]
        #expect(abs(difference - (energies[label] - energies[0])) < 1e-12)
      }
    }
  }
}
