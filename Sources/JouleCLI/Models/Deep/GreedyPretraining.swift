import Joule

/// Layers of a deep model trained one by one, as a run shows it.
struct GreedyPretraining {
  typealias Machine = ReplicatedMachine<Float>

  /// Hidden units of every level.
  let hidden: [Int]
  let epochs: Int
  let learningRate: Double
  let gibbsSteps: Int
  let chains: Int
  let centering: Bool
  /// The copies of its layers that a level is trained with.
  let copies: @Sendable (_ level: Int) -> (visible: Int, hidden: Int)

  /// The machines from the data up; nil where the signal came.
  ///
  /// - Parameter plan: of the run: its batches, schedule, penalties and draws.
  func stack(
    plan: TrainingPlan, optimizer: any Optimizer, data: RunData, settings: RunSettings,
    signal: StopSignal
  ) throws -> [RestrictedBoltzmannMachine<Float>]? {
    let chainEstimator = PersistentContrastiveDivergence(steps: gibbsSteps, chains: chains) {
      BlockGibbs<Machine>($0)
    }
    let stack =
      centering
      ? try train(Imputed(Centered(chainEstimator)), optimizer, plan, data, settings, signal)
      : try train(Imputed(chainEstimator), optimizer, plan, data, settings, signal)
    return stack?.map(\.base)
  }

  private func train<Estimator: GradientEstimator, Rule: Optimizer>(
    _ estimator: Estimator, _ rule: Rule, _ plan: TrainingPlan, _ data: RunData,
    _ settings: RunSettings, _ signal: StopSignal
  ) throws -> [Machine]? where Estimator.Model == Machine {
    let key = plan.key.folded("pretraining")
    return try GreedyLayers(levels: hidden.count, key: key).train(
      on: data.trainingRows.dataset, workers: settings.workers,
      trainer: { level in
        var plan = plan
        plan.epochs = epochs
        plan.learningRate = learningRate
        plan.key = key.folded("level").folded(UInt64(level))
        return Trainer(estimator: estimator, optimizer: rule, plan: plan)
      },
      model: { level, statistics in
        let copies = copies(level)
        return Machine(
          RestrictedBoltzmannMachine(
            visibleMeans: statistics.smoothedMeans, hiddenCount: hidden[level],
            using: key.folded("machine").folded(UInt64(level))),
          visibleCopies: copies.visible, hiddenCopies: copies.hidden)
      },
      observers: { level in
        [
          PretrainingObserver<Estimator>(
            title: "pretraining layer \(level + 1) of \(hidden.count)", epochs: epochs,
            steps: epochs
              * ((data.training.dataset.rowCount + plan.batchSize - 1) / plan.batchSize),
            display: ProgressDisplay(
              "pretraining layer \(level + 1)", isQuiet: settings.isQuiet)),
          StopObserver<Estimator>(signal: signal),
        ]
      })
  }
}

/// Shows how far a layer is.
private struct PretrainingObserver<Estimator: GradientEstimator>: TrainingObserver {
  let title: String
  let epochs: Int
  let steps: Int
  let display: ProgressDisplay

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    switch event {
    case .began: display.print("\(title), \(epochs) epochs")
    case .stepped: display.show(Double(run.step) / Double(steps), "epoch \(run.epoch + 1)")
    case .endedEpoch where run.epoch == epochs: display.clear()
    default: break
    }
    return .proceed
  }
}
