import Joule
import JouleTestSupport
import Testing

/// Rows that count by weights, and categories as columns.
@Suite struct WeightedRowsTests {
  static let rows = Tensor<Float>([[0], [1], [2], [3]])
  static let weights = [0.5, 0, 3, 1.5]

  @Test func everyRowComesAsOftenAsItsWeightSays() {
    // N w / Σw is 0.4, 0, 2.4 and 1.2: every row comes so often, rounded down or up, and so often on average.
    let all = (0..<5).flatMap { _ in Self.rows.elements.map { [$0] } }
    let weights = (0..<5).flatMap { _ in Self.weights }
    let data = Dataset(Tensor(all)).weighted(by: weights)
    var firsts: [Double] = []
    for seed in 0..<400 {
      var stream = RandomStream(key: RandomKey(seed: UInt64(seed)))
      let order = data.rowOrder(using: &stream)
      #expect(order.count == 20)
      for row in 0..<20 {
        let (count, expected) = (order.count { $0 == row }, weights[row] * 0.8)
        #expect(Double(count) >= expected.rounded(.down) && Double(count) <= expected.rounded(.up))
      }
      firsts.append(Double(order.count { $0 == 2 }))
    }
    #expect(abs(MonteCarlo.zScore(of: firsts, expected: 2.4)) < 4)
    // In random order, unless that is the order of the rows.
    var stream = RandomStream(key: RandomKey(seed: 3))
    let (first, second) = (data.rowOrder(using: &stream), data.rowOrder(using: &stream))
    #expect(first != first.sorted() && first != second)
  }

  @Test func meansAndStatisticsAreWeighted() {
    let data = Dataset(Self.rows).weighted(by: Self.weights)
    let mean = data.columnMeans()[0]
    #expect(mean == 2.1)
    #expect(data.rows(at: [3, 0]).rowWeights == [1.5, 0.5])
    let statistics = DataStatistics<Float>(
      of: data, binarization: .none, key: RandomKey(seed: 1))
    #expect(statistics.means[0] == 2.1)
    #expect(!statistics.examples.elements.contains(1))
  }

