import Joule
import JouleTestSupport
import Testing

/// Eight normal distributions on a ring, whose density is known.
enum EightNormals {
  static let radius = 2.0
  static let deviation = 0.2

  static let centers: [(x: Double, y: Double)] = {
    let half = 0.5.squareRoot()
    let directions = [
      (1, 0), (half, half), (0, 1), (-half, half), (-1, 0), (-half, -half), (0, -1), (half, -half),
    ]
    return directions.map { (radius * $0.0, radius * $0.1) }
  }()

  static func rows(_ count: Int, key: RandomKey) -> Tensor<Float> {
    let noise = Tensor<Float>(normal: [count, 2], using: key.folded("noise"))
    var stream = RandomStream(key: key.folded("mode"))
    var rows = noise * Float(deviation)
    for row in 0..<count {
      let center = centers[stream.integer(below: 8)]
      rows[row, 0] += Float(center.x)
      rows[row, 1] += Float(center.y)
    }
    return rows
  }

  /// log p(x) of every row.
  static func logDensity(of rows: Tensor<Float>) -> [Double] {
    (0..<rows.shape[0]).map { row in
      let terms = centers.map { center in
        let (dx, dy) = (Double(rows[row, 0]) - center.x, Double(rows[row, 1]) - center.y)
        return MonteCarlo.exp(-(dx * dx + dy * dy) / (2 * deviation * deviation))
      }
      let constant = 8 * 2 * Double.pi * deviation * deviation
      return MonteCarlo.log(terms.reduce(0, +) / constant)
    }
  }
}

@Suite struct FlowTrainingTests {
  static func trained(
    _ transform: CouplingTransform, workers: Workers = .single, epochs: Int
  ) throws -> Flow<Float> {
    let key = RandomKey(seed: 61)
    let data = Dataset(EightNormals.rows(4000, key: key.folded("data")))
    let trainer = Trainer(
      estimator: MaximumLikelihood<Flow<Float>>(), optimizer: Adam(),
      plan: TrainingPlan(
        epochs: epochs, batchSize: 200, learningRate: 0.004, schedule: .linear(to: 0), key: key))
    let flow = Flow<Float>(
      FlowArchitecture(
        transform: transform, couplingCount: 4, variableCount: 2, hiddenCounts: [32, 32],
        using: key), using: key)
    var run = trainer.start(
      flow, data: DataStatistics(of: data, binarization: .none, key: key.folded("statistics")))
    try trainer.train(&run, on: data, workers: workers)
    return run.model
  }

  /// The divergence from the truth, estimated on rows that were not trained on.
  @Test func splinesComeCloseToEightNormals() throws {
    let rows = EightNormals.rows(5000, key: RandomKey(seed: 62))
    let truth = EightNormals.logDensity(of: rows)
    func divergences(_ flow: Flow<Float>) -> [Double] {
      zip(truth, flow.logDensity(of: rows).elements).map { $0 - $1 }
    }
    let data = Dataset(EightNormals.rows(4000, key: RandomKey(seed: 61).folded("data")))
    let flow = try trainedFlow(on: data, epochs: 30, key: RandomKey(seed: 61))
    let gap = divergences(flow).reduce(0, +) / 5000
    // A normal distribution of the same spread is a nat and more away.
    #expect(gap < 0.15, "\(gap) nats")
    #expect(MonteCarlo.zScore(of: divergences(flow), expected: 0) > -3)
    let draws = flow.sample(count: 5000, using: ChainRandom(key: RandomKey(seed: 63)))
    let back = zip(EightNormals.logDensity(of: draws), flow.logDensity(of: draws).elements)
      .map { $1 - $0 }.sorted()
    #expect(back[2500] < 0.3)

    let (logDensity, distance) = roundTrip(flow, rows)
    #expect((logDensity - flow.logDensity(of: rows)).largestMagnitude < 1e-4)
    #expect(distance < 1e-3)
  }

  @Test func trainingDoesNotDependOnTheNumberOfThreads() throws {
    for transform in [CouplingTransform.affine, .spline(bins: 4, bound: 4)] {
      let one = try Self.trained(transform, epochs: 1).parameters
      #expect(try Self.trained(transform, workers: Workers(count: 2), epochs: 1).parameters == one)
      #expect(try Self.trained(transform, workers: Workers(count: 3), epochs: 1).parameters == one)
    }
  }
}
