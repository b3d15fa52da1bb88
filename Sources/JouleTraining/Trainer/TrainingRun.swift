public import JouleCore
import JouleTensor
import RealModule

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
  /// The moving average of the parameters, not yet divided by 1 − dᵗ; nil where the plan has none.
  var average: (sum: ParameterSet<Model.Scalar>, decay: Double)?
  /// Returns after divergence, and what they have made of the learning rate.
  public internal(set) var returns = 0
  public internal(set) var rateFactor = 1.0
  /// The run as the epoch began, if the plan may return there: none or one.
  var epochStart: [TrainingRun] = []
  /// Scratch, overwritten at every update.
  var gradient: ParameterSet<Model.Scalar>

  /// The model to hand out: with averaged parameters where the plan averages, else ``model``.
  public var trainedModel: Model {
    guard let average, step > 0 else { return model }
    var result = model
    let share = 1 - Double.pow(average.decay, Double(step))
    for (index, entry) in average.sum.entries.enumerated() {
      result.parameters.entries[index].value = entry.value * Model.Scalar(1 / share)
    }
    return result
  }

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
    average?.sum.archive(into: &archive, prefix: prefix + "average.")
    if returns > 0 {
      archive.metadata[prefix + "returns"] = String(returns)
      archive.metadata[prefix + "rate_factor"] = String(rateFactor)
    }
    epochStart.first?.archive(into: &archive, prefix: prefix + "epoch_start.")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try model.parameters.restore(from: archive, prefix: prefix + "model.")
    try optimizerState.restore(from: archive, prefix: prefix + "optimizer.")
    try estimatorState.restore(from: archive, prefix: prefix + "estimator.")
    epoch = try archive.integer(prefix + "epoch")
    batch = try archive.integer(prefix + "batch")
    step = try archive.integer(prefix + "step")
    try average?.sum.restore(from: archive, prefix: prefix + "average.")
    if archive.metadata[prefix + "returns"] != nil {
      returns = try archive.integer(prefix + "returns")
      let text = try archive.text(prefix + "rate_factor")
      guard let factor = Double(text) else { throw .malformed(prefix + "rate_factor", text) }
      rateFactor = factor
    }
    if archive.metadata[prefix + "epoch_start.epoch"] != nil {
      var start = self
      start.epochStart = []
      try start.restore(from: archive, prefix: prefix + "epoch_start.")
      epochStart = [start]
    }
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
