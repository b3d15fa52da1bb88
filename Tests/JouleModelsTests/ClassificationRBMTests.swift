import Foundation
import Joule
import JouleTestSupport
import Testing

/// A small classification machine with nothing symmetric about it, and the same by nested loops over states.
enum ClassificationFixtures {
  static let (inputs, hidden, classes) = (4, 3, 3)

  static let model: ClassificationRBM<Double> = {
    let key = RandomKey(seed: 31)
    return ClassificationRBM(
      weights: Tensor(normal: [inputs, hidden], using: key.folded("w")),
      visibleBias: Tensor(normal: [inputs], using: key.folded("b")) - 0.3,
      hiddenBias: Tensor(normal: [hidden], using: key.folded("c")) + 0.2,
      labelWeights: Tensor(normal: [classes, hidden], using: key.folded("u")) * 1.5,
      labelBias: Tensor(normal: [classes], using: key.folded("d")))
  }()

  /// −E(x, y, h) by its definition.
  static func exponent(
    _ model: ClassificationRBM<Double>, _ x: [Double], _ y: Int, _ h: Int
  ) -> Double {
    var sum = model.labelBias[y]
    for i in x.indices { sum += model.visibleBias[i] * x[i] }
    for j in 0..<model.hiddenCount where h >> j & 1 == 1 {
      sum += model.hiddenBias[j] + model.labelWeights[y, j]
      for i in x.indices { sum += x[i] * model.weights[i, j] }
    }
    return sum
  }

  static func bits(_ state: Int) -> [Double] {
    (0..<inputs).map { state >> $0 & 1 == 1 ? 1 : 0 }
  }

  /// p(x, y), state of the inputs first.
  static func probabilities(_ model: ClassificationRBM<Double>) -> [[Double]] {
    let terms = (0..<1 << inputs).map { x in
      (0..<classes).map { y in
        (0..<1 << hidden).reduce(0) { $0 + exp(exponent(model, bits(x), y, $1)) }
      }
    }
    let total = terms.joined().reduce(0, +)
    return terms.map { $0.map { $0 / total } }
  }

  static func logPartition(_ model: ClassificationRBM<Double>) -> Double {
    var sum = 0.0
    for x in 0..<1 << inputs {
      for y in 0..<classes {
        for h in 0..<1 << hidden { sum += exp(exponent(model, bits(x), y, h)) }
      }
    }
    return log(sum)
  }

  /// Rows (x, y) of states and labels, zeros behind where there is no label.
  static func rows(_ states: [Int], _ labels: [Int?]) -> Tensor<Double> {
    Tensor(
      shape: [states.count, inputs + classes],
      elements: zip(states, labels).flatMap { state, label in
        bits(state) + (0..<classes).map { $0 == label ? 1 : 0 }
      })
  }
}

/// Classification machines against enumeration of x, y and h.
@Suite struct ClassificationRBMTests {
  typealias Fixtures = ClassificationFixtures
  static let model = Fixtures.model
  static let states = Array(0..<16)
  static var inputs: Tensor<Double> { States.all(of: Fixtures.inputs) }

  @Test func freeEnergySumsHiddenUnitsOut() {
    let energies = Self.model.classEnergies(of: Self.inputs)
    for x in Self.states {
      for y in 0..<Fixtures.classes {
        let sum = (0..<1 << Fixtures.hidden).reduce(0) {
          $0 + exp(Fixtures.exponent(Self.model, Fixtures.bits(x), y, $1))
        }
        #expect(abs(energies[x, y] + log(sum)) < 1e-12)
        let row = Fixtures.rows([x], [y])
        #expect(abs(Self.model.energy(of: row)[0] + log(sum)) < 1e-12)
      }
    }
  }

  @Test func classProbabilitiesAreRatiosOfEnumeratedOnes() {
    let p = Fixtures.probabilities(Self.model)
    let logs = Self.model.classLogProbabilities(of: Self.inputs)
    for x in Self.states {
      for y in 0..<Fixtures.classes {
        #expect(abs(exp(logs[x, y]) - p[x][y] / p[x].reduce(0, +)) < 1e-13)
      }
    }
  }

  @Test func inputsHaveTheirMarginalDistribution() {
    let p = Fixtures.probabilities(Self.model)
    let energies = InputDistribution(Self.model).energy(of: Self.inputs)
    let logPartition = ExactPartition.logPartition(of: Self.model)
    #expect(abs(logPartition - Fixtures.logPartition(Self.model)) < 1e-12)
    for x in Self.states {
      #expect(abs(exp(-energies[x] - logPartition) - p[x].reduce(0, +)) < 1e-13)
    }
  }

