public import JouleTensor
import RealModule

/// A loss of every row with its gradient in the energies.
public struct LossValues<Scalar: TensorScalar>: Sendable {
  /// `[batch]`
  public var losses: Tensor<Scalar>
  /// ∂loss/∂E of every answer, `[batch, answers]`.
  public var gradient: Tensor<Scalar>
}

extension EnergyLoss {
  /// The loss of every row, and its gradient with respect to the energies of all answers.
  ///
  /// NaN among the energies of a row makes all of the row NaN.
  ///
  /// - Parameters:
  ///   - energies: `[batch, answers]`, in nats.
  ///   - correct: which answer is correct, one a row.
  ///   - isIncorrect: which answers may be the most offending one, `[batch, answers]` by rows; nil means all
  ///     but the correct ones. Where there are none, E_i is +∞.
  ///   - logMeasures: log of how much of the answers' space each stands for in ∫, `[batch, answers]` by
  ///     rows; nil means 0, a sum over the answers.
  /// - Precondition: correct answers are among the answers.
  public func values<Scalar: TensorScalar>(
    of energies: Tensor<Scalar>, correct: [Int], isIncorrect: [Bool]? = nil,
    logMeasures: [Double]? = nil
  ) -> LossValues<Scalar> {
    precondition(
      energies.rank == 2 && correct.count == energies.shape[0],
      "energies are [batch, answers] with a correct answer a row, got \(energies.shape) and "
        + "\(correct.count)")
    let (batch, count) = (energies.shape[0], energies.shape[1])
    precondition(
      correct.allSatisfy { $0 >= 0 && $0 < count },
      "correct answers are among 0..<\(count), got \(correct)")
    precondition(
      isIncorrect?.count ?? energies.count == energies.count
        && logMeasures?.count ?? energies.count == energies.count,
      "marks and measures are one an answer, \(energies.count) in all")
    let all = Tensor<Double>(energies).elements
    var result = LossValues(
      losses: Tensor<Scalar>(zeros: [batch]), gradient: Tensor<Scalar>(zeros: [batch, count]))
    for row in 0..<batch {
      let range = row * count..<(row + 1) * count
      let answers = AnswerEnergies(
        energies: all[range], correct: range.lowerBound + correct[row], isIncorrect: isIncorrect,
        logMeasures: logMeasures)
      let (loss, slopes) = value(of: answers)
      result.losses[row] = Scalar(loss)
      for (index, slope) in slopes.enumerated() { result.gradient[row, index] = Scalar(slope) }
    }
    return result
  }

  /// The loss of one row and its derivatives, one an answer.
  private func value(of answers: AnswerEnergies) -> (Double, [Double]) {
    let correct = answers.energies[answers.correct]
    var slopes = [Double](repeating: 0, count: answers.energies.count)
    let first = answers.energies.startIndex
    if answers.energies.contains(where: \.isNaN) {
      return (.nan, slopes.map { _ in .nan })
    }
    switch self {
    case .perceptron:
      guard let least = answers.energies.indices.min(by: answers.isLess) else { return (.nan, []) }
      slopes[answers.correct - first] += 1
      slopes[least - first] -= 1
      return (correct - answers.energies[least], slopes)
    case .negativeLogLikelihood(let beta):
      let (logSum, shares) = answers.integral(beta)
      for index in slopes.indices { slopes[index] = -shares[index] }
      slopes[answers.correct - first] += 1
      return (correct + logSum / beta, slopes)
    case .minimumEmpiricalError(let beta):
      let (logSum, shares) = answers.integral(beta)
      let probability = Double.exp(-beta * correct - logSum)
      for index in slopes.indices { slopes[index] = -beta * probability * shares[index] }
      slopes[answers.correct - first] += beta * probability
      return (1 - probability, slopes)
    default:
      let offender = answers.mostOffending
      let incorrect = offender.map { answers.energies[$0] } ?? .infinity
      guard let loss = pairLoss(correct, incorrect) else { return (.nan, slopes) }
      slopes[answers.correct - first] = loss.1
      if let offender { slopes[offender - first] = loss.2 }
      return (loss.value, slopes)
    }
  }
}

/// The energies of one row's answers.
private struct AnswerEnergies {
  let energies: ArraySlice<Double>
  let correct: Int
  let isIncorrect: [Bool]?
  let logMeasures: [Double]?

  func isLess(_ left: Int, _ right: Int) -> Bool { energies[left] < energies[right] }

  /// The incorrect answer of least energy.
  var mostOffending: Int? {
    energies.indices.filter { isIncorrect?[$0] ?? ($0 != correct) }.min(by: isLess)
  }

  /// log ∫ exp(−βE) and the share of each answer in it.
  func integral(_ beta: Double) -> (logSum: Double, shares: [Double]) {
    let terms = energies.indices.map { (logMeasures?[$0] ?? 0) - beta * energies[$0] }
    let largest = terms.max() ?? 0
    let weights = terms.map { Double.exp($0 - largest) }
    let total = weights.reduce(0, +)
    return (largest + Double.log(total), weights.map { $0 / total })
  }
}
