import Foundation
import Joule
import JouleTestSupport
import Testing

/// What training reaches.
@Suite struct LearningTests {
  @Test func maximumLikelihoodMatchesMoments() throws {
    typealias Machine = RestrictedBoltzmannMachine<Double>
    // Data that a machine of 3 visible and 2 hidden units can fit without infinite weights.
    var rows: [UInt8] = []
    for (state, count) in [(0, 5), (1, 2), (2, 3), (3, 4), (4, 1), (5, 2), (6, 1), (7, 6)] {
      for _ in 0..<count { rows += (0..<3).map { UInt8(state >> $0 & 1) } }
    }
    let data = Dataset(bytes: rows, rowCount: 24, columnCount: 3, scale: 1)
    let statistics: DataStatistics<Double> = Fixtures.statistics(data)
    let trainer = Trainer(
      estimator: ExactGradient<Machine>(), optimizer: SGD(momentum: 0.95, nesterov: true),
      plan: TrainingPlan(
        epochs: 20_000, batchSize: 24, learningRate: 0.2, key: RandomKey(seed: 1)))
    var run = trainer.start(
      Machine(
        visibleMeans: statistics.smoothedMeans, hiddenCount: 2, weightScale: 0.5,
        using: RandomKey(seed: 3)), data: statistics)
    var observers: [any TrainingObserver<ExactGradient<Machine>>] = []
    try trainer.train(&run, on: data, observers: &observers)

    let joint = run.model.jointProbabilities()
    let means = data.batch(0..<24, as: Double.self)
    let hidden = run.model.hiddenMean(given: means)
    for i in 0..<3 {
      for j in 0..<2 {
        let dataMoment = (0..<24).reduce(0) { $0 + means[$1, i] * hidden[$1, j] } / 24
        var modelMoment = 0.0
        for v in 0..<8 where v >> i & 1 == 1 {
          for h in 0..<4 where h >> j & 1 == 1 { modelMoment += joint[v, h] }
        }
        #expect(abs(dataMoment - modelMoment) < 1e-6)
      }
    }
  }

  static func trainedOnBars(_ data: Dataset, centered: Bool, seed: UInt64) throws -> Double {
    typealias Kernel = Fixtures.Kernel
    let persistent = PersistentContrastiveDivergence(steps: 2, chains: 100) { Kernel($0) }
    let plan = TrainingPlan(
      epochs: 6000, batchSize: 16, learningRate: 0.1, schedule: .linear(to: 0),
      key: RandomKey(seed: seed))
    func train<Estimator: GradientEstimator>(_ estimator: Estimator) throws -> Double
    where Estimator.Model == Fixtures.Machine {
      let trainer = Trainer(estimator: estimator, optimizer: SGD(), plan: plan)
      var run = trainer.start(
        Fixtures.startMachine(data, hidden: 12), data: Fixtures.statistics(data))
      var observers: [any TrainingObserver<Estimator>] = []
      try trainer.train(&run, on: data, observers: &observers)
      return Fixtures.exactLogLikelihood(of: run.model, data)
    }
    return try centered ? train(Centered(persistent)) : train(persistent)
  }

  @Test func barsAndStripesComeWithinAQuarterOfANatOfTheBest() throws {
    let reached = try Self.trainedOnBars(Fixtures.barsAndStripes, centered: true, seed: 5)
    #expect(reached > -2.5993 - 0.25)
    #expect(reached < -2.5993)
  }

  @Test func centeredTrainingDoesAsWellOnFlippedData() throws {
    let upright = try Self.trainedOnBars(Fixtures.barsAndStripes, centered: true, seed: 7)
    let flipped = try Self.trainedOnBars(
      Fixtures.barsAndStripes.flipped(), centered: true, seed: 7)
    #expect(flipped > -2.5993 - 0.25)
    #expect(abs(upright - flipped) < 0.15)
  }
}
