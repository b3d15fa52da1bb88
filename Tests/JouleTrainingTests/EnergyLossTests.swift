import Joule
import JouleTestSupport
import Testing

/// Losses of energies over answers: their values, their gradients, and which of them are good.
@Suite struct EnergyLossTests {
  static let energies = Tensor<Double>([
    [0.3, 1.2, 0.8, 2.5], [1.9, 0.4, 0.7, 0.45], [0.2, 0.1, 3, 0.6],
  ])
  static let correct = [0, 2, 3]

  /// The formulas of the table, written out for single rows.
  static func expected(_ loss: EnergyLoss, _ row: [Double], _ correct: Int) -> Double {
    let own = row[correct]
    let offender = row.indices.filter { $0 != correct }.map { row[$0] }.min() ?? .infinity
    let exp = MonteCarlo.exp
    func integral(_ beta: Double) -> Double { row.reduce(0) { $0 + exp(-beta * $1) } }
    switch loss {
    case .energy: return own
    case .perceptron: return own - (row.min() ?? 0)
    case .hinge(let margin): return max(0, margin + own - offender)
    case .log: return MonteCarlo.log(1 + exp(own - offender))
    case .lvq2(let ceiling): return min(ceiling, max(0, own - offender))
    case .minimumClassificationError: return 1 / (1 + exp(offender - own))
    case .squareSquare(let margin):
      return own * own + max(0, margin - offender) * max(0, margin - offender)
    case .squareExponential(let factor): return own * own + factor * exp(-offender)
    case .negativeLogLikelihood(let beta): return own + MonteCarlo.log(integral(beta)) / beta
    case .minimumEmpiricalError(let beta): return 1 - exp(-beta * own) / integral(beta)
    }
  }

  static let unlike: [EnergyLoss] = [
    .hinge(margin: 0.3), .lvq2(ceiling: 0.2), .squareSquare(margin: 2),
    .squareExponential(factor: 3),
    .negativeLogLikelihood(beta: 2.5), .minimumEmpiricalError(beta: 0.4),
  ]

  @Test(arguments: EnergyLoss.table + unlike) func valuesAreThoseOfTheTable(_ loss: EnergyLoss) {
    let found = loss.values(of: Self.energies, correct: Self.correct).losses
    for row in 0..<3 {
      let expected = Self.expected(loss, Self.energies.row(row).elements, Self.correct[row])
      #expect(abs(found[row] - expected) < 1e-14, "\(loss.name), row \(row)")
    }
  }

