import JouleCore
import JouleRandom
import JouleTensor
import RealModule

/// The answers that the rows of a batch are judged by, each row's together.
struct Candidates<Scalar: TensorScalar> {
  /// (x, y), `[batch · answers, variables]`.
  let rows: Tensor<Scalar>
  /// Answers a row.
  let count: Int
  /// Which of a row's answers is correct.
  let correct: [Int]
  let isIncorrect: [Bool]?
  let logMeasures: [Double]?

  /// Every input with every answer, the answers of an input together.
  static func paired(_ inputs: Tensor<Scalar>, _ answers: Tensor<Scalar>) -> Tensor<Scalar> {
    let (batch, count) = (inputs.shape[0], answers.shape[0])
    let places = 0..<batch * count
    return Tensor(
      concatenating: [
        inputs.rows(at: places.map { $0 / count }), answers.rows(at: places.map { $0 % count }),
      ], along: 1)
  }

  /// The same answers for all.
  ///
  /// - Precondition: what stands in a row is one of them.
  init(listed answers: Tensor<Scalar>, inputs: Tensor<Scalar>, correct: Tensor<Scalar>) {
    count = answers.shape[0]
    rows = Self.paired(inputs, answers)
    let listed = (0..<count).map { answers.row($0).elements }
    self.correct = (0..<correct.shape[0]).map { row in
      let own = correct.row(row).elements
      guard let index = listed.firstIndex(of: own) else {
        preconditionFailure(
          "row \(row) ends with \(own), which is none of the \(listed.count) answers")
      }
      return index
    }
    isIncorrect = nil
    logMeasures = nil
  }

  /// The correct answer first, which counts for nothing in integrals, then the draws.
  init(
    drawing draws: Int, from distribution: some TractableDistribution<Scalar>, tolerance: Scalar,
    inputs: Tensor<Scalar>, correct: Tensor<Scalar>, using random: ChainRandom
  ) {
    let batch = inputs.shape[0]
    var answers: [Tensor<Scalar>] = []
    var densities: [Tensor<Double>] = []
    for draw in 0..<draws {
      let drawn = distribution.sample(count: batch, using: random.folded(draw))
      densities.append(distribution.logDensity(of: drawn))
      answers.append(drawn)
    }
    let distances = answers.map { ($0 - correct).abs().max(along: 1) }
    let places = (0..<batch * (draws + 1)).map {
      (row: $0 / (draws + 1), draw: $0 % (draws + 1) - 1)
    }
    count = draws + 1
    self.correct = [Int](repeating: 0, count: batch)
    let all = Tensor(concatenating: [correct] + answers, along: 0)
    rows = Tensor(
      concatenating: [
        inputs.rows(at: places.map(\.row)),
        all.rows(at: places.map { ($0.draw + 1) * batch + $0.row }),
      ], along: 1)
    isIncorrect = places.map { $0.draw >= 0 && distances[$0.draw][$0.row] > tolerance }
    let logDraws = Double.log(Double(draws))
    logMeasures = places.map { $0.draw < 0 ? -.infinity : -densities[$0.draw][$0.row] - logDraws }
  }
}
