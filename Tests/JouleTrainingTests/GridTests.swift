import Joule
import JouleTestSupport
import Testing

/// Sums over grids against integrals.
@Suite struct GridTests {
  static let normal = try? NaturalNormal<Double>(
    mean: Tensor([0.4, -0.2]), covariance: Tensor([[0.9, 0.3], [0.3, 0.5]]))

  @Test(arguments: [1, 3]) func normalDistributionsAreExact(workers: Int) throws {
    let model = try #require(Self.normal)
    let grid = Grid<Double>([-7...8, -6...6], counts: [60, 56])
    let exact = try GridNormalization(of: model, on: grid, on: Workers(count: workers))
      .requiringAccuracy()
    #expect(abs(exact.logPartition - (try model.logPartition)) < 1e-12)
    #expect(abs(exact.probabilities.reduce(0, +) - 1) < 1e-12)
    #expect(exact.borderMass < 1e-12)
    // The middles of the first cells along the second variable.
    let rows = grid.rows(0..<3)
    #expect(abs(rows[1, 1] - rows[0, 1] - 12.0 / 56) < 1e-12 && rows[1, 0] == rows[0, 0])
    let line = Grid<Double>(variableCount: 1, over: -9...9, count: 60)
    let one = try GridNormalization(of: NaturalNormal<Double>(standard: 1), on: line)
    #expect(abs(one.logPartition - 0.5 * 1.8378770664093454) < 1e-12)
  }

  @Test func aBoxThatCutsAndPointsTooFewAreFoundOut() throws {
    let model = try #require(Self.normal)
    func check(_ range: ClosedRange<Double>, _ count: Int) throws {
      let grid = Grid<Double>(variableCount: 2, over: range, count: count)
      _ = try GridNormalization(of: model, on: grid).requiringAccuracy()
    }
    try check(-8...8, 60)
    let cut = #expect(throws: GridError.self) { try check(-2...2, 60) }
    #expect("\(try #require(cut))".contains("wider box"))
    let coarse = #expect(throws: GridError.self) { try check(-8...8, 12) }
    #expect("\(try #require(coarse))".contains("more points"))
  }

  @Test func energiesThatAreNoNumbersAreNamed() throws {
    let grid = Grid<Double>(variableCount: 1, over: 0...4, count: 4)
    let error = #expect(throws: GridError.self) {
      try GridNormalization(energies: [1, 2, .nan, 0], on: grid)
    }
    #expect("\(try #require(error))".contains("[2.5]"))
    #expect(throws: GridError.empty) {
      try GridNormalization(energies: [Double](repeating: .infinity, count: 4), on: grid)
    }
    let half = try GridNormalization(energies: [.infinity, .infinity, 0, 0], on: grid)
    #expect(half.probabilities == [0, 0, 0.5, 0.5])
  }

  @Test func aNaNOnTheGridIsReportedByTheTrainer() throws {
    var model = NaturalNormal<Double>(standard: 2)
    model.parameters.entries[0].value[0, 0] = .nan
    let data = Dataset(Tensor<Float>(normal: [10, 2], using: RandomKey(seed: 1)))
    let trainer = Trainer(
      estimator: GridGradient<NaturalNormal<Double>>(
        on: Grid(variableCount: 2, over: -5...5, count: 10)),
      optimizer: SGD(), plan: TrainingPlan(epochs: 1, learningRate: 0.1, key: RandomKey(seed: 0)))
    var run = trainer.start(
      model, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 0)))
    #expect(throws: TrainingError.self) { try trainer.train(&run, on: data) }
  }
}