  /// No energy of the fixture is within the step of a kink.
  @Test(arguments: EnergyLoss.table + unlike) func gradientsAreSlopes(_ loss: EnergyLoss) {
    let found = loss.values(of: Self.energies, correct: Self.correct).gradient
    for row in 0..<3 {
      for answer in 0..<4 {
        func shifted(_ shift: Double) -> Double {
          var moved = Self.energies
          moved[row, answer] += shift
          return loss.values(of: moved, correct: Self.correct).losses.sum()
        }
        let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
        #expect(
          abs(found[row, answer] - slope) < 1e-9, "\(loss.name), row \(row), answer \(answer)")
      }
    }
  }

  @Test(arguments: EnergyLoss.table) func largeAndBrokenEnergies(_ loss: EnergyLoss) {
    let rows = Tensor<Double>([[-800, 900, 3], [900, -800, 3], [1, .nan, 2]])
    let values = loss.values(of: rows, correct: [0, 0, 0])
    for row in 0..<2 {
      #expect(values.losses[row].isFinite || loss == .squareExponential(), "\(loss.name)")
    }
    #expect(values.losses[2].isNaN && values.gradient.row(2).elements.allSatisfy(\.isNaN))
  }

  // The plane of (E_c, E_i), two answers, energies from 0 to 10: both square losses are meant for these.
  static let ticks = (0...100).map { 0.1 * Double($0) }

  /// Whether the least loss where E_c + m < E_i is below the least where it is not: the sufficient condition.
  static func isGood(_ loss: EnergyLoss, forMargin margin: Double) -> Bool {
    var (inside, outside) = (Double.infinity, Double.infinity)
    for correct in ticks {
      let energies = Tensor(ticks.map { [correct, $0] })
      let losses = loss.values(of: energies, correct: ticks.map { _ in 0 }).losses
      for (index, incorrect) in ticks.enumerated() {
        // The grid's points on the line itself are outside, rounding or not.
        if correct + margin < incorrect - 1e-9 {
          inside = min(inside, losses[index])
        } else {
          outside = min(outside, losses[index])
        }
      }
    }
    return inside < outside
  }

  @Test(arguments: EnergyLoss.table + unlike) func conditionThreeInTheEnergyPlane(
    _ loss: EnergyLoss
  ) {
    switch loss.margin {
    case .none, .zero:
      #expect(!Self.isGood(loss, forMargin: 0), "\(loss.name)")
    case .below(let margin):
      for share in [0, 0.3, 0.6] {
        #expect(Self.isGood(loss, forMargin: share * margin), "\(loss.name)")
      }
      #expect(!Self.isGood(loss, forMargin: margin), "\(loss.name)")
    case .positive:
      #expect(Self.isGood(loss, forMargin: 0), "\(loss.name)")
      #expect(Self.isGood(loss, forMargin: 0.3), "\(loss.name)")
    }
  }

  /// What sets "none" and "zero" apart: the energy loss has no part that keeps energies from being all alike,
  /// the perceptron's answers at least have to be no worse than others.
  @Test func theEnergyLossSeesNoOtherAnswer() {
    let gradient = EnergyLoss.energy.values(of: Self.energies, correct: Self.correct).gradient
    for row in 0..<3 {
      for answer in 0..<4 {
        #expect(gradient[row, answer] == (answer == Self.correct[row] ? 1 : 0))
      }
    }
    let flat = Tensor<Double>([[2, 2, 2]])
    for loss in EnergyLoss.table {
      let isStationary = loss.values(of: flat, correct: [0]).losses[0] == 0
      #expect(isStationary == [.perceptron, .lvq2()].contains(loss), "\(loss.name)")
    }
  }

  /// A loss with a margin needs no marks where there is no incorrect answer.
  @Test func withoutAnOffenderNothingIsPushed() {
    for loss in EnergyLoss.table {
      let values = loss.values(
        of: Tensor<Double>([[0.5, 0.2]]), correct: [0], isIncorrect: [false, false])
      switch loss {
      case .perceptron, .negativeLogLikelihood, .minimumEmpiricalError: break
      default: #expect(values.gradient[0, 1] == 0, "\(loss.name)")
      }
    }
  }

  /// With measures the sum is an integral: of a normal distribution's energy, log √2π.
  @Test func integralsAreWeighedSums() {
    let places = (-400...400).map { 0.025 * Double($0) }
    let energies = Tensor([places.map { $0 * $0 / 2 }])
    let values = EnergyLoss.negativeLogLikelihood().values(
      of: energies, correct: [400], logMeasures: places.map { _ in MonteCarlo.log(0.025) })
    #expect(abs(values.losses[0] - 0.5 * MonteCarlo.log(2 * .pi)) < 1e-12)
  }

  @Test func labelsOutsideTheAnswersAreNamed() {
    let inputs = Tensor<Float>(zeros: [3, 2])
    let error = #expect(throws: AnswerError.self) {
      try Answers<Float>.classes(10).rows(inputs, labels: [1, 12, 3])
    }
    #expect(error?.description == "the label of row 1 is 12, expected 0 to 9")
    let count = #expect(throws: AnswerError.self) {
      try Answers<Float>.classes(10).rows(inputs, labels: [1])
    }
    #expect(count?.description == "1 labels for 3 rows")
  }
}
