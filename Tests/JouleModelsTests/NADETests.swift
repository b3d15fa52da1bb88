import Joule
import JouleTestSupport
import Testing

/// The neural autoregressive distribution estimator against sums over all states, central differences,
/// its own formula written plainly, and another implementation.
@Suite struct NADETests {
  typealias Model = NADE<Double>

  /// Sizes with whole vectors and without, more rows than a tile and fewer, and both orders.
  static let sizes = [(1, 1), (2, 3), (5, 8), (8, 17), (10, 33)]

  static func model(
    _ variables: Int, _ hidden: Int, scale: Double = 1.2, permuted: Bool = true
  ) -> Model {
    let key = RandomKey(seed: 29)
    var stream = RandomStream(key: key.folded("order"))
    return Model(
      weights: Tensor(normal: [variables, hidden], using: key.folded("W")) * scale,
      outputWeights: Tensor(normal: [variables, hidden], using: key.folded("V")) * scale,
      visibleBias: Tensor(normal: [variables], using: key.folded("b")) * scale,
      hiddenBias: Tensor(normal: [hidden], using: key.folded("c")) * scale,
      order: permuted ? stream.permutation(count: variables) : nil)
  }

  /// log p(x) by the definition, a hidden unit at a time.
  static func plainLogDensity(_ model: Model, _ x: [Double]) -> Double {
    func logistic(_ y: Double) -> Double { 1 / (1 + MonteCarlo.exp(-y)) }
    var total = 0.0
    for (position, variable) in model.order.enumerated() {
      var logit = model.visibleBias[variable]
      for unit in 0..<model.hiddenCount {
        var activation = model.hiddenBias[unit]
        for earlier in model.order[..<position] {
          activation += x[earlier] * model.weights[earlier, unit]
        }
        logit += model.outputWeights[variable, unit] * logistic(activation)
      }
      total += MonteCarlo.log(logistic(x[variable] == 1 ? logit : -logit))
    }
    return total
  }

  @Test(arguments: sizes) func probabilitiesSumToOne(variables: Int, hidden: Int) {
    let model = Self.model(variables, hidden)
    let states: Tensor<Double> = States.all(of: variables)
    // A sum of 2ⁿ probabilities, each with the rounding of n terms of size up to some tens.
    #expect(abs(model.logDensity(of: states).exp().sum() - 1) < 1e-12)
    let single = NADE<Float>(model)
    let density = single.logDensity(of: Tensor<Float>(states)).exp().sum()
    #expect(abs(density - 1) < 2e-5)
  }

  @Test(arguments: sizes) func densityIsTheFormula(variables: Int, hidden: Int) {
    let model = Self.model(variables, hidden)
    let states: Tensor<Double> = States.all(of: variables)
    let found = model.logDensity(of: states)
    for row in stride(from: 0, to: states.shape[0], by: 7) {
      let expected = Self.plainLogDensity(model, states.row(row).elements)
      #expect(abs(found[row] - expected) < 1e-12 * max(1, abs(expected)), "row \(row)")
    }
    #expect(model.energy(of: states) == -found)
  }

