import Joule
import JouleTestSupport
import Testing

/// The Ising model against brute force.
@Suite struct IsingModelTests {
  typealias Model = IsingModel<Double>

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func energiesAreThoseOfBruteForce(graph: FieldGraph, values: BinaryValues) {
    let model = FieldFixtures.ising(graph, values: values)
    let expected = FieldFixtures.bruteForce(model).energies
    let found = model.energy(of: States.all(of: graph.siteCount)).elements
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func flippingCostsTheDifferenceOfEnergies(graph: FieldGraph, values: BinaryValues) {
    let model = FieldFixtures.ising(graph, values: values)
    let count = graph.siteCount
    let states = [0, 5, (1 << count) - 1, 0b1011 % (1 << count)]
    let rows: Tensor<Double> = States.rows(states, count: count)
    let sites = [count - 1, 0, count / 2]
    let all = model.flipEnergies(of: rows, sites: Array(0..<count))
    let some = model.flipEnergies(of: rows, sites: sites)
    for (row, state) in states.enumerated() {
      for site in 0..<count {
        let flipped: Tensor<Double> = States.rows([state ^ 1 << site], count: count)
        let expected = (model.energy(of: flipped) - model.energy(of: rows.rows(row..<row + 1)))[0]
        #expect(abs(all[row, site] - expected) < 1e-12)
      }
      for (column, site) in sites.enumerated() { #expect(some[row, column] == all[row, site]) }
    }
  }

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func expressingInOtherValuesChangesNoEnergy(graph: FieldGraph, values: BinaryValues) {
    let model = FieldFixtures.ising(graph, values: values)
    let rows: Tensor<Double> = States.all(of: graph.siteCount)
    for other in BinaryValues.allCases {
      let converted = model.expressed(in: other)
      #expect(converted.values == other)
      let difference = (converted.energy(of: rows) - model.energy(of: rows)).largestMagnitude
      #expect(difference < 1e-12)
      let back = converted.expressed(in: values)
      #expect((back.couplings - model.couplings).largestMagnitude < 1e-14)
      #expect((back.field - model.field).largestMagnitude < 1e-13)
      #expect(abs(back.constant - model.constant) < 1e-13)
    }
  }

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func weightedGradientMatchesCentralDifferences(graph: FieldGraph, values: BinaryValues) {
    let model = FieldFixtures.ising(graph, values: values)
    // Means inside (0, 1) as well as corners: ∂E/∂θ must hold for both.
    var rows = Tensor<Double>(uniform: [5, graph.siteCount], using: RandomKey(seed: 3))
    rows.assignRow(1, from: States.rows([6], count: graph.siteCount), row: 0)
    let weights = Tensor<Double>([0.3, -1.2, 2, 0.7, 0.05])
    let gradient = model.gradient(at: rows, rowWeights: weights)
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func enumeratedPartitionFunctionIsThatOfBruteForce(graph: FieldGraph, values: BinaryValues) {
    let model = FieldFixtures.ising(graph, values: values)
    let expected = FieldFixtures.bruteForce(model).logPartition
    #expect(abs(ExactPartition.logPartition(of: model) - expected) < 1e-12 * abs(expected) + 1e-12)
  }

  @Test func withoutCouplingsTheVariablesAreIndependent() {
    let field = Tensor<Double>([0.3, -1.2, 2])
    let model = IsingModel<Double>(
      FieldGraph(complete: 3), couplings: Tensor(zeros: [3]), field: field)
    // log Z = Σ log 2cosh h.
    let expected = field.elements.reduce(0) { sum, h in
      sum + Tensor<Double>([h, -h]).logSumExp(along: 0)[]
    }
    #expect(abs(ExactPartition.logPartition(of: model) - expected) < 1e-14)
  }

  @Test func repeatedEdgesAreRefusedOrMerged() throws {
    let edges: [(first: Int, second: Int, coupling: Double)] = [
      (0, 1, 0.5), (1, 2, -1), (1, 0, 0.25),
    ]
    #expect(throws: FieldError.repeatedEdge(edge: 2, first: 1, second: 0)) {
      try Model(siteCount: 3, edges: edges)
    }
    let merged = try Model(siteCount: 3, edges: edges, repeated: .merge)
    #expect(merged.couplings.elements == [0.75, -1])
  }

  @Test func badNumbersAndMatricesAreNamed() {
    #expect(throws: FieldError.self) { try Model(siteCount: 2, edges: [(0, 1, .nan)]) }
    #expect(throws: FieldError.notSymmetric(row: 0, column: 1, value: 1, mirrored: 2)) {
      try Model(dense: Tensor([[0, 1], [2, 0]]))
    }
    #expect(throws: FieldError.selfLoop(edge: 1, site: 1)) {
      try Model(dense: Tensor([[0, 1], [1, 3]]))
    }
  }

  @Test func hopfieldPatternsAreMinimaOfTheEnergy() {
    let patterns = Tensor<Double>(uniform: [2, 60], using: RandomKey(seed: 4)).rounded
    let model = Model(hopfield: patterns)
    let changes = model.flipEnergies(of: patterns, sites: Array(0..<60))
    #expect(changes.min() > 0)
  }

  @Test func theGradientDoesNotDependOnTheNumberOfWorkers() {
    let model = IsingModel<Float>(FieldFixtures.ising(FieldGraph(Lattice(height: 30, width: 30))))
    let rows = Tensor<Float>(uniform: [40, 900], using: RandomKey(seed: 3))
    let one = model.gradient(at: rows, on: .single)
    #expect(one == model.gradient(at: rows, on: Workers(count: 2)))
    #expect(one == model.gradient(at: rows, on: Workers(count: 4)))
  }
}

extension Tensor {
  /// 0 or 1, whichever is nearer.
  fileprivate var rounded: Tensor {
    var copy = self
    copy.formThreshold(above: 0.5)
    return copy
  }
}
