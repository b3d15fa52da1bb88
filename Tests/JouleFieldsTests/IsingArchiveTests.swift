import Joule
import JouleTestSupport
import Testing

/// Ising models written and read back, listed, cut and multiplied.
@Suite struct IsingArchiveTests {
  typealias Model = IsingModel<Double>

  static func archive(_ model: Model) -> Archive {
    var archive = Archive()
    model.archive(into: &archive)
    return archive
  }

  @Test(arguments: FieldFixtures.graphs, BinaryValues.allCases)
  func everyModelIsReadBack(graph: FieldGraph, values: BinaryValues) throws {
    let model = FieldFixtures.ising(graph, values: values)
    #expect(try Model(from: Self.archive(model)) == model)
    if let text = graph.text {
      #expect(try FieldGraph(text, siteCount: graph.siteCount) == graph, "\(text)")
    }
  }

  @Test(arguments: [
    "", "foo", "3x", "3x-3", "3x3x1x1", "3x3:round", "3x3:", "3x4", "2x4:periodic:diagonals",
    "2x4:periodic", "9223372036854775807x3",
  ])
  func textsThatAreNoGraphAreRefused(text: String) {
    #expect(throws: FieldError.self) { try FieldGraph(text, siteCount: 9) }
  }

  @Test func damagedArchivesAreRefused() throws {
    let whole = Self.archive(FieldFixtures.ising(FieldFixtures.tree))
    func message(_ damage: (inout Archive) -> Void) -> String {
      var archive = whole
      damage(&archive)
      do {
        _ = try Model(from: archive)
        return "read"
      } catch {
        return "\(error)"
      }
    }
    #expect(message { $0.tensors["field"] = nil } == "it has no entry 'field'")
    #expect(message { $0.tensors["couplings"] = nil } == "it has no entry 'couplings'")
    #expect(message { $0.tensors["edges"] = nil } == "it has no entry 'graph'")
    #expect(message { $0.metadata["values"] = nil } == "it has no entry 'values'")
    #expect(message { $0.metadata["values"] = "charges" }.contains("'values' is malformed"))
    #expect(message { $0.metadata["graph"] = "complete" }.contains("both a 'graph' and 'edges'"))
    #expect(
      message { $0.store(Tensor<Double>([1]), as: "stranger") }.contains(
        "unknown tensor 'stranger'"))
    #expect(
      message { $0.store(Tensor<Double>([1, 2]), as: "couplings") }.contains("has shape [2]"))
    #expect(
      message { $0.store(Tensor<Double>([8], repeating: .nan), as: "field") }
        == "tensor 'field' holds NaN or infinity, first at element 0")
    #expect(
      message { $0.store(Tensor<Double>([.infinity]), as: "constant") }.contains("'constant'"))
    for (edge, words) in [
      ([0.0, 0], "joins site 0 to itself"), ([0, 8], "names site 8"), ([0.5, 1], "names site -1"),
      ([0, 3], "joins sites 0 and 3 again"),
    ] {
      let text = message {
        var edges = Tensor<Double>(zeros: [7, 2])
        if let stored: Tensor<Double> = try? $0.tensor("edges") { edges = stored }
        (edges[6, 0], edges[6, 1]) = (edge[0], edge[1])
        $0.store(edges, as: "edges")
      }
      #expect(text.contains(words), "\(text)")
    }
    #expect(
      message { $0.store(Tensor<Double>(zeros: [7, 3]), as: "edges") }.contains("[edges, 2]"))
  }

  /// −log of a product of densities is the sum of energies, whatever graphs and values they have.
  @Test func energiesOfProductsAddUp() {
    let rows: Tensor<Double> = States.all(of: 8)
    let models = [
      FieldFixtures.ising(FieldFixtures.tree, seed: 7),
      FieldFixtures.ising(FieldGraph(complete: 8), values: .bits, seed: 8),
      FieldFixtures.ising(FieldGraph(Lattice([2, 2, 2])), seed: 9),
    ]
    let weights = [1.0, 0.3, -2]
    for picked in [[0, 1, 2], [1, 0], [2, 2]] {
      let (chosen, own) = (picked.map { models[$0] }, picked.map { weights[$0] })
      let product = Model.product(chosen, weights: own)
      var sum = Tensor<Double>(zeros: [256])
      for (model, weight) in zip(chosen, own) { sum += model.energy(of: rows) * weight }
      #expect((product.energy(of: rows) - sum).largestMagnitude < 1e-12)
      #expect(product.values == chosen[0].values)
    }
    // One graph stays what it is.
    #expect(Model.product([models[1], models[1]], weights: [1, 1]).graph == models[1].graph)
  }

  @Test(arguments: FieldFixtures.graphs) func partsHaveTheCouplingsOfTheirSites(
    graph: FieldGraph
  ) throws {
    let model = FieldFixtures.ising(graph)
    let part = model.submodel(units: 4, using: RandomKey(seed: 3))
    #expect(part.variableCount == 4)
    // All sites are the model itself, but for its constant.
    let whole = model.submodel(units: graph.siteCount, using: RandomKey(seed: 3))
    let rows = try #require(model.rows(listingAtMost: 1 << 12))
    #expect(rows.shape == [1 << graph.siteCount, graph.siteCount])
    let difference = model.energy(of: rows) - whole.energy(of: rows) - model.constant
    #expect(difference.largestMagnitude < 1e-12)
    #expect(model.rows(listingAtMost: 15) == nil)
    // Its couplings are among the model's, with the fields of the sites that they join.
    for (edge, sites) in part.graph.edges.enumerated() {
      let matches = model.graph.edges.enumerated().contains { number, joined in
        model.couplings[number] == part.couplings[edge]
          && model.field[joined.first] == part.field[sites.first]
          && model.field[joined.second] == part.field[sites.second]
      }
      #expect(matches)
    }
  }

  @Test func sitesWithoutCouplingsHaveTheirMeans() {
    let means = Tensor<Double>([0.1, 0.5, 0.9])
    for values in BinaryValues.allCases {
      let model = Model(FieldGraph(complete: 3), means: means, values: values)
      let rows: Tensor<Double> = States.all(of: 3)
      let weights = (-model.energy(of: rows)).exp()
      let found = weights.matmul(rows) / weights.sum()
      #expect((found - means).largestMagnitude < 1e-14)
    }
  }
}
