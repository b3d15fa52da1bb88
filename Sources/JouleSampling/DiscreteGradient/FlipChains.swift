public import JouleCore
import JouleRandom
public import JouleTensor

/// Chains of two-valued variables that move by the gradient of their energy.
public struct FlipChains<Scalar: TensorScalar>: Sendable {
  /// Where the chains stand.
  public internal(set) var chains: DifferentiableChains<Scalar>
  /// What is proposed; nothing between steps.
  var proposed: DifferentiableChains<Scalar>
  /// log q(x′|x) and log q(x|x′), one a chain; nothing between steps.
  var forward: [Double]
  var reverse: [Double]
  /// The first variable of each chain that has neither of the values; nil where all have.
  private var strangers: [Int?]

  init<Model: DifferentiableEnergy>(
    _ model: Model, at rows: Tensor<Scalar>, values: TwoValues<Scalar>
  ) where Model.Scalar == Scalar {
    chains = DifferentiableChains(model, at: rows)
    proposed = chains
    forward = [Double](repeating: 0, count: chains.count)
    reverse = forward
    strangers = values.strangers(in: rows)
  }

  /// The Metropolis test of what is proposed, its energies and both densities at hand.
  mutating func test<Model: DifferentiableEnergy>(
    _ model: Model, using random: ChainRandom
  ) -> FlipTransition where Model.Scalar == Scalar {
    let logRatios = (0..<chains.count).map { chain in
      let start = chains.energies[chain], end = proposed.energies[chain]
      if !start.isFinite || strangers[chain] != nil { return Double.nan }
      return end == .infinity ? -.infinity : start - end + reverse[chain] - forward[chain]
    }
    let test = MetropolisTest(logRatios: logRatios, using: random)
    for chain in test.accepted.indices where test.accepted[chain] {
      chains.energies[chain] = proposed.energies[chain]
      chains.rows.copyRow(chain, of: proposed.rows, to: chain)
      chains.gradient.copyRow(chain, of: proposed.gradient, to: chain)
    }
    return FlipTransition(
      acceptanceProbabilities: test.probabilities, moved: test.accepted,
      fault: firstFault(logRatios, model))
  }

  private func firstFault<Model: DifferentiableEnergy>(
    _ logRatios: [Double], _ model: Model
  ) -> TransitionFault? where Model.Scalar == Scalar {
    for chain in logRatios.indices where logRatios[chain].isNaN || logRatios[chain] == .infinity {
      return TransitionFault(row: chain, reason: reason(of: chain, model))
    }
    return nil
  }

  private func reason<Model: DifferentiableEnergy>(
    of chain: Int, _ model: Model
  ) -> TransitionFault.Reason where Model.Scalar == Scalar {
    if let variable = strangers[chain] {
      return .other(
        "variable \(variable) (counted from zero) is \(chains.rows[chain, variable]), expected one of its "
          + "two values")
    }
    return chains.startFault(of: chain, model)
      ?? model.trajectoryFault(
        "the energy of its proposal", proposed.energies[chain],
        gradient: proposed.gradient.row(chain), at: proposed.rows.row(chain))
      ?? .other("the log densities of its proposal, \(forward[chain]) and \(reverse[chain])")
  }

  /// No chain moved, for a reason that concerns them all.
  func standing(because reason: String) -> FlipTransition {
    FlipTransition(
      acceptanceProbabilities: [Double](repeating: 0, count: chains.count),
      moved: [Bool](repeating: false, count: chains.count),
      fault: TransitionFault(row: 0, reason: .other(reason)))
  }
}

/// What a transition of gradient-guided flips tells of itself.
public struct FlipTransition: TransitionInfo {
  /// The probability with which each chain's proposal was accepted.
  public let acceptanceProbabilities: [Double]?
  /// Whether each chain's proposal was accepted.
  public let moved: [Bool]
  public let fault: TransitionFault?
}

/// The two values that a variable may take.
struct TwoValues<Scalar: TensorScalar>: Sendable {
  let lower: Scalar
  let upper: Scalar

  init(_ lower: Scalar, _ upper: Scalar) {
    precondition(
      lower < upper && lower.isFinite && upper.isFinite,
      "two finite values in ascending order, got \(lower) and \(upper)")
    self.lower = lower
    self.upper = upper
  }

  var middle: Double { Double(lower + upper) / 2 }
  var distance: Double { Double(upper - lower) }

  /// The first variable of each row that has another value.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func strangers(in rows: Tensor<Scalar>) -> [Int?] {
    let width = rows.shape[1]
    return (0..<rows.shape[0]).map { row in
      (0..<width).first { variable in
        let value = rows.elements[row * width + variable]
        return value != lower && value != upper
      }
    }
  }
}
