public import JouleAlgebra
public import JouleCore
import JouleRandom
import JouleTensor

/// The one training loop: an estimator supplies gradients, an optimizer moves the parameters.
///
/// Rows are drawn in a permutation of its own each epoch, all of them: the last batch may be short. The
/// same key gives the same bytes for any number of workers, and a run that was saved and restored goes
/// on as if it had never stopped.
public struct Trainer<Estimator: GradientEstimator, Rule: Optimizer>: Sendable {
  public typealias Model = Estimator.Model

  public let estimator: Estimator
  public let optimizer: Rule
  public let plan: TrainingPlan

  public init(estimator: Estimator, optimizer: Rule, plan: TrainingPlan) {
    self.estimator = estimator
    self.optimizer = optimizer
    self.plan = plan
  }

  /// A run before its first update.
  ///
  /// - Precondition: the data have at least one row, as wide as the model.
  public func start(
    _ model: Model, data statistics: DataStatistics<Model.Scalar>
  ) -> TrainingRun<Estimator> {
    TrainingRun(
      model: model, epoch: 0, batch: 0, step: 0,
      optimizerState: optimizer.makeState(for: model.parameters),
      estimatorState: estimator.makeState(
        for: model, data: statistics, key: plan.key.folded("estimator")),
      average: plan.averaging.map { (model.parameters.zeros(), $0) },
      gradient: model.parameters.zeros())
  }

  /// Trains until the plan's epochs are done or an observer says stop.
  ///
  /// - Returns: whether the plan is complete.
  /// - Throws: ``TrainingError`` on divergence, within the epoch in which it happens, unless the plan's
  ///   ``Recovery`` has an attempt left; and whatever observers throw.
  @discardableResult
  public func train(
    _ run: inout TrainingRun<Estimator>, on data: Dataset, workers: Workers = .single,
    observers: inout [any TrainingObserver<Estimator>]
  ) throws -> Bool {
    precondition(
      data.columnCount == run.model.variableCount && data.rowCount > 0,
      "data of \(data.rowCount) rows and \(data.columnCount) columns cannot train a model of "
        + "\(run.model.variableCount) variables")
    let stepsPerEpoch = (data.rowCount + plan.batchSize - 1) / plan.batchSize
    let totalSteps = Swift.max(1, stepsPerEpoch * plan.epochs)
    let clock = ContinuousClock()
    var batch = Tensor<Model.Scalar>(zeros: [0, data.columnCount])
    guard try notify(&observers, .began, run) else { return run.epoch >= plan.epochs }

    epochs: while run.epoch < plan.epochs {
      if run.batch == 0 && plan.recovery != nil { run.markEpochStart() }
      let order = plan.rowOrder(epoch: run.epoch, of: data)
      var spent = Duration.zero
      var rows = 0
      while run.batch < stepsPerEpoch {
        let begin = clock.now
        let first = run.batch * plan.batchSize
        let picked = order[first..<Swift.min(first + plan.batchSize, order.count)]
        if batch.shape[0] != picked.count {
          batch = Tensor(zeros: [picked.count, data.columnCount])
        }
        data.gather(
          picked, binarization: plan.binarization,
          using: plan.dataRandom(epoch: run.epoch, position: first), into: &batch, on: workers)
        update(
          &run, with: batch, progress: Double(run.step) / Double(totalSteps), on: workers)
        run.batch += 1
        run.step += 1
        do throws(TrainingError) {
          try checkHealth(of: run, isLast: run.batch == stepsPerEpoch)
        } catch {
          guard let recovery = plan.recovery, run.returnToEpochStart(recovery) else { throw error }
          let event = TrainingEvent.returned(because: error, rateFactor: run.rateFactor)
          guard try notify(&observers, event, run) else { return false }
          continue epochs
        }
        rows += picked.count
        spent += clock.now - begin
        // An epoch's last update is announced with the epoch complete, so that whoever saves the run
        // then saves it at the epoch's boundary.
        if run.batch == stepsPerEpoch { break }
        guard try notify(&observers, .stepped, run) else { return false }
      }
      run.epoch += 1
      run.batch = 0
      guard
        try notify(
          &observers, .endedEpoch(rows: rows, seconds: spent / .seconds(1)), run)
      else { return run.epoch >= plan.epochs }
    }
    return true
  }

  /// The same with observers that keep what they learn themselves, or with none.
  @discardableResult
  public func train(
    _ run: inout TrainingRun<Estimator>, on data: Dataset, workers: Workers = .single,
    observers: [any TrainingObserver<Estimator>] = []
  ) throws -> Bool {
    var observers = observers
    return try train(&run, on: data, workers: workers, observers: &observers)
  }

  /// One update.
  private func update(
    _ run: inout TrainingRun<Estimator>, with batch: Tensor<Model.Scalar>, progress: Double,
    on workers: Workers
  ) {
    estimator.estimate(
      run.model, at: batch, step: run.step, state: &run.estimatorState, into: &run.gradient,
      on: workers)
    if let limit = plan.largestGradient { run.gradient.shorten(to: limit, on: workers) }
    optimizer.update(
      &run.model.parameters, gradient: run.gradient, state: &run.optimizerState,
      rate: plan.schedule.rate(base: plan.learningRate, progress: progress) * run.rateFactor,
      regularizer: plan.regularizer, on: workers)
    run.takeAverage(on: workers)
  }

  /// NaN spreads to the biases within an update: they are looked at every time, everything now and then.
  private func checkHealth(of run: TrainingRun<Estimator>, isLast: Bool) throws(TrainingError) {
    let biasesAreFinite = run.model.parameters.entries.allSatisfy {
      $0.role == .weight || $0.value.firstNonFinite == nil
    }
    if isLast || !biasesAreFinite || run.step % 32 == 0 {
      try run.requireFinite(limit: plan.largestParameter)
    }
  }

  private func notify(
    _ observers: inout [any TrainingObserver<Estimator>], _ event: TrainingEvent,
    _ run: TrainingRun<Estimator>
  ) throws -> Bool {
    var goesOn = true
    for index in observers.indices {
      if case .stop = try observers[index].observe(event, of: run) { goesOn = false }
    }
    return goesOn
  }
}
