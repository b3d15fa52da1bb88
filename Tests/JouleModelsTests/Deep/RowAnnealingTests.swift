import Foundation
import Joule
import JouleTestSupport
import Testing

/// Rows annealed one by one, against sums over all states.
@Suite struct RowAnnealingTests {
  typealias Machine = BoltzmannMachine<Double>
  typealias Deep = DeepBoltzmannMachine<Double>

  /// How far a mean may be off in standard errors, for some hundred of them.
  static let largestScore = 4.5

  @Test(arguments: DeepFixtures.shapes)
  func weightsOfCompletionsHaveTheSumOverLatentStatesForTheirMean(widths: [Int]) throws {
    // Two steps only: the weights have to be right, not nearly constant.
    let machine = DeepFixtures.machine(widths)
    let rows: Tensor<Double> = States.all(of: widths[0])
    let exact = DeepFixtures.logWeights(machine)
    let completions = try RowAnnealing(Deep(machine), chains: 2000, steps: 2).completions(
      of: rows, key: RandomKey(seed: 71), on: Workers(count: 2))
    var spread = 0.0
    for (row, weights) in completions.rows.enumerated() {
      let ratios = weights.logWeights.map { exp($0 - exact[row]) }
      let score = MonteCarlo.zScore(of: ratios, expected: 1)
      #expect(abs(score) < Self.largestScore, "row \(row): \(score)")
      spread = max(spread, 1 - weights.effectiveSampleSize / 2000)
      let first = completions.states.rows(row * 2000..<row * 2000 + 1).columns(0..<widths[0])
      #expect(first == rows.rows(row..<row + 1))
    }
    // A control: weights that hardly differed would prove nothing.
    #expect(spread > 0.001, "\(spread)")
  }

  @Test func rowsLieBetweenAnnealingUpAndBack() throws {
    let machine = DeepFixtures.machine([3, 3, 2, 2], scale: 2)
    let rows: Tensor<Double> = States.all(of: 3)
    let exact = DeepFixtures.logWeights(machine)
    var gaps: [Double] = []
    for steps in [1, 6, 36] {
      let runs = try (0..<20).map { run in
        try RowAnnealing(Deep(machine), chains: 20, steps: steps).brackets(
          of: rows, key: RandomKey(seed: UInt64(run)))
      }
      // Means over runs of what a row is off, for all rows together.
      func off(_ value: (PartitionBracket) -> Double) -> [Double] {
        runs.map { run in
          zip(run, exact).reduce(0) { $0 + value($1.0) - $1.1 } / Double(exact.count)
        }
      }
      let (forward, reverse) = (off(\.forwardEstimate), off(\.reverseEstimate))
      #expect(MonteCarlo.zScore(of: forward, expected: 0) < 3)
      #expect(MonteCarlo.zScore(of: reverse, expected: 0) > -3)
      gaps.append(zip(forward, reverse).reduce(0) { $0 + abs($1.0) + abs($1.1) } / 40)
    }
    #expect(gaps[1] < 0.6 * gaps[0] && gaps[2] < 0.6 * gaps[1], "\(gaps)")
  }

