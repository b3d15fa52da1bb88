public import JouleCore

/// A training run between two updates: everything that the next update depends on.
public struct TrainingRun<Estimator: GradientEstimator>: Sendable {
  public typealias Model = Estimator.Model

  public internal(set) var model: Model
  /// Epochs completed.
  public internal(set) var epoch: Int
  /// Batches of the current epoch that are done.
  public internal(set) var batch: Int
  /// Updates made.
  public internal(set) var step: Int
  var optimizerState: OptimizerState<Model.Scalar>
  var estimatorState: Estimator.State
  /// Scratch, overwritten at every update.
  var gradient: ParameterSet<Model.Scalar>

  /// Looks at every parameter: a run that passes may be saved.
  ///
  /// - Throws: ``TrainingError`` when a parameter is NaN, infinite or beyond `limit`.
  public func requireFinite(limit: Double = .infinity) throws(TrainingError) {
    if let place = model.parameters.firstNonFinite {
      throw .notFinite(
        parameter: place.name, index: place.index, value: Double(place.value), epoch: epoch + 1,
        step: step)
    }
    let largest = Double(model.parameters.largestMagnitude)
    if largest > limit {
      throw .exploded(largest: largest, limit: limit, epoch: epoch + 1, step: step)
    }
  }
}

extension TrainingRun: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    model.parameters.archive(into: &archive, prefix: prefix + "model.")
    optimizerState.archive(into: &archive, prefix: prefix + "optimizer.")
    estimatorState.archive(into: &archive, prefix: prefix + "estimator.")
    archive.metadata[prefix + "epoch"] = String(epoch)
    archive.metadata[prefix + "batch"] = String(batch)
    archive.metadata[prefix + "step"] = String(step)
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try model.parameters.restore(from: archive, prefix: prefix + "model.")
    try optimizerState.restore(from: archive, prefix: prefix + "optimizer.")
    try estimatorState.restore(from: archive, prefix: prefix + "estimator.")
    epoch = try archive.integer(prefix + "epoch")
    batch = try archive.integer(prefix + "batch")
    step = try archive.integer(prefix + "step")
  }
}

/// Why training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// A parameter became NaN or infinite.
  case notFinite(parameter: String, index: Int, value: Double, epoch: Int, step: Int)
  /// A parameter grew beyond any sensible size.
  case exploded(largest: Double, limit: Double, epoch: Int, step: Int)

  public var description: String {
    switch self {
    case .notFinite(let parameter, let index, let value, let epoch, let step):
      "training diverged in epoch \(epoch), at update \(step): "
        + "'\(parameter)' holds \(value) at element \(index)"
    case .exploded(let largest, let limit, let epoch, let step):
      "training diverged in epoch \(epoch), at update \(step): "
        + "a parameter has grown to \(largest), beyond \(limit)"
    }
  }
}