  @Test func conditionalsAreRatiosOfEnumeratedJoints() {
    let model = Self.model
    for h in 0..<1 << Fixtures.hidden {
      let terms = Self.states.map { x in
        (0..<Fixtures.classes).map { exp(Fixtures.exponent(model, Fixtures.bits(x), $0, h)) }
      }
      let total = terms.joined().reduce(0, +)
      let mean = model.visibleMean(given: States.rows([h], count: Fixtures.hidden))
      for i in 0..<Fixtures.inputs {
        let on = Self.states.filter { $0 >> i & 1 == 1 }.flatMap { terms[$0] }.reduce(0, +)
        #expect(abs(mean[0, i] - on / total) < 1e-13)
      }
      for y in 0..<Fixtures.classes {
        let share = terms.reduce(0) { $0 + $1[y] } / total
        #expect(abs(mean[0, Fixtures.inputs + y] - share) < 1e-13)
      }
    }
  }

  @Test func hiddenMeansOfInputsSumTheClassOut() {
    let means = Self.model.hiddenMean(givenInputs: Self.inputs)
    for x in Self.states {
      var (on, total) = ([Double](repeating: 0, count: Fixtures.hidden), 0.0)
      for y in 0..<Fixtures.classes {
        for h in 0..<1 << Fixtures.hidden {
          let term = exp(Fixtures.exponent(Self.model, Fixtures.bits(x), y, h))
          total += term
          for j in 0..<Fixtures.hidden where h >> j & 1 == 1 { on[j] += term }
        }
      }
      for j in 0..<Fixtures.hidden { #expect(abs(means[x, j] - on[j] / total) < 1e-13) }
    }
  }

  /// log p(y | x) does not depend on b, and on the rest as central differences say; rows without a label count
  /// for nothing. Inputs inside (0, 1) as well as bits.
  @Test(arguments: [1, 2]) func conditionalGradientMatchesCentralDifferences(threads: Int) {
    var rows = Fixtures.rows([3, 9, 12, 5, 14], [0, 2, nil, 1, 2])
    for i in 0..<Fixtures.inputs { rows[1, i] = 0.1 + 0.2 * Double(i) }
    let model = Self.model
    var gradient = model.parameters
    model.accumulateConditionalGradient(
      at: rows, weight: 0.25, into: &gradient, scalingPreviousBy: 3,
      on: Workers(count: threads))
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      // Four rows have labels: their mean is a quarter of their sum.
      let penalty = parameters.entries.reduce(0) { $0 + 1.5 * $1.value.squared().sum() }
      return moved.meanConditionalLoss(of: rows) + penalty
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test func conditionalGradientDoesNotDependOnTheNumberOfWorkers() {
    let key = RandomKey(seed: 4)
    let model = ClassificationRBM<Float>(
      inputMeans: Tensor([200], repeating: 0.3), classFrequencies: Tensor([1, 2, 1]),
      hiddenCount: 90, weightScale: 0.1, using: key)
    let labels = (0..<150).map { $0 % 4 == 3 ? nil : Optional($0 % 4) }
    let rows: Tensor<Float> = Dataset(Tensor<Float>(uniform: [150, 200], using: key.folded(1)))
      .labelled(labels, classCount: 3).batch(0..<150)
    #expect(model.labels(of: rows) == labels)
    let gradients = [1, 2, 4].map { count in
      var gradient = model.parameters.zeros()
      model.accumulateConditionalGradient(
        at: rows, weight: 1, into: &gradient, scalingPreviousBy: 0, on: Workers(count: count))
      return gradient
    }
    #expect(gradients[1] == gradients[0] && gradients[2] == gradients[0])
  }

  @Test func anArchiveHoldsTheModel() throws {
    let model = ClassificationRBM<Float>(Self.model)
    var archive = Archive()
    model.archive(into: &archive)
    #expect(archive.tensors.keys.sorted().count == 5)
    #expect(try ClassificationRBM<Float>(from: archive) == model)
    for name in ["weights", "label_bias"] {
      var broken = archive
      broken.tensors[name] = nil
      #expect(throws: ArchiveError.missing(name)) { try ClassificationRBM<Float>(from: broken) }
    }
    var narrow = archive
    narrow.store(Tensor<Float>(zeros: [3, 2]), as: "label_weights")
    #expect(throws: ArchiveError.self) { try ClassificationRBM<Float>(from: narrow) }
    var damaged = archive
    damaged.store(Tensor<Float>([.nan, 0, 0]), as: "label_bias")
    #expect(throws: ArchiveError.notFinite("label_bias", index: 0)) {
      try ClassificationRBM<Float>(from: damaged)
    }
  }

  @Test func extremeLogitsStayFinite() {
    let model = ClassificationRBM<Float>(
      weights: Tensor([[400, -400]]), visibleBias: Tensor([300]), hiddenBias: Tensor([-200, 200]),
      labelWeights: Tensor([[500, 0], [-500, 900]]), labelBias: Tensor([800, -800]))
    let logs = model.classLogProbabilities(of: Tensor([[0], [1]]))
    #expect(logs.firstNonFinite == nil && logs.max() <= 0)
    let mean = model.visibleMean(given: Tensor([[1, 1], [0, 0]]))
    #expect(mean.firstNonFinite == nil && mean.min() >= 0 && mean.max() <= 1)
  }
}
