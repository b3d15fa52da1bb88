import Joule
import JouleTestSupport
import Testing

/// Pairwise fields go through the one trainer: exactly and by Markov chains of a kernel that knows none of them.
@Suite struct IsingTrainingTests {
  static let graph = FieldGraph(Lattice(height: 2, width: 3))

  static var truth: IsingModel<Double> {
    let key = RandomKey(seed: 231)
    return IsingModel(
      graph, couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")) * 0.3 + 0.3,
      field: Tensor(normal: [graph.siteCount], using: key.folded("h")) * 0.3)
  }

  static var zero: IsingModel<Double> {
    IsingModel(
      graph, couplings: Tensor(zeros: [graph.edgeCount]), field: Tensor(zeros: [graph.siteCount]))
  }

  static func draws(_ count: Int) throws -> (dataset: Dataset, rows: Tensor<Double>) {
    FamilyTrainingTests.data(
      try NarrowField<Double>(truth)
        .sample(count: count, using: ChainRandom(key: RandomKey(seed: 232))))
  }

  /// Moment matching: E[v], E[v v′] of the data and of the model agree.
  @Test func theExactGradientEndsAtTheMoments() throws {
    let (dataset, rows) = try Self.draws(1000)
    let model = try FamilyTrainingTests.train(
      Self.zero, ExactGradient(), on: dataset, epochs: 400, rate: 0.2)
    // The same by Newton's method on the exponential family with these statistics.
    let family = IsingFamily(
      siteCount: 6, edges: Self.graph.edges.map { .init($0.first, $0.second) }, values: .spins)
    let fit = try family.fit(rows * 2 - 1)
    let expected = fit.model.naturalParameters.values
    let found = model.field.elements + model.couplings.elements
    for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-6) }
    // And the model's moments by elimination are the data's.
    let sum = try VariableElimination().sum(model)
    let spins = rows * 2 - 1
    for (edge, sites) in Self.graph.edges.enumerated() {
      let mean =
        (0..<1000).reduce(0.0) { $0 + spins[$1, sites.first] * spins[$1, sites.second] } / 1000
      let own = 2 * (sum.marginal(ofEdge: edge, 0, 0) + sum.marginal(ofEdge: edge, 1, 1)) - 1
      #expect(abs(mean - own) < 1e-6)
    }
  }

  typealias Chains = RowCompleting<Gibbs<IsingModel<Double>>, IsingModel<Double>>

  static func expectNearTheMaximum(_ model: IsingModel<Double>, chains: Int) throws {
    let (_, rows) = try draws(1000)
    let family = IsingFamily(
      siteCount: 6, edges: graph.edges.map { .init($0.first, $0.second) }, values: .spins)
    let fit = try family.fit(rows * 2 - 1)
    let trained = ExponentialFamilyModel(
      family, unchecked: NaturalParameters(model.field.elements + model.couplings.elements))
    let (found, expected) = (trained.meanParameters, fit.model.meanParameters)
    let information = fit.model.fisherInformation
    for index in 0..<found.count {
      // The step goes to zero: less than one look at the chains would be off, five deviations of it.
      let deviation = (information[index, index] / Double(chains)).squareRoot()
      let z = (found[index] - expected[index]) / deviation
      #expect(abs(z) < 5, "moment \(index): \(z) deviations")
    }
  }

  @Test func persistentChainsEndNearTheMaximum() throws {
    let (dataset, _) = try Self.draws(1000)
    let model = try FamilyTrainingTests.train(
      Self.zero,
      PersistentContrastiveDivergence(steps: 2, chains: 400) { model in
        Chains(Gibbs(model), for: model)
      }, on: dataset, epochs: 400, rate: 0.1, schedule: .linear(to: 0), momentum: 0)
    try Self.expectNearTheMaximum(model, chains: 400)
  }

  /// Twenty sweeps forget where they began on six sites: what is left is the noise of the batch's chains.
  @Test func contrastiveDivergenceOfManyStepsEndsNearTheMaximum() throws {
    let (dataset, _) = try Self.draws(1000)
    let model = try FamilyTrainingTests.train(
      Self.zero,
      ContrastiveDivergence(steps: 20) { model in Chains(Gibbs(model), for: model) },
      on: dataset, epochs: 100, rate: 0.3, schedule: .linear(to: 0), momentum: 0)
    try Self.expectNearTheMaximum(model, chains: 1000)
  }
}
