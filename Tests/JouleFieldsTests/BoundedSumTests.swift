import Joule
import JouleTestSupport
import Testing

/// Mean field, belief propagation and tree-reweighted sums: on which side of log Z they are, and where they meet.
@Suite struct BoundedSumTests {
  /// Random fields of every kind, weak to strong.
  static func field(_ random: inout RandomFields, _ number: Int) throws -> PairwiseCosts {
    let kind = RandomFields.Kind.allCases[number % 5]
    let costs =
      kind == .submodular || kind == .any && number % 2 == 0
      ? random.binary(sites: 2...9, submodular: kind == .submodular)
      : random.labelled(kind, sites: 2...6, labels: 2 + number % 3)
    // Times ¼, 1 or 4.
    let scale = [0.25, 1, 4][number % 3]
    let pairwise: PairwiseCosts.Pairwise =
      switch costs.pairwise {
      case .weighted(let weights, let table): .weighted(weights.map { $0 * scale }, table: table)
      case .tables(let tables): .tables(tables.map { $0 * scale })
      }
    return try PairwiseCosts(
      costs.graph, labelCount: costs.labelCount, unary: costs.unary, pairwise: pairwise,
      constant: costs.constant)
  }

  /// mean field ≤ log Z ≤ tree-reweighted, converged or stopped after any number of passes.
  @Test func boundsHoldOnThousandsOfFields() throws {
    var random = RandomFields(seed: 211)
    var loose = 0
    for number in 0..<3000 {
      let costs = try Self.field(&random, number)
      let exact = try StateEnumeration().sum(costs, detail: .logPartition).logPartition
      let passes = number % 4 == 0 ? 1 + number / 4 % 3 : 300
      let low = try MeanField(largestPassCount: passes).sum(costs, detail: .logPartition)
      let high = try TreeReweightedSum(
        largestPassCount: passes, tolerance: 1e-8, forestCount: 1 + number % 7
      ).sum(costs, detail: .logPartition)
      #expect(low.status == .lowerBound && high.status == .upperBound)
      let rounding = 1e-11 * max(1, abs(exact))
      let place = Comment(
        "seed 211, model \(number): \(low.logPartition), \(exact), \(high.logPartition)")
      try #require(low.logPartition <= exact + rounding, place)
      try #require(exact <= high.logPartition + rounding, place)
      if high.logPartition > exact + 1e-6 { loose += 1 }
    }
    // Most graphs have loops: else the bounds would say nothing.
    #expect(loose > 1500, "\(loose) are loose")
  }

  /// A control: without weights the same sum is Bethe's, which is on either side.
  @Test func withoutWeightsThereIsNoBound() throws {
    var random = RandomFields(seed: 212)
    var (above, below) = (0, 0)
    for number in 0..<400 {
      let costs = try Self.field(&random, number)
      guard !costs.graph.isForest else { continue }
      let exact = try StateEnumeration().sum(costs, detail: .logPartition).logPartition
      let bethe = try BeliefPropagation().sum(costs, detail: .logPartition)
      #expect(bethe.status == .estimate)
      if bethe.logPartition > exact + 1e-6 { above += 1 }
      if bethe.logPartition < exact - 1e-6 { below += 1 }
    }
    #expect(above > 20 && below > 20, "\(above) above, \(below) below")
  }

  @Test func messagesAreExactOnForests() throws {
    var random = RandomFields(seed: 213)
    for number in 0..<400 {
      let labels = 2 + number % 3
      let graph =
        number % 3 == 0
        ? FieldFixtures.tree : Self.randomForest(&random, sites: 1 + number % 40)
      let costs = try PairwiseCosts(
        graph, labelCount: labels,
        unary: random.numbers(graph.siteCount * labels, scale: 2),
        pairwise: .tables(random.numbers(graph.edgeCount * labels * labels, scale: 2)))
      let expected = try VariableElimination().sum(costs)
      let found = try BeliefPropagation().sum(costs)
      #expect(found.status == .exact)
      // A few units in the last place a site.
      let rounding = 1e-14 * Double(graph.siteCount) * max(1, abs(expected.logPartition))
      try FieldSumTests.expectEqual(
        found, expected, within: rounding, "seed 213, model \(number)")
      let reweighted = try TreeReweightedSum().sum(costs)
      try #require(abs(reweighted.logPartition - expected.logPartition) < 10 * rounding)
      #expect(reweighted.isConverged)
    }
  }

