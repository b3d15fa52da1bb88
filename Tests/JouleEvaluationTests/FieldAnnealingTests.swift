import Joule
import JouleTestSupport
import Testing

/// Annealed importance sampling of pairwise fields by the general kernel, against log Z of a transfer matrix.
@Suite struct FieldAnnealingTests {
  typealias Model = IsingModel<Double>
  typealias Path = GeometricPath<BernoulliProduct<Double>, Model>
  typealias Chains = AnchoredPath<Path, Gibbs<Path.Energy>, BernoulliProduct<Double>>

  static func path(to model: Model, from probabilities: [Double]) -> Chains {
    let base = BernoulliProduct<Double>(probabilities: Tensor(probabilities))
    return KernelAlongPath(GeometricPath(from: base, to: model)) { energy, _ in Gibbs(energy) }
      .starting(from: base)
  }

  static var model: Model {
    let graph = FieldGraph(Lattice(height: 6, width: 5))
    let key = RandomKey(seed: 241)
    return Model(
      graph, couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")) * 0.4,
      field: Tensor(normal: [graph.siteCount], using: key.folded("h")) * 0.3)
  }

  /// From uniform bits and from the marginals of belief propagation, forward and back: within four of the
  /// errors that they state.
  @Test(arguments: [false, true]) func theEstimateIsWithinItsError(fromBeliefs: Bool) throws {
    let model = Self.model
    let exact = try TransferMatrix().sum(model, detail: .logPartition).logPartition
    let beliefs = try BeliefPropagation().sum(model)
    let start = (0..<30).map { fromBeliefs ? beliefs.marginal(ofSite: $0, 1) : 0.5 }
    let path = Self.path(to: model, from: start)
    let sampling = AnnealedImportanceSampling(path, steps: 100)
    let key = RandomKey(seed: 242)
    let forward = try sampling.forward(chains: 200, key: key.folded("forward"))
    let samples = try NarrowField<Double>(model)
      .sample(count: 200, using: ChainRandom(key: key.folded("samples")))
    let reverse = try sampling.reverse(from: samples, key: key.folded("reverse"))
    let low = path.baseLogPartition + forward.logMean
    let high = path.baseLogPartition - reverse.logMean
    #expect(abs(low - exact) < 4 * forward.standardError, "\(low), not \(exact)")
    #expect(abs(high - exact) < 4 * reverse.standardError, "\(high), not \(exact)")
    // Errors that say something.
    #expect(forward.standardError < 0.1 && reverse.standardError < 0.1)
  }

  /// Three labels, from the marginals of mean field.
  @Test func potts() throws {
    let lattice = Lattice(height: 5, width: 4)
    let key = RandomKey(seed: 243)
    let model = PottsModel<Double>(
      FieldGraph(lattice), similarity: LabelSimilarity.potts(3),
      couplings: Tensor(normal: [31], using: key.folded("j")) * 0.5 + 0.3,
      field: Tensor(normal: [20, 3], using: key.folded("h")) * 0.4)
    let exact = try TransferMatrix().sum(model, detail: .logPartition).logPartition
    let base = IndependentLabels<Double>(try MeanField().sum(model))
    let path = KernelAlongPath(GeometricPath(from: base, to: model)) { energy, _ in Gibbs(energy) }
      .starting(from: base)
    #expect(abs(path.baseLogPartition) < 1e-12)
    let weights = try AnnealedImportanceSampling(path, steps: 100)
      .forward(chains: 200, key: key.folded("forward"))
    let found = path.baseLogPartition + weights.logMean
    #expect(abs(found - exact) < 4 * weights.standardError, "\(found), not \(exact)")
    #expect(weights.standardError < 0.1)
  }
}
