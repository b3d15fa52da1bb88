import JouleAlgebra
import JouleCore
import JouleTensor
import RealModule

// What keeps a run on its way: averages, shortened gradients, and the way back after divergence.

extension TrainingRun {
  /// Remembers the run, so that it can return here.
  mutating func markEpochStart() {
    epochStart = []
    epochStart = [self]
  }

  /// Goes back to the beginning of the epoch, to go on with smaller steps.
  ///
  /// - Returns: false, and changes nothing, where no attempt is left.
  mutating func returnToEpochStart(_ recovery: Recovery) -> Bool {
    guard returns < recovery.attempts, var start = epochStart.first else { return false }
    start.returns = returns + 1
    start.rateFactor = rateFactor * recovery.rateFactor
    self = start
    return true
  }

  /// a ← d a + (1 − d) θ.
  mutating func takeAverage(on workers: Workers) {
    guard var average = average else { return }
    // Held once while it changes, or all of it would be copied.
    self.average = nil
    let (parameters, decay) = (model.parameters, Model.Scalar(average.decay))
    workers.mutateEach(&average.sum.entries) { index, entry in
      entry.value.scale(by: decay)
      entry.value.add(parameters.entries[index].value, scaledBy: 1 - decay)
    }
    self.average = average
  }
}

extension ParameterSet {
  /// The Euclidean length over all parameters together.
  var length: Double {
    entries.reduce(0.0) { sum, entry in
      // Scaled by the largest element, squares cannot overflow.
      let largest = entry.value.count > 0 ? entry.value.largestMagnitude : 0
      guard largest > 0 else { return sum }
      let scaled = Tensor<Double>(entry.value * (1 / largest))
      return Double.hypot(sum, Double(largest) * scaled.dot(scaled).squareRoot())
    }
  }

  /// Shortens the set to a length, if it is longer. One that is not finite stays as it is, to be found.
  mutating func shorten(to limit: Double, on workers: Workers) {
    guard firstNonFinite == nil else { return }
    let length = length
    guard length > limit else { return }
    let factor = Scalar(limit / length)
    workers.mutateEach(&entries) { _, entry in entry.value.scale(by: factor) }
  }
}
