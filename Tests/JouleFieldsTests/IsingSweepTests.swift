import Joule
import JouleTestSupport
import Testing

/// Vectorised sweeps of models with couplings of their own.
@Suite struct IsingSweepTests {
  static let cases: [(graph: Int, rule: SpinTorus.Rule, values: BinaryValues)] =
    FieldFixtures.graphs.indices.flatMap { graph in
      SpinTorus.Rule.allCases.flatMap { rule in
        BinaryValues.allCases.map { (graph, rule, $0) }
      }
    }

  /// Of exact draws the distance below is √(2/π) in the mean, about 0.6 / √states from it: 128 states at least, six
  /// times that, and something for cells that are rarely visited.
  static let bound = 1.3

  /// How far chains that start at exact draws are from p after some steps, in units of the noise.
  static func distance<Kernel: TransitionKernel>(
    _ kernel: Kernel, from model: IsingModel<Double>, steps: Int, chains: Int = 8000
  ) -> Double where Kernel.Scalar == Double {
    let space = StateSpace<Double>(binary: model.variableCount)
    let weights = model.energy(of: space.rows).elements.map { MonteCarlo.exp(-$0) }
    let total = weights.reduce(0, +)
    let probabilities = weights.map { $0 / total }
    let key = RandomKey(seed: 151)
    var stream = RandomStream(key: key.folded("starts"))
    let table = AliasTable(weights: probabilities)
    let starts = (0..<chains).map { _ in stream.categorical(table) }
    var state = kernel.makeState(at: space.rows.rows(at: starts))
    for step in 0..<steps {
      kernel.step(&state, using: ChainRandom(key: key.folded("steps"), step: step))
    }
    let ends = space.indices(of: kernel.position(of: state)).compactMap { $0 }
    return MonteCarlo.totalVariation(of: ends, from: probabilities)
      / MonteCarlo.floor(of: probabilities, count: chains)
  }

  @Test(arguments: cases)
  func sweepsLeaveTheModelInvariant(
    _ item: (graph: Int, rule: SpinTorus.Rule, values: BinaryValues)
  ) {
    let model = FieldFixtures.ising(FieldFixtures.graphs[item.graph], values: item.values)
    let distance = Self.distance(IsingSweep(model, rule: item.rule), from: model, steps: 2)
    #expect(distance < Self.bound, "\(item): \(distance)")
  }

