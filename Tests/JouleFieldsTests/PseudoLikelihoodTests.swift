import Joule
import JouleTestSupport
import Testing

/// Learning couplings from samples.
@Suite struct PseudoLikelihoodTests {
  typealias Model = IsingModel<Double>

  static func zero(_ graph: FieldGraph, _ values: BinaryValues = .spins) -> Model {
    Model(
      graph, couplings: Tensor(zeros: [graph.edgeCount]), field: Tensor(zeros: [graph.siteCount]),
      values: values)
  }

  /// (1/N) Σ softplus(−ΔE), by what flips cost.
  static func value(_ model: Model, _ rows: Tensor<Double>) -> Double {
    let costs = model.flipEnergies(of: rows, sites: Array(0..<model.variableCount))
    return (-costs).softplus().sum() / Double(rows.shape[0])
  }

  static func gradient(_ model: Model, _ rows: Tensor<Double>) -> ParameterSet<Double> {
    FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return value(moved, rows)
    }
  }

  static func draws(_ model: Model, _ count: Int, seed: UInt64) throws -> Tensor<Double> {
    try NarrowField<Double>(model)
      .sample(count: count, using: ChainRandom(key: RandomKey(seed: seed)))
  }

  @Test(arguments: BinaryValues.allCases) func theFitIsStationary(values: BinaryValues) throws {
    for graph in [FieldGraph(Lattice(height: 3, width: 3)), FieldGraph(complete: 5)] {
      let truth = FieldFixtures.ising(graph, values: values, scale: 0.5)
      let rows = try Self.draws(truth, 500, seed: 221)
      let fit = try PseudoLikelihood().fit(Self.zero(graph, values), to: rows)
      #expect(fit.isConverged && fit.subgradientNorm <= 1e-7)
      #expect(abs(fit.objective - Self.value(fit.model, rows)) < 1e-12)
      // Differences are good to 1e-9 or so.
      #expect(Self.gradient(fit.model, rows).largestMagnitude < 1e-6)
      // The same from elsewhere: the minimum is the only one.
      let other = try PseudoLikelihood().fit(truth, to: rows, on: Workers(count: 2))
      #expect((other.model.couplings - fit.model.couplings).largestMagnitude < 1e-4)
    }
  }

  @Test func theNumberOfWorkersChangesNothing() throws {
    let graph = FieldGraph(Lattice(height: 4, width: 4))
    let rows = try Self.draws(FieldFixtures.ising(graph, scale: 0.4), 300, seed: 222)
    let one = try PseudoLikelihood(l2: 0.01).fit(Self.zero(graph), to: rows)
    let two = try PseudoLikelihood(l2: 0.01).fit(Self.zero(graph), to: rows, on: Workers(count: 2))
    #expect(one.model == two.model && one.objective == two.objective)
  }

  /// One site: the logarithm of the odds, and its error 1 / (2 √(N p (1 − p))).
  @Test func oneSiteIsTheLogarithmOfItsOdds() throws {
    let rows = Tensor<Double>(shape: [10, 1], elements: (0..<10).map { $0 < 3 ? 1 : 0 })
    let fit = try PseudoLikelihood(tolerance: 1e-11).fit(
      Self.zero(FieldGraph(complete: 1)), to: rows)
    #expect(abs(fit.model.field[0] - 0.5 * MonteCarlo.log(3.0 / 7)) < 1e-9)
    let errors = try #require(try fit.standardErrors())
    #expect(abs(errors["field"][0] - 0.5 / (10 * 0.3 * 0.7).squareRoot()) < 1e-9)
  }

  /// λ₁: elements that are zero have a slope below it, the others one of exactly that size.
  @Test func sparseCouplingsSatisfyTheConditionsOfTheMinimum() throws {
    let lattice = FieldGraph(Lattice(height: 3, width: 3))
    let truth = IsingModel<Double>(Lattice(height: 3, width: 3), coupling: 0.2)
    let rows = try Self.draws(truth, 20_000, seed: 223)
    // Six deviations of a slope, at most √2 / √20,000; couplings shrink by half of it, curvatures being near 2.
    let (l1, l2) = (0.06, 0.02)
    let fit = try PseudoLikelihood(l1: l1, l2: l2).fit(
      Self.zero(FieldGraph(complete: 9)), to: rows)
    #expect(fit.isConverged)
    let gradient = Self.gradient(fit.model, rows)
    let slopes = gradient.entries[0].value + fit.model.couplings * l2
    for (j, slope) in zip(fit.model.couplings.elements, slopes.elements) {
      if j == 0 {
        #expect(abs(slope) <= l1 + 1e-6)
      } else {
        #expect(abs(slope + (j > 0 ? l1 : -l1)) < 1e-6)
      }
    }
    #expect(gradient.entries[1].value.largestMagnitude < 1e-6)
    #expect(try fit.covariance() == nil)
    // The graph that the draws came from is found.
    let joined = Set(lattice.edges.map { [$0.first, $0.second] })
    let found = zip(fit.model.graph.edges, fit.model.couplings.elements).filter { $0.1 != 0 }
      .map { [$0.0.first, $0.0.second] }
    #expect(Set(found) == joined)
  }

  /// Sampled 16 × 16 couplings come back within their errors, and the errors are of the right size: (Ĵ − J) / σ
  /// have the mean square of standard normal numbers.
  @Test func couplingsOfAGridAreRecoveredWithinTheirErrors() throws {
    let graph = FieldGraph(Lattice(height: 16, width: 16))
    let key = RandomKey(seed: 224)
    let truth = Model(
      graph, couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")) * 0.15 + 0.25,
      field: Tensor(normal: [graph.siteCount], using: key.folded("h")) * 0.2)
    let rows = try Self.draws(truth, 2000, seed: 225)
    let fit = try PseudoLikelihood().fit(Self.zero(graph), to: rows, on: Workers(count: 2))
    #expect(fit.isConverged)
    let covariance = try #require(try fit.covariance())
    let estimates = fit.model.couplings.elements + fit.model.field.elements
    let values = truth.couplings.elements + truth.field.elements
    let count = values.count
    let errors = (0..<count).map { (index: Int) in covariance[index, index].squareRoot() }
    let scores: [Double] = (0..<count).map { (estimates[$0] - values[$0]) / errors[$0] }
    // The largest of 736 normal numbers is beyond 4.5 once in two hundred times.
    #expect(scores.allSatisfy { abs($0) < 4.5 }, "\(scores.map { abs($0) }.max() ?? 0)")
    let beyond = scores.count { abs($0) > 3 }
    #expect(beyond <= 9, "\(beyond) of \(count) beyond 3: 2 expected, ten once in 20,000")
    // Var Σ z² / n of normal z with these correlations: 2 Σ r² / n².
    let meanSquare = scores.reduce(0) { $0 + $1 * $1 } / Double(count)
    var squares = 0.0
    for i in 0..<count {
      for j in 0..<count {
        let r = covariance[i, j] / errors[i] / errors[j]
        squares += r * r
      }
    }
    let deviation = (2 * squares).squareRoot() / Double(count)
    #expect(abs(meanSquare - 1) < 4 * deviation, "\(meanSquare) ± \(deviation)")
  }

  @Test func dataWithoutAnEstimateAreRefused() throws {
    let graph = FieldGraph(complete: 2)
    func message(_ rows: [[Double]], _ method: PseudoLikelihood = .init()) -> String {
      do {
        _ = try method.fit(Self.zero(graph), to: Tensor(rows))
        return "fitted"
      } catch {
        return "\(error)"
      }
    }
    #expect(message([[1, 0], [1, 1]]).contains("site 0 is 0 in no row"))
    #expect(message([[1, 0.5], [1, 1]]).contains("row 0, column 1: got 0.5"))
    // Always alike: the coupling has no largest value, unless it is penalised.
    let alike: [[Double]] = [[0, 0], [1, 1], [0, 0]]
    #expect(message(alike).contains("grows without end"), "\(message(alike))")
    #expect(message(alike, PseudoLikelihood(l2: 0.1)) == "fitted")
  }

  /// Potts models, with a number an edge and with tables: (1/N) Σ softmax terms, by what labels cost.
  @Test func pottsModelsAreStationaryToo() throws {
    let graph = FieldGraph(Lattice(height: 3, width: 3))
    let key = RandomKey(seed: 226)
    func check(_ truth: PottsModel<Double>, _ method: PseudoLikelihood) throws {
      let rows = try NarrowField<Double>(truth)
        .sample(count: 400, using: ChainRandom(key: key.folded("rows")))
      var start = truth
      start.parameters = truth.parameters.zeros()
      let fit = try method.fit(start, to: rows)
      #expect(fit.isConverged)
      func value(_ parameters: ParameterSet<Double>) -> Double {
        var moved = truth
        moved.parameters = parameters
        let costs = -moved.conditionalEnergies(of: rows, sites: Array(0..<9))
        var sum = costs.logSumExp(along: 2).sum()
        for row in 0..<400 {
          for site in 0..<9 {
            sum -= costs.elements[(row * 9 + site) * 3 + Int(rows[row, site])]
          }
        }
        let couplings = parameters.entries[0].value
        return sum / 400 + 0.5 * method.l2 * couplings.dot(couplings)
      }
      #expect(abs(fit.objective - value(fit.model.parameters)) < 1e-11)
      let gradient = FiniteDifferences.gradient(at: fit.model.parameters, of: value)
      #expect(gradient.largestMagnitude < 1e-6)
      let errors = try #require(try fit.standardErrors())
      #expect(errors.entries.allSatisfy { $0.value.min() >= 0 && $0.value.max() < 2 })
    }
    try check(
      PottsModel(
        graph, similarity: LabelSimilarity.potts(3),
        couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")) * 0.3 + 0.4,
        field: Tensor(normal: [9, 3], using: key.folded("h")) * 0.3), PseudoLikelihood())
    try check(
      PottsModel(
        graph, tables: Tensor(normal: [graph.edgeCount, 3, 3], using: key.folded("j")) * 0.4,
        field: Tensor(normal: [9, 3], using: key.folded("h")) * 0.3), PseudoLikelihood(l2: 0.02))
  }

  /// The couplings of a Potts model are unique, and its fields up to a constant a site: all within their errors.
  @Test func pottsCouplingsAreRecoveredWithinTheirErrors() throws {
    let graph = FieldGraph(Lattice(height: 8, width: 8))
    let key = RandomKey(seed: 227)
    let truth = PottsModel<Double>(
      graph, similarity: LabelSimilarity.potts(3),
      couplings: Tensor(normal: [graph.edgeCount], using: key.folded("j")) * 0.2 + 0.4,
      field: Tensor(normal: [64, 3], using: key.folded("h")) * 0.3)
    let rows = try NarrowField<Double>(truth)
      .sample(count: 3000, using: ChainRandom(key: key.folded("rows")))
    var start = truth
    start.parameters = truth.parameters.zeros()
    let fit = try PseudoLikelihood().fit(start, to: rows, on: Workers(count: 2))
    let covariance = try #require(try fit.covariance())
    // Fields less their mean at the site: what the search from zero leaves.
    let means = truth.field.mean(along: 1).reshaped(to: [64, 1])
    let values = truth.couplings.elements + (truth.field - means).elements
    let estimates = fit.model.couplings.elements + fit.model.field.elements
    let count = values.count
    let errors = (0..<count).map { (index: Int) in covariance[index, index].squareRoot() }
    let scores: [Double] = (0..<count).map { (estimates[$0] - values[$0]) / errors[$0] }
    let meanSquare = scores.reduce(0) { $0 + $1 * $1 } / Double(count)
    var squares = 0.0
    for i in 0..<count {
      for j in 0..<count {
        let r = covariance[i, j] / errors[i] / errors[j]
        squares += r * r
      }
    }
    let deviation = (2 * squares).squareRoot() / Double(count)
    #expect(abs(meanSquare - 1) < 4 * deviation, "\(meanSquare) ± \(deviation)")
  }
}