  /// Numbers of PyTorch 2.13 in double precision, gradients by its differentiation.
  @Test func densityAndGradientAreThoseOfPyTorch() {
    let (n, m) = (6, 5)
    /// (p i + q j) mod r / s − 1
    func table(_ p: Int, _ q: Int, modulo r: Int, over s: Double) -> Tensor<Double> {
      var table = Tensor<Double>(zeros: [n, m])
      for i in 0..<n {
        for j in 0..<m { table[i, j] = Double((p * i + q * j) % r) / s - 1 }
      }
      return table
    }
    let model = Model(
      weights: table(7, 5, modulo: 11, over: 4), outputWeights: table(3, 4, modulo: 13, over: 5),
      visibleBias: Tensor([-1, 2.0 / 3, 0, -2.0 / 3, 1, 1.0 / 3]),
      hiddenBias: Tensor([-1, 0.5, -0.5, 1, 0]), order: [2, 0, 5, 4, 1, 3])
    let rows = Tensor<Double>([
      [0, 0, 0, 0, 0, 0], [1, 0, 1, 1, 0, 1], [0, 1, 1, 0, 1, 0], [1, 1, 1, 1, 1, 1],
    ])
    let expected = [
      -6.374202588711794, -5.959298239789161, -3.0601248642389947, -2.9052681011826635,
    ]
    let found = model.logDensity(of: rows)
    for row in 0..<4 { #expect(abs(found[row] - expected[row]) < 1e-13) }
    let gradient = model.gradient(at: rows)
    let pairs: [(Double, Double)] = [
      (gradient["weights"][5, 1], 0.14719702140233124),
      (gradient["weights"][2, 0], 0.16619829626532157),
      (gradient["output_weights"][4, 3], 1.1599811981643775),
      (gradient["visible_bias"][1], 0.8590116405349679),
      (gradient["hidden_bias"][2], 0.4634261476316564),
      (gradient["weights"].squared().sum(), 0.6969494121318939),
      (gradient["output_weights"].squared().sum(), 5.172422239043729),
      (gradient["visible_bias"].squared().sum(), 2.9763405153500893),
      (gradient["hidden_bias"].squared().sum(), 0.40322071849146846),
    ]
    for (value, expected) in pairs { #expect(abs(value - expected) < 1e-13) }
  }

  /// The orders differ: a model that ignored its order would pass all else.
  @Test func theOrderMatters() {
    let (raster, permuted) = (Self.model(5, 8, permuted: false), Self.model(5, 8))
    #expect(raster.order != permuted.order)
    let states: Tensor<Double> = States.all(of: 5)
    let difference = raster.logDensity(of: states) - permuted.logDensity(of: states)
    #expect(difference.largestMagnitude > 0.1)
  }

  @Test(arguments: sizes) func gradientMatchesCentralDifferences(variables: Int, hidden: Int) {
    let model = Self.model(variables, min(hidden, 20), scale: 0.7)
    // 11 rows: a whole tile and part of one; values that are neither 0 nor 1 as well.
    var rows: Tensor<Double> = States.rows(
      (0..<11).map { $0 * 97 % (1 << variables) }, count: variables)
    rows[3, 0] = 0.4
    rows[9, variables - 1] = -0.7
    let rowWeights = Tensor<Double>((0..<11).map { 0.3 * Double($0) - 1.1 })
    let gradient = model.gradient(at: rows, rowWeights: rowWeights)
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return moved.energy(of: rows).dot(rowWeights)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test func termsAddWithTheirWeightsAndThePreviousGradientIsScaled() {
    let model = Self.model(6, 20)
    let first: Tensor<Double> = States.rows([3, 9], count: 6)
    let second: Tensor<Double> = States.rows([1, 6, 63], count: 6)
    var sum = model.gradient(at: first)
    model.accumulateGradient(
      of: [
        GradientTerm(model.complete(first), weight: 0.5),
        GradientTerm(model.complete(second), weight: -2),
      ], into: &sum, scalingPreviousBy: 3, on: Workers(count: 2))
    let (a, b) = (model.gradient(at: first), model.gradient(at: second))
    var expected = a.zeros()
    for index in expected.entries.indices {
      expected.entries[index].value = a.entries[index].value * 3.5 - b.entries[index].value * 2
    }
    #expect(FiniteDifferences.largestDifference(sum, expected) < 1e-12)

    for index in sum.entries.indices { sum.entries[index].value.fill(.nan) }
    model.accumulateGradient(
      of: [GradientTerm(model.complete(first), weight: 1)], into: &sum, scalingPreviousBy: 0,
      on: .single)
    #expect(sum == a)
  }

  /// A completion that has held other rows, more or fewer, is none the worse.
  @Test func completionsAreUsedAgain() {
    let model = Self.model(8, 17)
    let rows: Tensor<Double> = States.rows((0..<40).map { $0 * 53 % 256 }, count: 8)
    var completion = model.complete(rows)
    for range in [3..<5, 0..<40, 7..<16] {
      model.complete(range, of: rows, into: &completion)
      var gradient = model.parameters.zeros()
      model.accumulateGradient(
        of: [GradientTerm(completion, weight: 1)], into: &gradient, scalingPreviousBy: 0,
        on: .single)
      #expect(gradient == model.gradient(at: rows.rows(range)))
    }
  }

  @Test func nothingDependsOnTheNumberOfWorkersOrOnTheCut() {
    let key = RandomKey(seed: 5)
    let model = NADE<Float>(
      visibleMeans: Tensor([90], repeating: 0.3), hiddenCount: 150, weightScale: 0.3, using: key)
    let rows = model.sample(count: 70, using: ChainRandom(key: key))
    let one = model.gradient(at: rows, on: .single)
    #expect(one == model.gradient(at: rows, on: Workers(count: 2)))
    #expect(one == model.gradient(at: rows, on: Workers(count: 4)))
    let density = model.logDensity(of: rows)
    for row in [0, 7, 69] {
      #expect(model.logDensity(of: rows.rows(row..<row + 1))[0] == density[row])
    }
    let tail = model.sample(count: 30, using: ChainRandom(key: key, firstChain: 40))
    #expect(tail == rows.rows(40..<70))
  }

  /// Pearson's statistic of sampled frequencies, against that of 2ⁿ − 1 degrees of freedom.
  @Test func samplesHaveTheProbabilitiesOfTheModel() {
    let model = Self.model(5, 8)
    #expect(Self.chiSquareScore(of: model, sampledFrom: model) < 4)
  }

  /// A slightly different model, and one of another order, are found out.
  @Test func samplesOfAnotherModelAreFoundOut() {
    let model = Self.model(5, 8)
    var other = model
    var bias = model.visibleBias
    bias[2] += 0.1
    other.parameters.entries[2].value = bias
    #expect(Self.chiSquareScore(of: model, sampledFrom: other) > 8)
  }

  /// (χ² − its mean) / its standard deviation.
  static func chiSquareScore(of model: Model, sampledFrom source: Model) -> Double {
    let count = 100_000
    let states: Tensor<Double> = States.all(of: model.variableCount)
    let probabilities = model.logDensity(of: states).exp().elements
    let draws = source.sample(count: count, using: ChainRandom(key: RandomKey(seed: 71), step: 3))
    var counts = [Double](repeating: 0, count: probabilities.count)
    for state in States.numbers(of: draws) { counts[state] += 1 }
    // States of few expected draws are put together, as the distribution of χ² asks.
    var (statistic, cells, restCount, restExpected) = (0.0, 0.0, 0.0, 0.0)
    for (found, probability) in zip(counts, probabilities) {
      let expected = probability * Double(count)
      if expected < 10 {
        restCount += found
        restExpected += expected
      } else {
        statistic += (found - expected) * (found - expected) / expected
        cells += 1
      }
    }
    if restExpected > 0 {
      statistic += (restCount - restExpected) * (restCount - restExpected) / restExpected
      cells += 1
    }
    let freedom = cells - 1
    return (statistic - freedom) / (2 * freedom).squareRoot()
  }

  @Test func anArchiveKeepsTheModel() throws {
    for model in [Self.model(7, 4), Self.model(3, 2, permuted: false)] {
      var archive = Archive()
      model.archive(into: &archive)
      #expect(try Model(from: archive) == model)
    }
  }

  @Test func damagedArchivesAreRefused() {
    var archive = Archive()
    Self.model(3, 2).archive(into: &archive)
    func refusal(_ change: (inout Archive) -> Void) -> ArchiveError? {
      var copy = archive
      change(&copy)
      do {
        _ = try Model(from: copy)
        return nil
      } catch { return error }
    }
    #expect(refusal { $0.tensors["output_weights"] = nil } == .missing("output_weights"))
    #expect(
      refusal { $0.store(Tensor<Double>(zeros: [2, 2]), as: "output_weights") }
        == .shape("output_weights", found: [2, 2], expected: "[3, 2]"))
    #expect(
      refusal { $0.store(Tensor<Double>([0, .nan]), as: "hidden_bias") }
        == .notFinite("hidden_bias", index: 1))
    #expect(
      refusal { $0.store(Tensor<Double>([0, 2, 2]), as: "order") }
        == .malformed("order", "no permutation of 0 to 2"))
    #expect(
      refusal { $0.store(Tensor<Double>([0]), as: "else") }
        == .unknown(
          "else",
          expected: ["weights", "output_weights", "visible_bias", "hidden_bias", "order"]))
  }
}