  /// A long chain whose numbers are in no order: two passes still do.
  @Test func aChainOfAnyNumberingTakesTwoPasses() throws {
    var random = RandomFields(seed: 214)
    let count = 3000
    let places = random.stream.permutation(count: count)
    let graph = try FieldGraph(
      siteCount: count, edges: (1..<count).map { (places[$0 - 1], places[$0]) })
    let costs = try PairwiseCosts(
      graph, labelCount: 2, unary: random.numbers(2 * count, scale: 1),
      pairwise: .tables(random.numbers(4 * (count - 1), scale: 1)))
    let expected = try VariableElimination().sum(costs, detail: .siteMarginals)
    let found = try BeliefPropagation().sum(costs, detail: .siteMarginals)
    #expect(found.iterations == 2)
    try FieldSumTests.expectEqual(found, expected, within: 1e-9, "chain")
  }

  private static func randomForest(_ random: inout RandomFields, sites: Int) -> FieldGraph {
    let places = random.stream.permutation(count: sites)
    var edges: [(Int, Int)] = []
    for site in 1..<max(sites, 1) where random.stream.bernoulli(0.9) {
      let other = places[random.stream.integer(below: site)]
      edges.append(
        random.stream.bernoulli(0.5) ? (places[site], other) : (other, places[site]))
    }
    guard let graph = try? FieldGraph(siteCount: sites, edges: edges) else {
      preconditionFailure("a forest has no repeated edge")
    }
    return graph
  }

  @Test func noPassOfMeanFieldLowersTheBound() throws {
    var random = RandomFields(seed: 215)
    for number in 0..<300 {
      let costs = try Self.field(&random, number)
      var previous = -Double.infinity
      for passes in 1...6 {
        let bound = try MeanField(largestPassCount: passes)
          .sum(costs, detail: .logPartition).logPartition
        try #require(
          bound >= previous - 1e-11 * max(1, abs(bound)), "seed 215, model \(number), \(passes)")
        previous = bound
      }
    }
  }

  /// The bound is −E_b[E] + H(b) of the marginals that come with it.
  @Test func theMeanFieldBoundIsThatOfItsMarginals() throws {
    var random = RandomFields(seed: 216)
    for number in 0..<100 {
      let costs = try Self.field(&random, number)
      let sum = try MeanField().sum(costs)
      let brute = RandomFields.bruteForce(costs)
      var expected = 0.0
      for state in 0..<brute.stateCount {
        let labels = brute.labels(of: state)
        var p = 1.0
        for (site, label) in labels.enumerated() { p *= sum.marginal(ofSite: site, label) }
        if p > 0 { expected -= p * (brute.energy(of: labels) + MonteCarlo.log(p)) }
      }
      let rounding = 1e-10 * max(1, abs(expected))
      try #require(abs(sum.logPartition - expected) < rounding, "seed 216, model \(number)")
    }
  }

  /// Where couplings vanish all is exact; where they are weak the gaps are of their second order at most.
  @Test func withoutCouplingsEveryMethodIsExact() throws {
    var random = RandomFields(seed: 217)
    let graph = FieldGraph(Lattice(height: 4, width: 4, boundary: .periodic))
    let unary = random.numbers(3 * graph.siteCount, scale: 1)
    let costs = try PairwiseCosts(
      graph, labelCount: 3, unary: unary,
      pairwise: .weighted(
        [Double](repeating: 0, count: graph.edgeCount), table: random.numbers(9, scale: 1)))
    let expected = try VariableElimination().sum(costs)
    for method in [MeanField(), BeliefPropagation(), TreeReweightedSum()]
      as [any FieldSummation]
    {
      let sum = try method.sum(costs)
      #expect(sum.isConverged)
      try FieldSumTests.expectEqual(sum, expected, within: 1e-11, "\(method)")
    }
  }
}
