public import JouleCore
import JouleRandom
public import JouleTensor

/// What a conditional energy E(x, y) decides among: the answers y that stand in the last columns of its
/// rows, (x, y).
///
///     .classes(10)                        // one of ten, as a one and nine zeros
///     .among(rows)                        // any finitely many, [answers, width]
///     .drawn(64, from: box, tolerance: 0.1)   // continuous: 64 drawn anew for every row and step
///
/// Of continuous answers the most offending incorrect one is the drawn one of least energy that lies
/// further than the tolerance from the correct one, and integrals are estimated by the draws, each
/// weighted by 1/q.
///
/// Reference: LeCun et al. (2006), definitions 1 and 2.
public struct Answers<Scalar: TensorScalar>: Sendable {
  enum Source: Sendable {
    case listed(Tensor<Scalar>)
    case drawn(Int, any TractableDistribution<Scalar>, tolerance: Scalar)
  }

  let source: Source

  /// One of so many classes: class k has a one in column k.
  public static func classes(_ count: Int) -> Answers { among(.identity(count)) }

  /// Given answers, `[answers, width]`, at least two and all different.
  public static func among(_ answers: Tensor<Scalar>) -> Answers {
    precondition(
      answers.rank == 2 && answers.shape[0] > 1,
      "answers are at least two rows, got shape \(answers.shape)")
    return Answers(source: .listed(answers))
  }

  /// Continuous answers, so many drawn for each row.
  ///
  /// - Parameters:
  ///   - distribution: q, over all answers that matter.
  ///   - tolerance: how far from the correct answer, in its farthest coordinate, an answer is still not
  ///     incorrect.
  public static func drawn(
    _ count: Int, from distribution: some TractableDistribution<Scalar>, tolerance: Scalar
  ) -> Answers {
    precondition(
      count > 0 && tolerance >= 0,
      "at least one draw and a tolerance from 0, got \(count), \(tolerance)")
    return Answers(source: .drawn(count, distribution, tolerance: tolerance))
  }

  /// The columns of an answer.
  public var width: Int {
    switch source {
    case .listed(let answers): answers.shape[1]
    case .drawn(_, let distribution, _): distribution.variableCount
    }
  }

  /// Rows (x, y) of inputs and the classes that they belong to.
  ///
  /// - Parameters:
  ///   - inputs: x, `[batch, inputs]`.
  ///   - labels: the number of the answer, one a row.
  /// - Throws: ``AnswerError`` where a label is not among the answers.
  public func rows(_ inputs: Tensor<Scalar>, labels: [Int]) throws(AnswerError) -> Tensor<Scalar> {
    guard case .listed(let answers) = source else {
      preconditionFailure("answers that are drawn have no numbers")
    }
    guard labels.count == inputs.shape[0] else {
      throw .count(labels: labels.count, rows: inputs.shape[0])
    }
    if let row = labels.firstIndex(where: { $0 < 0 || $0 >= answers.shape[0] }) {
      throw .label(row: row, found: labels[row], answers: answers.shape[0])
    }
    return Tensor(concatenating: [inputs, answers.rows(at: labels)], along: 1)
  }

  /// The rows of a batch, each with all answers that it is judged by.
  ///
  /// - Parameter random: row r draws as chain r of it.
  func candidates(for batch: Tensor<Scalar>, using random: ChainRandom) -> Candidates<Scalar> {
    let inputs = batch.shape[1] - width
    precondition(
      inputs >= 0, "rows of \(batch.shape[1]) columns cannot end with answers of \(width)")
    switch source {
    case .listed(let answers):
      return Candidates(
        listed: answers, inputs: batch.columns(0..<inputs),
        correct: batch.columns(inputs..<batch.shape[1]))
    case .drawn(let count, let distribution, let tolerance):
      return Candidates(
        drawing: count, from: distribution, tolerance: tolerance, inputs: batch.columns(0..<inputs),
        correct: batch.columns(inputs..<batch.shape[1]), using: random)
    }
  }
}

/// Why rows and answers do not fit.
public enum AnswerError: Error, Equatable, CustomStringConvertible {
  /// A label that is no answer's number. Rows count from 0.
  case label(row: Int, found: Int, answers: Int)
  case count(labels: Int, rows: Int)

  public var description: String {
    switch self {
    case .label(let row, let found, let answers):
      "the label of row \(row) is \(found), expected 0 to \(answers - 1)"
    case .count(let labels, let rows): "\(labels) labels for \(rows) rows"
    }
  }
}

extension EnergyModel {
  /// E(x, y) of every input with every answer, `[batch, answers]`.
  ///
  /// - Parameters:
  ///   - inputs: x, `[batch, inputs]`.
  ///   - answers: y, `[answers, width]`; inputs + width is the model's `variableCount`.
  public func energies(
    of inputs: Tensor<Scalar>, with answers: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let rows = Candidates.paired(inputs, answers)
    return energy(of: rows).reshaped(to: [inputs.shape[0], answers.shape[0]])
  }

  /// The number of the answer of least energy to every input: what the model decides.
  public func decisions(
    for inputs: Tensor<Scalar>, among answers: Tensor<Scalar>
  ) -> [Int] {
    (-energies(of: inputs, with: answers)).argmax(along: 1)
  }
}