  /// Exact gradients on weighted rows lead where the weighted likelihood is greatest.
  @Test func trainingFollowsTheWeights() throws {
    let rows = States.rows([0, 1, 2, 3], count: 2, as: Float.self)
    let data = Dataset(rows).weighted(by: [1, 2, 3, 10])
    let machine = RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([0.5, 0.5]), hiddenCount: 4, using: RandomKey(seed: 2))
    let trainer = Trainer(
      estimator: ExactGradient<RestrictedBoltzmannMachine<Float>>(), optimizer: Adam(),
      plan: TrainingPlan(
        epochs: 4000, batchSize: 4, learningRate: 0.01, schedule: .linear(to: 0),
        key: RandomKey(seed: 3)))
    var run = trainer.start(
      machine, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 4)))
    try trainer.train(&run, on: data)
    let total = ExactPartition.logPartition(of: run.model)
    let found = run.model.energy(of: rows).elements.map { MonteCarlo.exp(-Double($0) - total) }
    // An epoch holds four draws of the sixteenths: what it sees wanders about them.
    for (p, expected) in zip(found, [1 / 16.0, 2 / 16.0, 3 / 16.0, 10 / 16.0]) {
      #expect(abs(p - expected) < 0.03, "\(found)")
    }
  }

  /// Weights are multiplicities: of the repeated rows exactly where they make whole numbers, else on average.
  @Test func gradientsAreThoseOfRepeatedRows() {
    let rows = States.rows([0, 1, 2, 3, 5], count: 3, as: Double.self)
    let machine = RestrictedBoltzmannMachine<Double>(
      visibleMeans: Tensor([0.5, 0.4, 0.6]), hiddenCount: 3, weightScale: 1,
      using: RandomKey(seed: 2))
    func gradient(_ indices: [Int]) -> [Double] {
      let estimator = ExactGradient<RestrictedBoltzmannMachine<Double>>()
      let batch = rows.rows(at: indices)
      var state = estimator.makeState(
        for: machine,
        data: DataStatistics(rowCount: 5, means: batch.mean(along: 0), examples: batch),
        key: RandomKey(seed: 1))
      var gradient = machine.parameters.zeros()
      estimator.estimate(
        machine, at: batch, step: 0, state: &state, into: &gradient, on: .single)
      return gradient.entries.flatMap { $0.value.elements }
    }
    func repeated(_ counts: [Int]) -> [Double] {
      gradient(counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) })
    }
    func drawn(_ counts: [Int], seed: UInt64) -> [Double] {
      var stream = RandomStream(key: RandomKey(seed: seed))
      return gradient(
        Dataset(Tensor<Float>(rows)).weighted(by: counts.map { Double($0) })
          .rowOrder(using: &stream))
    }
    for seed in 0..<20 as Range<UInt64> {
      let difference = zip(drawn([2, 0, 1, 0, 2], seed: seed), repeated([2, 0, 1, 0, 2]))
      #expect(difference.allSatisfy { abs($0 - $1) < 1e-14 })
    }
    let draws = (0..<400 as Range<UInt64>).map { drawn([3, 1, 0, 2, 1], seed: $0) }
    let (expected, plain) = (repeated([3, 1, 0, 2, 1]), repeated([1, 1, 1, 1, 1]))
    let scores = expected.indices.map { place in
      abs(MonteCarlo.zScore(of: draws.map { $0[place] }, expected: expected[place]))
    }
    // Of 15 parameters none may be off by 4 standard errors; rows that all count the same would be.
    #expect(scores.allSatisfy { $0 < 4 }, "\(scores)")
    let control = expected.indices.map { place in
      abs(MonteCarlo.zScore(of: draws.map { $0[place] }, expected: plain[place]))
    }
    #expect(control.contains { $0 > 10 }, "\(control)")
  }

  @Test func similarRowsShareTheirWeight() {
    // Ten columns: the first two rows agree in 8, the third with neither, the fourth is the third.
    let base: [Float] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    var near = base
    near[0] = 20
    near[1] = 20
    let far: [Float] = base.map { $0 + 30 }
    let data = Dataset(Tensor([base, near, far, far]))
    #expect(data.similarityWeights(share: 0.8) == [0.5, 0.5, 0.5, 0.5])
    #expect(data.similarityWeights(share: 0.9) == [1, 1, 0.5, 0.5])
    #expect(data.similarityWeights(share: 1, on: Workers(count: 2)) == [1, 1, 0.5, 0.5])
    // Many rows, against counting pair by pair.
    var stream = RandomStream(key: RandomKey(seed: 9))
    let wide = (0..<70).map { _ in (0..<150).map { _ in Float(stream.integer(below: 2)) } }
    let counted = wide.map { row in
      1 / Double(wide.count { zip(row, $0).count { $0 == $1 } >= 83 })
    }
    #expect(Dataset(Tensor(wide)).similarityWeights(share: 83 / 150.0) == counted)
    #expect(Set(counted).count > 2)
  }

  @Test func categoriesAreSpreadAndComeBack() throws {
    let data = Dataset(Tensor([[1.5, 2, 0], [-0.5, 0, 1]]))
    let coding = Standardization(
      means: Tensor([0.5, 0, 0]), scales: Tensor([2, 1, 1]), stateCounts: [1, 3, 2])
    let spread = coding.standardized(data)
    #expect(
      spread.batch(0..<2, as: Float.self)
        == Tensor([[0.5, 0, 0, 1, 1, 0], [-0.5, 1, 0, 0, 0, 1]]))
    #expect(coding.restored(spread.batch(0..<2)) == data.batch(0..<2))
    #expect(coding.firstUnknownCategory(in: data) == nil)
    let strange = Dataset(Tensor<Float>([[0, 0, 0], [0, 3, 0]]))
    let found = try #require(coding.firstUnknownCategory(in: strange))
    #expect(found == (1, 1, 3))
    // What is missing is missing in all columns of its category.
    let missing = coding.standardized(Dataset(Tensor([[0, .nan, 1]])))
    let row: Tensor<Float> = missing.batch(0..<1)
    #expect(row.elements.map(\.isNaN) == [false, true, true, true, false, false])
    var archive = Archive()
    coding.archive(into: &archive, prefix: "x.")
    #expect(try Standardization(from: archive, prefix: "x.") == coding)
  }
}
