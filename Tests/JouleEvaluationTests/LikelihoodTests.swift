import Foundation
import Joule
import JouleTestSupport
import Testing

/// Scores of data against enumeration.
@Suite struct LikelihoodTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>
  static let machine = PartitionFunctionTests.machine(5, 4)
  static let states = [3, 17, 30, 0, 8, 8]
  static let data = Dataset(
    bytes: states.flatMap { state in (0..<5).map { UInt8(state >> $0 & 1) } }, rowCount: 6,
    columnCount: 5, scale: 1)

  @Test func pseudoLikelihoodIsTheMeanOfEnumeratedConditionals() {
    let p = Self.machine.jointProbabilities().sum(along: 1)
    let scores = RowScores(Self.machine, data: Self.data, key: RandomKey(seed: 0))
      .pseudoLogLikelihoods()
    for (row, state) in Self.states.enumerated() {
      let expected = (0..<5).reduce(0) {
        $0 + log(p[state] / (p[state] + p[state ^ (1 << $1)]))
      }
      #expect(abs(scores[row] - expected / 5) < 1e-12)
    }
  }

  @Test func theReportsLikelihoodIsTheEnumeratedOne() throws {
    let p = Self.machine.jointProbabilities().sum(along: 1)
    let scores = RowScores(Self.machine, data: Self.data, key: RandomKey(seed: 0))
    let report = LikelihoodReport(
      logPartition: .init(exact: ExactPartition.logPartition(of: Self.machine)),
      energies: scores.energies(), pseudoLogLikelihoods: scores.pseudoLogLikelihoods())
    let logs = Self.states.map { log(p[$0]) }
    let mean = logs.reduce(0, +) / 6
    let found = try #require(report.averageLogLikelihood)
    let error = try #require(report.averageLogLikelihoodStandardError)
    #expect(abs(found - mean) < 1e-12)
    let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5
    #expect(abs(error - (variance / 6).squareRoot()) < 1e-12)
    #expect(report.averageLogLikelihoodLower == report.averageLogLikelihood)
    #expect(report.rows == 6)
  }

  @Test func theConservativeEndUsesTheUpperLogPartition() throws {
    let bracket = PartitionBracket(
      baseLogPartition: 1, forward: ImportanceWeights([10, 10.5, 9.8]),
      reverse: ImportanceWeights([-10.2, -10.4, -9.9]))
    let report = LikelihoodReport(
      logPartition: .init(bracket), energies: [1, 2, 3], pseudoLogLikelihoods: [-1])
    #expect(report.averageLogLikelihoodLower == -2 - bracket.upper)
    #expect(report.averageLogLikelihoodUpper == -2 - bracket.lower)
    let middle = try #require(report.averageLogLikelihood)
    #expect(-2 - bracket.upper < middle && middle < -2 - bracket.lower)
  }

  @Test func anEnergyWithoutADensityHasNoLikelihood() {
    let report = LikelihoodReport(logPartition: nil, energies: [1, 2, 3])
    #expect(report.averageLogLikelihood == nil && report.averageLogLikelihoodLower == nil)
    #expect(report.meanFreeEnergy == 2)
  }

  @Test func scoresDoNotDependOnTheNumberOfWorkers() {
    let machine = RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([20], repeating: 0.4), hiddenCount: 9, weightScale: 1,
      using: RandomKey(seed: 1))
    let values = Tensor<Float>(uniform: [600, 20], using: RandomKey(seed: 2))
    let data = Dataset(values)
    let scores = [1, 2, 4].map {
      RowScores(
        machine, data: data, binarization: .sample, key: RandomKey(seed: 3), on: Workers(count: $0))
    }
    #expect(scores[0].energies() == scores[1].energies())
    #expect(scores[0].energies() == scores[2].energies())
    #expect(scores[0].pseudoLogLikelihoods() == scores[2].pseudoLogLikelihoods())
    #expect(scores[0].reconstructionErrors() == scores[2].reconstructionErrors())
  }
}
