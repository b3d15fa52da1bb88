import Joule
import JouleTestSupport
import Testing

/// log Z and marginals by the exact methods, against brute force and against each other.
@Suite struct FieldSumTests {
  /// What rounding can do to a sum of so many terms of such size, with room.
  static func tolerance(_ logPartition: Double) -> Double { 1e-11 * max(1, abs(logPartition)) }

  static func expectEqual(
    _ found: FieldSum, _ expected: FieldSum, within tolerance: Double, _ place: Comment
  ) throws {
    try #require(abs(found.logPartition - expected.logPartition) < tolerance, place)
    try #require(found.siteMarginals.count == expected.siteMarginals.count, place)
    for (one, other) in zip(found.siteMarginals, expected.siteMarginals) {
      try #require(abs(one - other) < tolerance, place)
    }
    try #require(found.edgeMarginals.count == expected.edgeMarginals.count, place)
    for (one, other) in zip(found.edgeMarginals, expected.edgeMarginals) {
      try #require(abs(one - other) < tolerance, place)
    }
  }

  @Test func enumerationIsBruteForce() throws {
    var random = RandomFields(seed: 201)
    for number in 0..<300 {
      let kind = RandomFields.Kind.allCases[number % 5]
      let costs = random.labelled(kind, sites: 1...6, labels: 2 + number % 3)
      let brute = RandomFields.bruteForce(costs)
      let sum = try StateEnumeration().sum(costs)
      let place = Comment("seed 201, model \(number)")
      #expect(sum.status == .exact && sum.isConverged)
      let tolerance = Self.tolerance(brute.logPartition)
      try #require(abs(sum.logPartition - brute.logPartition) < tolerance, place)
      for (site, marginals) in brute.marginals.enumerated() {
        for (label, p) in marginals.enumerated() {
          try #require(abs(sum.marginal(ofSite: site, label) - p) < 1e-12, place)
        }
      }
      var pairs = [Double](repeating: 0, count: sum.edgeMarginals.count)
      let q = costs.labelCount
      for (state, p) in brute.probabilities.enumerated() {
        let labels = brute.labels(of: state)
        for (edge, sites) in brute.edges.enumerated() {
          pairs[(edge * q + labels[sites.0]) * q + labels[sites.1]] += p
        }
      }
      for (one, other) in zip(sum.edgeMarginals, pairs) {
        try #require(abs(one - other) < 1e-12, place)
      }
    }
  }

  @Test func eliminationIsEnumeration() throws {
    var random = RandomFields(seed: 202)
    for number in 0..<1000 {
      let kind = RandomFields.Kind.allCases[number % 5]
      let costs = random.labelled(kind, sites: 1...7, labels: 1 + number % 4)
      let expected = try StateEnumeration().sum(costs)
      let found = try VariableElimination().sum(costs)
      let tolerance = Self.tolerance(expected.logPartition)
      try Self.expectEqual(found, expected, within: tolerance, "seed 202, model \(number)")
      let alone = try VariableElimination().sum(costs, detail: .logPartition)
      try #require(abs(alone.logPartition - expected.logPartition) < tolerance)
      #expect(alone.siteMarginals.isEmpty && alone.edgeMarginals.isEmpty)
    }
  }

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func everyGraphIsSummedAlike(graph: FieldGraph, values: BinaryValues) throws {
    let model = FieldFixtures.ising(graph, values: values, scale: 1.5)
    let expected = try StateEnumeration().sum(model)
    let tolerance = Self.tolerance(expected.logPartition)
    #expect(abs(expected.logPartition - ExactPartition.logPartition(of: model)) < tolerance)
    try Self.expectEqual(
      VariableElimination().sum(model), expected, within: tolerance, "elimination")
    guard let lattice = graph.lattice, lattice.extents.count < 3,
      lattice.neighbourhood == .nearest
    else { return }
    try Self.expectEqual(TransferMatrix().sum(model), expected, within: tolerance, "transfer")
  }

  /// Open and periodic, tall, wide and thin, of two to four labels with tables that have no symmetry.
  @Test func theTransferMatrixIsElimination() throws {
    var random = RandomFields(seed: 203)
    let extents = [
      [7, 4], [4, 7], [1, 9], [9, 1], [5, 5], [3, 3], [6], [3, 5], [5, 3], [1, 1],
    ]
    for (number, extents) in extents.enumerated() {
      for boundary in Lattice.Boundary.allCases {
        for labels in 2...4 {
          let graph = FieldGraph(Lattice(extents, boundary: boundary))
          let costs = try PairwiseCosts(
            graph, labelCount: labels,
            unary: random.numbers(graph.siteCount * labels, scale: 1),
            pairwise: .tables(random.numbers(graph.edgeCount * labels * labels, scale: 1)),
            constant: -2)
          // 4⁷ in a bag of a periodic lattice, twice: slow in a table of 4¹⁰.
          if labels == 4 && boundary == .periodic && extents.contains(5) { continue }
          let expected = try VariableElimination().sum(costs)
          try Self.expectEqual(
            TransferMatrix().sum(costs), expected, within: Self.tolerance(expected.logPartition),
            "seed 203, \(extents) \(boundary) \(labels), model \(number)")
        }
      }
    }
  }