  /// Models with couplings a fifth weaker, or with the opposite field, are another distribution: the test says so.
  @Test(arguments: SpinTorus.Rule.allCases) func wrongSweepsAreFoundOut(rule: SpinTorus.Rule) {
    for graph in [FieldFixtures.graphs[2], FieldFixtures.graphs[4], FieldFixtures.tree] {
      let model = FieldFixtures.ising(graph)
      let weak = IsingModel(graph, couplings: model.couplings * 0.8, field: model.field)
      let turned = IsingModel(graph, couplings: model.couplings, field: model.field * -1)
      for wrong in [weak, turned] {
        #expect(
          Self.distance(IsingSweep(wrong, rule: rule), from: model, steps: 8, chains: 20_000)
            > Self.bound)
      }
    }
  }

  /// Couplings in one direction alone make chains of the lattice, of which neighbours' correlations are known: tanh J.
  /// Rows are as wide as several vectors.
  @Test(
    arguments: [
      Lattice([150]), Lattice(height: 3, width: 133), Lattice(height: 70, width: 5),
      Lattice([3, 2, 65]), Lattice(height: 3, width: 70, neighbourhood: .withDiagonals),
      Lattice([2, 3, 34], neighbourhood: .withDiagonals),
    ], SpinTorus.Rule.allCases)
  func everyDirectionHasItsOwnCouplings(_ lattice: Lattice, _ rule: SpinTorus.Rule) {
    let graph = FieldGraph(lattice)
    let edges = graph.edges
    // Edges of one displacement in the order of lattices: numbers that differ by the same amount.
    let shifts = edges.map { $0.second - $0.first }
    for shift in Set(shifts).sorted() {
      expectChains(graph, Array(edges.indices.filter { shifts[$0] == shift }), Float.self, rule)
      if rule == .gibbs {
        expectChains(
          graph, Array(edges.indices.filter { shifts[$0] == shift }), Double.self, rule)
      }
    }
  }

  /// - Parameter coupled: the edges with couplings, a forest.
  private func expectChains<Scalar: TensorScalar>(
    _ graph: FieldGraph, _ coupled: [Int], _ type: Scalar.Type, _ rule: SpinTorus.Rule
  ) {
    let (edges, chains) = (graph.edges, 500)
    var stream = RandomStream(key: RandomKey(seed: 152))
    var couplings = Tensor<Scalar>(zeros: [graph.edgeCount])
    var starts = Tensor<Scalar>(zeros: [chains, graph.siteCount])
    for edge in coupled { couplings[edge] = Scalar(stream.uniform() * 2 - 1) }
    let tanh = coupled.map { edge -> Double in
      let e = MonteCarlo.exp(-2 * Double(couplings[edge]))
      return (1 - e) / (1 + e)
    }
    // Exact starts: free spins at the chains' heads, then neighbour after neighbour.
    let order = coupled.indices.sorted {
      min(edges[coupled[$0]].first, edges[coupled[$0]].second)
        < min(edges[coupled[$1]].first, edges[coupled[$1]].second)
    }
    for chain in 0..<chains {
      for site in 0..<graph.siteCount { starts[chain, site] = stream.bernoulli(0.5) ? 1 : 0 }
      for index in order {
        let (low, high) = (
          min(edges[coupled[index]].first, edges[coupled[index]].second),
          max(edges[coupled[index]].first, edges[coupled[index]].second)
        )
        let agrees = stream.bernoulli((1 + tanh[index]) / 2)
        starts[chain, high] = agrees ? starts[chain, low] : 1 - starts[chain, low]
      }
    }
    let model = IsingModel(graph, couplings: couplings, field: Tensor(zeros: [graph.siteCount]))
    let kernel = IsingSweep(model, rule: rule)
    var state = kernel.makeState(at: starts)
    for step in 0..<3 {
      kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 153), step: step))
    }
    let ends = kernel.position(of: state)
    var (worst, moved) = (0.0, 0)
    for (index, edge) in coupled.enumerated() {
      var sum = 0.0
      for chain in 0..<chains {
        sum += ends[chain, edges[edge].first] == ends[chain, edges[edge].second] ? 1 : -1
      }
      let error = ((1 - tanh[index] * tanh[index]) / Double(chains)).squareRoot()
      worst = max(worst, abs(sum / Double(chains) - tanh[index]) / error)
    }
    for index in ends.elements.indices where ends.elements[index] != starts.elements[index] {
      moved += 1
    }
    // Of 400 normal numbers the largest stays below 5 but with probability 2e-4.
    #expect(worst < 5, "\(graph.structure), \(type), z = \(worst)")
    #expect(moved > ends.count / 5)
  }

  /// Fields alone: every spin for itself.
  @Test(arguments: SpinTorus.Rule.allCases) func fieldsAreTheSitesOwn(rule: SpinTorus.Rule) {
    let lattice = Lattice(height: 4, width: 70, boundary: .periodic)
    let field = Tensor<Float>(normal: [280], using: RandomKey(seed: 154))
    let model = IsingModel(lattice, coupling: Float(0), field: field)
    let kernel = IsingSweep(model, rule: rule)
    let chances = field.elements.map { 1 / (1 + MonteCarlo.exp(-2 * Double($0))) }
    var stream = RandomStream(key: RandomKey(seed: 155))
    // Exact starts: Metropolis forgets a weak field's spins slowly.
    let starts = (0..<3000).flatMap { _ in chances.map { Float(stream.bernoulli($0) ? 1 : 0) } }
    var state = kernel.makeState(at: Tensor(shape: [3000, 280], elements: starts))
    for step in 0..<3 {
      kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 156), step: step))
    }
    let means = kernel.position(of: state).mean(along: 0)
    for site in 0..<280 {
      let p = chances[site]
      let z = (Double(means[site]) - p) / (p * (1 - p) / 3000).squareRoot()
      #expect(abs(z) < 5, "site \(site): z = \(z)")
    }
  }
}
