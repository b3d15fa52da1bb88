public import JouleCore

/// A moment of a training run that observers are told of.
public enum TrainingEvent: Sendable {
  /// Before the first update of this call.
  case began
  /// After an update.
  case stepped
  /// After the last update of an epoch; `rows` were trained on in `seconds`, the observers' own time
  /// left out.
  case endedEpoch(rows: Int, seconds: Double)
  /// After a divergence, back at the beginning of the epoch; learning rates are now `rateFactor` times the
  /// plan's.
  case returned(because: TrainingError, rateFactor: Double)
  /// An observer has found something that the run's owner should know.
  case advised(TrainingAdvice)
}

/// What an observer wishes after an event.
public enum TrainingVerdict: Sendable {
  case proceed
  /// Stop before the next update; the run can go on later from where it stands.
  case stop
  /// Go on, and tell every observer of this: ``TrainingEvent/advised(_:)``.
  case advise([TrainingAdvice])
}

/// Something that watches a run: progress, scores, checkpoints. It never changes the run.
public protocol TrainingObserver<Estimator> {
  associatedtype Estimator: GradientEstimator

  mutating func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict
}