  /// How probable annealing in three steps makes every visible block, by multiplying its transitions out: those at
  /// β = 1/3 and 2/3, that of the machine whose couplings are β times as strong.
  static func annealed(_ machine: Machine) -> [Double] {
    func tempered(_ beta: Double) -> Machine {
      var copy = machine
      for index in copy.parameters.entries.indices
      where copy.parameters.entries[index].role == .weight {
        copy.parameters.entries[index].value.scale(by: beta)
      }
      return copy
    }
    func density(_ machine: Machine) -> [Double] {
      let rows: Tensor<Double> = States.all(of: machine.variableCount)
      let weights = machine.energy(of: rows).elements.map { exp(-$0) }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
    var probabilities = density(tempered(0))
    for beta in [1.0 / 3, 2.0 / 3] {
      let warm = tempered(beta)
      let visible: Tensor<Double> = States.all(of: warm.variableCount)
      let hidden: Tensor<Double> = States.all(of: warm.hiddenCount)
      let (up, down) = (warm.hiddenMean(given: visible), warm.visibleMean(given: hidden))
      func probability(_ means: Tensor<Double>, _ row: Int, _ states: Tensor<Double>, _ state: Int)
        -> Double
      {
        (0..<means.shape[1]).reduce(1) {
          $0 * (states[state, $1] > 0.5 ? means[row, $1] : 1 - means[row, $1])
        }
      }
      let ofHidden = (0..<hidden.shape[0]).map { h in
        probabilities.indices.reduce(0) {
          $0 + probabilities[$1] * probability(up, $1, hidden, h)
        }
      }
      probabilities = probabilities.indices.map { v in
        ofHidden.indices.reduce(0) { $0 + ofHidden[$1] * probability(down, $1, visible, v) }
      }
    }
    return probabilities
  }

  @Test(arguments: [[4, 3], [3, 2, 2], [2, 3, 2, 2], [2, 2, 3, 2, 1]])
  func conservativeEstimatesAreUnbiasedForWhatAnnealingDraws(widths: [Int]) throws {
    let machine = DeepFixtures.machine(widths, scale: 1.5)
    let block = Self.annealed(machine)
    // The data are the first bits of the visible block.
    var exact = [Double](repeating: 0, count: 1 << widths[0])
    for (state, probability) in block.enumerated() {
      exact[state & (1 << widths[0] - 1)] += probability
    }
    let rows: Tensor<Double> = States.all(of: widths[0])
    let completions = try RowAnnealing(Deep(machine), chains: 4000, steps: 3).completions(
      of: rows, key: RandomKey(seed: 72))
    let sampling = AnnealedImportanceSampling(machine.annealingPath(fromMeans: nil), steps: 3)
    let found = try sampling.rowProbabilities(
      of: completions, key: RandomKey(seed: 73), on: Workers(count: 2))
    let model = DeepFixtures.logWeights(machine)
    let logZ = DeepFixtures.logSum(model)
    var rejected = 0
    for (row, weights) in found.enumerated() {
      let ratios = weights.logWeights.map { exp($0) / exact[row] }
      let score = MonteCarlo.zScore(of: ratios, expected: 1)
      #expect(abs(score) < Self.largestScore, "row \(row): \(score)")
      // A control: the model's own probability is another one, and some row tells the two apart.
      let other = MonteCarlo.zScore(of: ratios, expected: exp(model[row] - logZ) / exact[row])
      rejected += abs(other) > Self.largestScore ? 1 : 0
    }
    #expect(rejected > 0, "\(rejected) of \(found.count)")
  }

  @Test(arguments: [[6, 4], [5, 4, 3]])
  func conservativeEstimatesErrLowOverTheModelsRowsByLessWithMoreSteps(widths: [Int]) throws {
    let machine = DeepFixtures.machine(widths, scale: 1.5)
    let logWeights = DeepFixtures.logWeights(machine)
    let logZ = DeepFixtures.logSum(logWeights)
    let table = AliasTable(weights: logWeights.map { exp($0 - logZ) })
    var stream = RandomStream(key: RandomKey(seed: 74))
    let states = (0..<200).map { _ in stream.categorical(table) }
    let rows = States.rows(states, count: widths[0], as: Double.self)
    var losses: [Double] = []
    for steps in [3, 20, 120] {
      let completions = try RowAnnealing(Deep(machine), chains: 4, steps: steps).completions(
        of: rows, key: RandomKey(seed: 75), on: Workers(count: 2))
      let found = try AnnealedImportanceSampling(
        machine.annealingPath(fromMeans: nil), steps: steps
      ).rowProbabilities(of: completions, key: RandomKey(seed: 76), on: Workers(count: 2))
      let off = zip(found, states).map { $0.logMean - (logWeights[$1] - logZ) }
      #expect(MonteCarlo.zScore(of: off, expected: 0) < 3)
      losses.append(-off.reduce(0, +) / 200)
    }
    #expect(losses[1] < 0.6 * losses[0] && losses[2] < 0.6 * losses[1], "\(losses)")
  }

  @Test func rowsDoNotDependOnWorkersNorOnEachOther() throws {
    let machine = DeepFixtures.machine([4, 3, 2])
    let annealing = RowAnnealing(Deep(machine), chains: 5, steps: 10)
    let rows: Tensor<Double> = States.all(of: 4)
    let one = try annealing.brackets(of: rows, key: RandomKey(seed: 1))
    #expect(try annealing.brackets(of: rows, key: RandomKey(seed: 1), on: Workers(count: 2)) == one)
    let some = try annealing.brackets(of: rows.rows(0..<3), key: RandomKey(seed: 1))
    #expect(some == Array(one.prefix(3)))
  }
}
