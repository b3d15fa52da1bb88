import Joule
import JouleTestSupport
import Testing

/// Searches for the most probable state against enumeration, thousands of random models each.
@Suite struct MostProbableStateTests {
  static let tolerance = 1e-8

  @Test func theCutFindsTheLeastEnergyAndProvesIt() throws {
    var random = RandomFields(seed: 101)
    for number in 0..<3000 {
      let costs = random.binary(sites: number % 10 == 0 ? 16...16 : 2...9, submodular: true)
      let (state, certificate) = try MinimumCut().solveWithCertificate(costs)
      let least = RandomFields.leastBinary(costs).energy
      try #require(abs(state.energy - least) < Self.tolerance, "seed 101, model \(number)")
      try #require(state.isOptimal && state.gap < Self.tolerance, "seed 101, model \(number)")
      try #require(certificate.isTight, "seed 101, model \(number)")
      try #require(abs(costs.energy(of: state.labels) - state.energy) < Self.tolerance)
    }
  }

  /// On periodic lattices, lattices in space and complete graphs the network is another one.
  @Test func theCutIsTheSameOnEveryLayout() throws {
    for (number, graph) in FieldFixtures.graphs.enumerated() {
      for seed in 0..<20 as Range<UInt64> {
        var model = FieldFixtures.ising(graph, scale: 0.8, seed: 1000 * UInt64(number) + seed)
        model.parameters.entries[0].value = model.couplings.abs()
        let state = try MinimumCut().solve(model)
        let least = RandomFields.leastBinary(model.costs).energy
        try #require(abs(state.energy - least) < Self.tolerance, "graph \(number), seed \(seed)")
        // The same sites as a list of edges.
        let list = try IsingModel<Double>(
          siteCount: graph.siteCount,
          edges: zip(graph.edges, model.couplings.elements).map { ($0.first, $0.second, $1) },
          field: model.field)
        let other = try MinimumCut().solve(list)
        try #require(abs(other.energy + model.constant - state.energy) < Self.tolerance)
      }
    }
  }

  /// A large grid, where paths are long: the flow still equals the cut, and descent finds nothing better.
  @Test(arguments: [0.2, 0.6, 1.5]) func flowEqualsCutOnLargeGrids(coupling: Double) throws {
    for neighbourhood in Lattice.Neighbourhood.allCases {
      let lattice = Lattice(height: 80, width: 70, neighbourhood: neighbourhood)
      let model = IsingModel<Double>(
        lattice, coupling: coupling,
        field: Tensor(normal: [lattice.siteCount], using: RandomKey(seed: 7)))
      let (state, certificate) = try MinimumCut().solveWithCertificate(model)
      #expect(certificate.isTight && state.isOptimal)
      let descended = try IteratedConditionalModes(start: state.labels).solve(model)
      #expect(descended.energy > state.energy - Self.tolerance)
    }
  }

