public import JouleCore
import JouleRandom
public import JouleTensor
import RealModule

// Models that know their constant and draw their rows: what they say of themselves without a sum over rows.
extension ModelVerification {
  /// log Z against the expectation of the energy gradient, by differences of log-densities along random directions.
  ///
  ///     −∂ log p(x)/∂θ = ∂E(x)/∂θ − E_model[∂E/∂θ]
  ///
  /// - Parameter rows: `[batch, variables]`, inside the support.
  public func density<Model: ExactExpectation & TractableDistribution>(
    of model: Model, at rows: Tensor<Model.Scalar>
  ) -> VerificationCheck {
    let share = Model.Scalar(1) / Model.Scalar(rows.shape[0])
    var slope = model.gradient(
      at: rows, rowWeights: Tensor([rows.shape[0]], repeating: share), on: workers)
    model.accumulateExpectedGradient(into: &slope, weight: -1, on: workers)
    let ulp = Double(Model.Scalar.ulpOfOne)
    let step = Double.pow(ulp, 1.0 / 3)
    let size = Double(model.energy(of: rows).largestMagnitude) + 1
    var worst = (difference: 0.0, bound: 1.0)
    for number in 0..<8 {
      let direction = direction(of: model, number)
      func difference(_ step: Double) -> Double {
        func mean(_ sign: Double) -> Double {
          var moved = model
          moved.parameters.add(direction, scaledBy: Model.Scalar(sign * step))
          return moved.logDensity(of: rows).mean()
        }
        return -(mean(1) - mean(-1)) / (2 * step)
      }
      let (near, far) = (difference(step), difference(2 * step))
      let found = (
        abs(dot(slope, direction) - near), 4 * abs(near - far) + 64 * ulp * size / step
      )
      if !(found.0 / found.1 <= worst.difference / worst.bound) { worst = found }
    }
    return VerificationCheck(
      name: "log Z", difference: worst.difference, bound: worst.bound,
      meaning: "the slope of the log-density by what the model expects, against its differences")
  }

  /// The mean energy gradient of independent draws against what the model expects, along random directions.
  ///
  /// The difference is the largest of 8 in standard errors, which come from 100 groups of draws; chance exceeds the bound
  /// once in 10,000 times or less.
  public func draws<Model: ExactExpectation & TractableDistribution>(
    of model: Model
  ) -> VerificationCheck {
    let groups = 100
    let size = Swift.max(1, chains / groups)
    var expected = model.parameters
    for index in expected.entries.indices { expected.entries[index].value.fill(0) }
    model.accumulateExpectedGradient(into: &expected, weight: 1, on: workers)
    let weights = Tensor<Model.Scalar>([size], repeating: 1 / Model.Scalar(size))
    let means = (0..<groups).map { group in
      let rows = model.sample(
        count: size, using: ChainRandom(key: key.folded("draws"), firstChain: group * size))
      return model.gradient(at: rows, rowWeights: weights, on: workers)
    }
    let largest = (0..<8).map { number -> Double in
      let direction = direction(of: model, number)
      let estimate = MeanEstimate(of: means.map { dot($0, direction) })
      return abs(estimate.mean - dot(expected, direction)) / estimate.standardError
    }.reduce(0) { $0.isNaN || $1 <= $0 ? $0 : $1 }
    return VerificationCheck(
      name: "draws", difference: largest, bound: 5.5,
      meaning:
        "the energy gradient over \(groups * size) draws, against what the model expects, in standard errors"
    )
  }
}