  /// Energy per site of the 8 × 8 torus: twelve digits computed apart from this code.
  @Test(arguments: SpinTorusTests.references.indices) func theTorusIsKaufmans(index: Int) throws {
    let (temperature, energy, _) = SpinTorusTests.references[index]
    let lattice = Lattice(height: 8, width: 8, boundary: .periodic)
    let model = IsingModel<Double>(lattice, coupling: 1 / temperature)
    let exact = IsingTorus(height: 8, width: 8).values(temperature: temperature)
    for method in [TransferMatrix(), VariableElimination()] as [any FieldSummation] {
      let sum = try method.sum(model)
      #expect(abs(sum.logPartition - exact.logPartition) < 1e-10)
      // −⟨s s′⟩ summed over the edges.
      var mean = 0.0
      for edge in 0..<model.graph.edgeCount {
        mean -= 2 * (sum.marginal(ofEdge: edge, 0, 0) + sum.marginal(ofEdge: edge, 1, 1)) - 1
      }
      #expect(abs(mean / 64 - energy) < 1e-10)
    }
  }

  /// The widest that is promised: rows of 16 spins, treewidth 16.
  @Test func sixteenWideGridsAreExactByBothWays() throws {
    let model = FieldFixtures.ising(FieldGraph(Lattice(height: 16, width: 16)), scale: 0.5)
    let transfer = try TransferMatrix().sum(model, detail: .logPartition).logPartition
    let elimination = try VariableElimination().sum(model, detail: .logPartition).logPartition
    #expect(abs(transfer - elimination) < Self.tolerance(transfer))
  }

  /// Costs of hundreds of nats: logarithms hold what numbers would not.
  @Test func strongCostsAreSummedInLogarithms() throws {
    var random = RandomFields(seed: 204)
    for number in 0..<100 {
      let graph = random.graph(sites: 4...8)
      let costs = try PairwiseCosts(
        graph, labelCount: 2, unary: random.numbers(2 * graph.siteCount, scale: 2000),
        pairwise: .tables(random.numbers(4 * graph.edgeCount, scale: 2000)))
      let expected = try StateEnumeration().sum(costs)
      let found = try VariableElimination().sum(costs)
      let tolerance = 1e-12 * abs(expected.logPartition) + 1e-9
      try Self.expectEqual(found, expected, within: tolerance, "seed 204, model \(number)")
    }
  }

  @Test func whatIsTooLargeIsRefusedBeforeAnythingIsMade() throws {
    func message(_ method: some FieldSummation, _ lattice: Lattice) -> String {
      do {
        _ = try method.sum(IsingModel<Double>(lattice, coupling: 0.4))
        return "summed"
      } catch {
        return "\(error)"
      }
    }
    #expect(message(StateEnumeration(), Lattice([30])).contains("2^30 states"))
    let wide = Lattice(height: 40, width: 40)
    #expect(message(TransferMatrix(), wide).contains("rows of 2^40 states"))
    #expect(message(VariableElimination(), wide).contains("over more than 21 sites"))
    let torus = Lattice(height: 16, width: 16, boundary: .periodic)
    #expect(message(TransferMatrix(), torus).contains("2^32 pairs of states"))
    #expect(message(TransferMatrix(), Lattice([3, 3, 3])).contains("variable elimination takes"))
    #expect(message(VariableElimination(), Lattice(height: 400, width: 20)).contains("MiB"))
  }

  /// Draws without a chain: every state as often as its probability says.
  @Test func drawsOfANarrowFieldHaveItsProbabilities() throws {
    let model = FieldFixtures.ising(FieldGraph(Lattice(height: 3, width: 3)), scale: 0.5)
    let field = try NarrowField<Double>(model)
    let states: Tensor<Double> = States.all(of: 9)
    let densities = field.logDensity(of: states)
    #expect(abs(densities.exp().sum(along: 0)[] - 1) < 1e-12)
    let probabilities = densities.elements.map { MonteCarlo.exp($0) }
    let count = 40_000
    let random = ChainRandom(key: RandomKey(seed: 205))
    let drawn = States.numbers(of: field.sample(count: count, using: random))
    let floor = MonteCarlo.floor(of: probabilities, count: count)
    let distance = MonteCarlo.totalVariation(of: drawn, from: probabilities)
    // The floor's mean is 0.8 of it, and its deviation small against it.
    #expect(distance < 1.2 * floor, "\(distance) of \(floor)")
    let other = FieldFixtures.ising(model.graph, scale: 0.5, seed: 6)
    let wrong = try NarrowField<Double>(other).logDensity(of: states).exp().elements
    #expect(MonteCarlo.totalVariation(of: drawn, from: wrong) > 2 * floor)
  }
}