  @Test func aCouplingThatIsNotSubmodularIsRefusedByName() {
    var model = FieldFixtures.ising(FieldGraph(Lattice([4])))
    model.parameters.entries[0].value = Tensor([0.5, -0.25, 0.5])
    #expect(throws: FieldError.notSubmodular(edge: 1, first: 1, second: 2, excess: 1)) {
      try MinimumCut().solve(model)
    }
  }

  @Test func whatRoofDualityLabelsSomeBestStateHas() throws {
    var random = RandomFields(seed: 102)
    var (labelled, sites) = (0, 0)
    for number in 0..<1500 {
      let costs = random.binary(sites: 2...9, submodular: false)
      let known = try RoofDuality().persistency(costs)
      let brute = RandomFields.bruteForce(costs)
      let energies = brute.energies
      let least = energies.min() ?? 0
      try #require(known.bound <= least + Self.tolerance, "seed 102, model \(number)")
      let agrees = energies.indices.contains { state in
        energies[state] < least + Self.tolerance
          && zip(known.labels, brute.labels(of: state)).allSatisfy {
            $0 == nil || Int($0 ?? 0) == $1
          }
      }
      try #require(agrees, "seed 102, model \(number)")
      labelled += known.labelledCount
      sites += costs.siteCount
    }
    // Else the test says nothing.
    #expect(labelled > sites / 2 && labelled < sites)
  }

  @Test func roofDualityIsTheCutWhereThatIsPossible() throws {
    var random = RandomFields(seed: 103)
    for number in 0..<300 {
      let costs = random.binary(sites: 2...12, submodular: true)
      let bound = try RoofDuality().persistency(costs).bound
      let least = RandomFields.leastBinary(costs).energy
      try #require(abs(bound - least) < Self.tolerance, "seed 103, model \(number)")
    }
  }

  static let solvers: [(name: String, solver: any MostProbableStateSolver)] = [
    ("ICM", IteratedConditionalModes()),
    ("annealing", AnnealedSearch(sweeps: 60, key: RandomKey(seed: 1))),
    ("max-product", MaxProduct(largestPassCount: 60)),
    ("TRW-S", TreeReweightedMinimum(largestPassCount: 60)), ("expansion", AlphaExpansion()),
    ("swap", AlphaBetaSwap()), ("roof duality", RoofDuality()), ("cut", MinimumCut()),
  ]

  /// bound ≤ min E ≤ energy, whatever the method, wherever it applies.
  @Test(arguments: solvers.indices) func everyAnswerBracketsTheLeastEnergy(index: Int) throws {
    let (name, solver) = Self.solvers[index]
    var random = RandomFields(seed: 104)
    var (solved, exact) = (0, 0)
    for number in 0..<400 {
      let kind = RandomFields.Kind.allCases[number % 5]
      let labels = kind == .submodular ? 2 : 2 + number % 3
      let costs =
        kind == .submodular
        ? random.binary(sites: 2...8, submodular: true)
        : random.labelled(kind, sites: 2...5, labels: labels)
      let least = RandomFields.bruteForce(costs).leastEnergy
      let state: MostProbableState
      do {
        state = try solver.solve(costs)
      } catch {
        // Only what the method says it cannot treat.
        #expect(["expansion", "swap", "roof duality", "cut"].contains(name), "\(name): \(error)")
        continue
      }
      solved += 1
      let place = Comment("\(name), seed 104, model \(number)")
      try #require(abs(costs.energy(of: state.labels) - state.energy) < Self.tolerance, place)
      try #require(state.energy > least - Self.tolerance, place)
      try #require(state.bound < least + Self.tolerance, place)
      if state.isOptimal { try #require(state.energy < least + Self.tolerance, place) }
      if state.energy < least + Self.tolerance { exact += 1 }
    }
    #expect(solved >= 80, "\(name) solved \(solved)")
    // Small fields are easy: every method but descent finds most minima.
    #expect(exact * 10 >= solved * (name == "ICM" ? 5 : 8), "\(name): \(exact) of \(solved)")
  }

  @Test func messagesAreExactOnForests() throws {
    var random = RandomFields(seed: 105)
    for number in 0..<300 {
      let labels = 2 + number % 3
      let graph = number % 2 == 0 ? FieldGraph(Lattice([6])) : FieldFixtures.tree
      let unary = random.numbers(graph.siteCount * labels, scale: 1)
      let costs = try PairwiseCosts(
        graph, labelCount: labels, unary: unary,
        pairwise: .tables(random.numbers(graph.edgeCount * labels * labels, scale: 1)))
      let least = RandomFields.bruteForce(costs).leastEnergy
      for solver in [MaxProduct() as any MostProbableStateSolver, TreeReweightedMinimum()] {
        let state = try solver.solve(costs)
        try #require(abs(state.energy - least) < Self.tolerance, "seed 105, model \(number)")
        try #require(state.isOptimal, "seed 105, model \(number)")
      }
    }
  }

  @Test func noPassOfTRWSLowersTheBound() throws {
    var random = RandomFields(seed: 106)
    for number in 0..<100 {
      let costs = random.labelled(.any, sites: 4...7, labels: 3)
      var previous = -Double.infinity
      for passes in 1...8 {
        let bound = try TreeReweightedMinimum(largestPassCount: passes).solve(costs).bound
        try #require(bound >= previous - 1e-10, "seed 106, model \(number), pass \(passes)")
        previous = bound
      }
    }
  }

  /// The state is within twice the factor that the theorem allows, of metric costs.
  @Test func expansionStaysWithinItsGuarantee() throws {
    var random = RandomFields(seed: 107)
    for number in 0..<200 {
      let costs = random.labelled(number % 2 == 0 ? .potts : .metric, sites: 3...6, labels: 4)
      // The guarantee is for costs that are not negative.
      let lift = (costs.unary.min() ?? 0) * -Double(costs.siteCount) - costs.constant
      let least = RandomFields.bruteForce(costs).leastEnergy
      let state = try AlphaExpansion().solve(costs)
      let factor = number % 2 == 0 ? 2.0 : 4.0
      try #require(
        state.energy + lift <= factor * (least + lift) + Self.tolerance, "seed 107, model \(number)"
      )
    }
  }
}
