import RealModule

/// A loss of the energies that a model gives to answers: what is to fall so that the correct one has the least.
///
/// With E_c the energy of the correct answer and E_i that of the most offending incorrect one, the
/// incorrect answer of least energy:
///
/// | loss | formula | margin |
/// |---|---|---|
/// | energy | E_c | none |
/// | perceptron | E_c − min E | 0 |
/// | hinge | max(0, m + E_c − E_i) | m |
/// | log | log(1 + exp(E_c − E_i)) | above 0 |
/// | LVQ2 | min(M, max(0, E_c − E_i)) | 0 |
/// | MCE | 1 / (1 + exp(E_i − E_c)) | above 0 |
/// | square-square | E_c² + max(0, m − E_i)² | m |
/// | square-exponential | E_c² + γ exp(−E_i) | above 0 |
/// | negative log-likelihood, MMI | E_c + (1/β) log ∫ exp(−βE) | above 0 |
/// | minimum empirical error, MEE | 1 − exp(−βE_c) / ∫ exp(−βE) | above 0 |
///
/// The margin is by how much E_c can be trusted to end below E_i: see ``LossMargin``. The two square losses are
/// for energies that cannot be negative.
///
/// Reference: Y. LeCun, S. Chopra, R. Hadsell, M. Ranzato, F. J. Huang, A tutorial on energy-based
/// learning, in Predicting Structured Data, MIT Press 2006, §2.2 and table 1. (The table prints the
/// square-square loss with a minus; its text explains the plus.)
public enum EnergyLoss: Sendable, Equatable {
  case energy
  case perceptron
  case hinge(margin: Double = 1)
  case log
  case lvq2(ceiling: Double = 1)
  case minimumClassificationError
  case squareSquare(margin: Double = 1)
  case squareExponential(factor: Double = 1)
  case negativeLogLikelihood(beta: Double = 1)
  case minimumEmpiricalError(beta: Double = 1)

  /// All of them, with the constants that they have by default.
  public static let table: [EnergyLoss] = [
    .energy, .perceptron, .hinge(), .log, .lvq2(), .minimumClassificationError, .squareSquare(),
    .squareExponential(), .negativeLogLikelihood(), .minimumEmpiricalError(),
  ]

  public var name: String {
    switch self {
    case .energy: "energy"
    case .perceptron: "perceptron"
    case .hinge: "hinge"
    case .log: "log"
    case .lvq2: "LVQ2"
    case .minimumClassificationError: "MCE"
    case .squareSquare: "square-square"
    case .squareExponential: "square-exponential"
    case .negativeLogLikelihood: "negative log-likelihood"
    case .minimumEmpiricalError: "MEE"
    }
  }

  /// The margin that minimising the loss gives.
  public var margin: LossMargin {
    switch self {
    case .energy: .none
    case .perceptron, .lvq2: .zero
    case .hinge(let margin), .squareSquare(let margin): .below(margin)
    case .log, .minimumClassificationError, .squareExponential, .negativeLogLikelihood,
      .minimumEmpiricalError:
      .positive
    }
  }

  /// Whether energies below 0 would mislead the loss.
  public var needsNonnegativeEnergies: Bool {
    switch self {
    case .squareSquare, .squareExponential: true
    default: false
    }
  }

  /// The loss of E_c and E_i, and its two derivatives; nil where it depends on more of the answers.
  func pairLoss(_ correct: Double, _ incorrect: Double) -> (value: Double, Double, Double)? {
    let difference = correct - incorrect
    switch self {
    case .energy: return (correct, 1, 0)
    case .hinge(let margin):
      let excess = margin + difference
      return excess > 0 ? (excess, 1, -1) : (0, 0, 0)
    case .log:
      let slope = Self.logistic(difference)
      return (
        Swift.max(difference, 0) + Double.log(onePlus: Double.exp(-abs(difference))), slope, -slope
      )
    case .lvq2(let ceiling):
      let value = Swift.min(ceiling, Swift.max(0, difference))
      let slope = difference > 0 && difference < ceiling ? 1.0 : 0
      return (value, slope, -slope)
    case .minimumClassificationError:
      let value = Self.logistic(difference)
      let slope = value * (1 - value)
      return (value, slope, -slope)
    case .squareSquare(let margin):
      let lack = Swift.max(0, margin - incorrect)
      return (correct * correct + lack * lack, 2 * correct, -2 * lack)
    case .squareExponential(let factor):
      let repulsion = factor * Double.exp(-incorrect)
      return (correct * correct + repulsion, 2 * correct, -repulsion)
    case .perceptron, .negativeLogLikelihood, .minimumEmpiricalError: return nil
    }
  }

  private static func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + Double.exp(-x)) : Double.exp(x) / (1 + Double.exp(x))
  }
}

/// The margin of a loss: the m for which its minimum lies where E_c + m < E_i.
///
/// A loss is good for a margin m if some point of that half of the plane of (E_c, E_i) has a smaller loss
/// than every point of the other half. That is sufficient: training that reaches the minimum then answers
/// correctly, with the margin.
///
/// Reference: LeCun et al. (2006), §5, conditions 1 to 3.
public enum LossMargin: Sendable, Equatable {
  /// Good for no margin, not even 0: the loss is as small where all energies are equal, and a model that
  /// can make them so need not learn.
  case none
  /// Not good for any margin above 0: equal energies are no worse than right ones.
  case zero
  /// Good for all margins from 0 on and below this.
  case below(Double)
  /// Good for some margins above 0, which the energies that are possible decide.
  case positive
}
