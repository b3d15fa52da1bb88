import Joule
import JouleTestSupport
import Testing

/// Cluster algorithms judged by their exact transition matrices, and those held to draws.
@Suite struct ClusterTests {
  /// A ferromagnet with nothing symmetric about it.
  static func ferromagnet(
    _ graph: FieldGraph, scale: Double = 1, fields: Double = 0.5
  ) -> IsingModel<Double> {
    let key = RandomKey(seed: 141)
    return IsingModel(
      graph, couplings: Tensor(uniform: [graph.edgeCount], using: key.folded("j")) * scale,
      field: Tensor(normal: [graph.siteCount], using: key.folded("h")) * fields)
  }

  static let graphs: [FieldGraph] = [
    FieldGraph(Lattice(height: 2, width: 3)),
    FieldGraph(Lattice([5], boundary: .periodic)),
    FieldGraph(complete: 4),
  ]

  static func potts(fields: Double) -> PottsModel<Double> {
    let key = RandomKey(seed: 142)
    let graph = FieldGraph(Lattice(height: 2, width: 2))
    return PottsModel(
      graph, similarity: LabelSimilarity.potts(3),
      couplings: Tensor(uniform: [graph.edgeCount], using: key.folded("j")) * 1.5,
      field: Tensor(normal: [graph.siteCount, 3], using: key.folded("h")) * fields)
  }

  private func expectRight<Kernel: EnumerableKernel, Energy: EnergyModel>(
    _ kernel: Kernel, for energy: Energy, _ space: StateSpace<Double>
  ) throws where Kernel.Scalar == Double, Energy.Scalar == Double {
    let report = try KernelOracle(energy, over: space, draws: 60_000).report(on: kernel)
    #expect(report.passes && report.isIrreducible && report.method == .listed, "\(report)")
    #expect(report.stationarityResidual < 1e-12, "\(report)")
    #expect(report.detailedBalanceResidual < 1e-12, "\(report)")
  }

  @Test(arguments: graphs.indices, [0.0, 0.5])
  func clustersLeaveIsingInvariant(graph: Int, fields: Double) throws {
    let model = Self.ferromagnet(Self.graphs[graph], fields: fields)
    let space = StateSpace<Double>(binary: model.variableCount)
    try expectRight(SwendsenWang(model), for: model, space)
    try expectRight(Wolff(model, clustersPerStep: 2), for: model, space)
    let bits = model.expressed(in: .bits)
    try expectRight(SwendsenWang(bits), for: bits, space)
  }

  @Test(arguments: [0.0, 0.7]) func clustersLeavePottsInvariant(fields: Double) throws {
    let model = Self.potts(fields: fields)
    let space = StateSpace<Double>(values: Array(repeating: [0, 1, 2], count: 4))
    try expectRight(SwendsenWang(model), for: model, space)
    try expectRight(Wolff(model), for: model, space)
  }

  /// Bonds of 1 − exp(−J) where 1 − exp(−2J) is right, and fields left out.
  @Test func wrongClustersAreFoundOut() throws {
    let model = Self.ferromagnet(Self.graphs[0])
    let oracle = KernelOracle(
      model, over: StateSpace<Double>(binary: model.variableCount), draws: 60_000)
    let half = Self.ferromagnet(Self.graphs[0], scale: 0.5)
    let bare = Self.ferromagnet(Self.graphs[0], fields: 0)
    for wrong in [half, bare] {
      let first = try oracle.report(on: SwendsenWang(wrong))
      #expect(!first.passes && first.stationarityResidual > 1e-3, "\(first)")
      let second = try oracle.report(on: Wolff(wrong))
      #expect(!second.passes && second.stationarityResidual > 1e-3, "\(second)")
    }
  }

  /// An algorithm that ends its step when enough has flipped is biased, as the documentation says: such steps are
  /// made by hand here, and fail where steps of a fixed number of clusters pass.
  @Test func stoppingBySizeIsWrong() throws {
    let model = Self.ferromagnet(Self.graphs[0], scale: 1.4, fields: 0)
    let space = StateSpace<Double>(binary: model.variableCount)
    let oracle = KernelOracle(model, over: space, draws: 200_000)
    let right = try oracle.report(on: CountedWolff(kernel: Wolff(model), enough: 0))
    #expect(right.passes, "\(right)")
    let wrong = try oracle.report(on: CountedWolff(kernel: Wolff(model), enough: 5))
    #expect(!wrong.passes, "\(wrong)")
  }

  /// Wolff's clusters one after another until `enough` sites have flipped; one of them if that is 0.
  struct CountedWolff: TransitionKernel {
    typealias Scalar = Double
    let kernel: Wolff<Double>
    let enough: Int

    func makeState(at rows: Tensor<Double>) -> [Wolff<Double>.State] {
      (0..<rows.shape[0]).map { kernel.makeState(at: rows.rows(at: [$0])) }
    }

    func step(_ state: inout [Wolff<Double>.State], using random: ChainRandom) -> PlainTransition {
      for chain in state.indices {
        var flipped = 0
        var part = 0
        repeat {
          let transition = kernel.step(
            &state[chain], using: random.advanced(by: chain).folded(part))
          flipped += transition.clusterSites[0]
          part += 1
        } while flipped < enough
      }
      return PlainTransition()
    }

    func position(of state: [Wolff<Double>.State]) -> Tensor<Double> {
      Tensor(stacking: state.map { kernel.position(of: $0).row(0) })
    }
  }

  @Test func antiferromagnetsAreRefusedByName() throws {
    let graph = FieldGraph(Lattice(height: 2, width: 2))
    let model = IsingModel<Double>(
      graph, couplings: Tensor([0.5, 0.2, -0.3, 0.1]), field: Tensor(zeros: [4]))
    let edge = graph.edges[2]
    for make in [
      { _ = try SwendsenWang(model) }, { _ = try Wolff(model) },
      { _ = try CouplingFromThePast(model) },
    ] as [() throws -> Void] {
      let error = #expect(throws: FieldError.self) { try make() }
      let words = "\(try #require(error))"
      #expect(
        words.contains("edge 2") && words.contains("sites \(edge.first) and \(edge.second)"),
        "\(words)")
    }
    let graded = PottsModel<Double>(
      graph, similarity: LabelSimilarity.truncatedLinear(3, limit: 2),
      couplings: Tensor([4], repeating: 1), field: Tensor(zeros: [4, 3]))
    #expect(throws: FieldError.self) { try SwendsenWang(graded) }
  }

  /// The same chains cut in pieces give the same bits.
  @Test func chainsMayBeCut() throws {
    let model = Self.ferromagnet(Self.graphs[0])
    let rows = Tensor<Double>(zeros: [5, 6])
    let key = RandomKey(seed: 143)
    func check<Kernel: TransitionKernel>(_ kernel: Kernel) where Kernel.Scalar == Double {
      var whole = kernel.makeState(at: rows)
      kernel.step(&whole, using: ChainRandom(key: key, step: 7))
      var part = kernel.makeState(at: rows.rows(at: [0, 1]))
      kernel.step(&part, using: ChainRandom(key: key, firstChain: 3, step: 7))
      #expect(kernel.position(of: whole).rows(at: [3, 4]) == kernel.position(of: part))
    }
    check(try SwendsenWang(model))
    check(try Wolff(model))
    check(IsingSweep(model))
  }
}
