import Foundation
import Joule
import JouleTestSupport
import Testing

/// The loop: determinism, resuming, data order, divergence.
@Suite struct TrainerTests {
  typealias Machine = Fixtures.Machine
  typealias Kernel = Fixtures.Kernel

  static func plan(_ epochs: Int, rate: Double = 0.05) -> TrainingPlan {
    TrainingPlan(
      epochs: epochs, batchSize: 48, learningRate: rate, schedule: .linear(to: 0),
      regularizer: Regularizer(l2: 1e-4), binarization: .sample, key: RandomKey(seed: 6))
  }

  static func trainer<Estimator: GradientEstimator>(
    _ estimator: Estimator, _ plan: TrainingPlan
  ) -> Trainer<Estimator, SGD> where Estimator.Model == Machine {
    Trainer(estimator: estimator, optimizer: SGD(momentum: 0.5), plan: plan)
  }

  static var persistent: Centered<PersistentContrastiveDivergence<Kernel>> {
    Centered(PersistentContrastiveDivergence(chains: 70) { Kernel($0) })
  }

  /// Stops after so many updates, and counts rows and epochs.
  final class Watcher<Estimator: GradientEstimator>: TrainingObserver {
    var stopAfter = Int.max
    var rows: [Int] = []
    var events = 0

    func observe(
      _ event: TrainingEvent, of run: TrainingRun<Estimator>
    ) throws -> TrainingVerdict {
      if case .endedEpoch(let count, _) = event { rows.append(count) }
      events += 1
      return run.step >= stopAfter ? .stop : .proceed
    }
  }

  static func trained<Estimator: GradientEstimator>(
    _ estimator: Estimator, workers: Int
  ) throws -> Machine where Estimator.Model == Machine {
    let data = Fixtures.greyRows(250, columns: 30)
    let trainer = trainer(estimator, plan(3))
    var run = trainer.start(
      Fixtures.startMachine(data, hidden: 21), data: Fixtures.statistics(data))
    var observers: [any TrainingObserver<Estimator>] = []
    #expect(
      try trainer.train(
        &run, on: data, workers: Workers(count: workers), observers: &observers))
    return run.model
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let divergence = ContrastiveDivergence(steps: 2) { Kernel($0) }
    let one = try Self.trained(divergence, workers: 1)
    #expect(try Self.trained(divergence, workers: 2) == one)
    #expect(try Self.trained(divergence, workers: 4) == one)
    let persistent = try Self.trained(Self.persistent, workers: 1)
    #expect(persistent != one)
    #expect(try Self.trained(Self.persistent, workers: 2) == persistent)
    #expect(try Self.trained(Self.persistent, workers: 4) == persistent)
  }

  @Test(arguments: [1, 4, 6, 11, 12])
  func aRestoredRunEndsWithTheSameBytes(stopAfter: Int) throws {
    let data = Fixtures.greyRows(250, columns: 30)
    let trainer = Self.trainer(Self.persistent, Self.plan(3))
    let statistics: DataStatistics<Float> = Fixtures.statistics(data)
    let machine = Fixtures.startMachine(data, hidden: 21)

    var run = trainer.start(machine, data: statistics)
    let watcher = Watcher<Centered<PersistentContrastiveDivergence<Kernel>>>()
    watcher.stopAfter = stopAfter
    var observers: [any TrainingObserver<Centered<PersistentContrastiveDivergence<Kernel>>>] = [
      watcher
    ]
    #expect(try !trainer.train(&run, on: data, observers: &observers))
    #expect(run.step == stopAfter)
    var archive = Archive()
    run.archive(into: &archive, prefix: "run.")

    var restored = trainer.start(machine, data: statistics)
    try restored.restore(from: archive, prefix: "run.")
    observers = []
    #expect(try trainer.train(&restored, on: data, observers: &observers))
    #expect(try restored.model == Self.trained(Self.persistent, workers: 1))
  }

  @Test func everyRowIsUsedOnceAnEpochAndTheLastBatchIsShort() throws {
    let data = Fixtures.greyRows(250, columns: 30)
    let trainer = Self.trainer(ContrastiveDivergence { Kernel($0) }, Self.plan(2))
    var run = trainer.start(
      Fixtures.startMachine(data, hidden: 5), data: Fixtures.statistics(data))
    let watcher = Watcher<ContrastiveDivergence<Kernel>>()
    var observers: [any TrainingObserver<ContrastiveDivergence<Kernel>>] = [watcher]
    try trainer.train(&run, on: data, observers: &observers)
    #expect(watcher.rows == [250, 250])
    #expect(run.step == 12)
    // began, five updates and the end of each epoch
    #expect(watcher.events == 1 + 2 * 6)
  }

  @Test func aBatchMayBeLargerThanTheDataAndTheDataOneRow() throws {
    for rows in [1, 7] {
      let data = Fixtures.greyRows(rows, columns: 6)
      let trainer = Self.trainer(Self.persistent, Self.plan(2))
      var run = trainer.start(
        Fixtures.startMachine(data, hidden: 4), data: Fixtures.statistics(data))
      var observers: [any TrainingObserver<Centered<PersistentContrastiveDivergence<Kernel>>>] = []
      #expect(try trainer.train(&run, on: data, observers: &observers))
      #expect(run.step == 2)
      #expect(run.model.parameters.firstNonFinite == nil)
    }
  }

  @Test func divergenceIsFoundInTheEpochItHappensIn() throws {
    let data = Fixtures.greyRows(2500, columns: 30)
    let trainer = Self.trainer(
      ContrastiveDivergence { Kernel($0) }, Self.plan(5, rate: 1e6))
    var run = trainer.start(
      Fixtures.startMachine(data, hidden: 8), data: Fixtures.statistics(data))
    var observers: [any TrainingObserver<ContrastiveDivergence<Kernel>>] = []
    let error = #expect(throws: TrainingError.self) {
      try trainer.train(&run, on: data, observers: &observers)
    }
    #expect(run.epoch == 0)
    #expect("\(try #require(error))".contains("diverged in epoch 1"))
  }

  @Test func aNaNIsNamed() throws {
    let data = Fixtures.greyRows(60, columns: 6)
    var machine = Fixtures.startMachine(data, hidden: 4)
    machine.parameters.entries[0].value.elementsForTest(set: .nan, at: 7)
    let trainer = Self.trainer(ContrastiveDivergence { Kernel($0) }, Self.plan(1))
    var run = trainer.start(machine, data: Fixtures.statistics(data))
    var observers: [any TrainingObserver<ContrastiveDivergence<Kernel>>] = []
    let error = #expect(throws: TrainingError.self) {
      try trainer.train(&run, on: data, observers: &observers)
    }
    #expect("\(try #require(error))".contains("nan"))
    #expect(run.step == 1)
  }
}

extension Tensor {
  fileprivate mutating func elementsForTest(set value: Scalar, at index: Int) {
    var elements = self.elements
    elements[index] = value
    self = Tensor(shape: shape, elements: elements)
  }
}
