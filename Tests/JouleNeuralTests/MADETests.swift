import Joule
import JouleTestSupport
import Testing

/// Masked autoencoders against sums over all states, another implementation, and the law that gives
/// them their name.
@Suite struct MADETests {
  typealias Model = MADE<Double>

  /// Variables, hidden units and number of masks; a single variable, deep networks, mixtures.
  static let cases: [(Int, [Int], Int)] = [
    (1, [2], 1), (2, [3], 1), (5, [8], 1), (6, [9, 7], 1), (4, [5, 6, 5], 1), (5, [8, 4], 3),
  ]

  static func model(
    _ variables: Int, _ hidden: [Int], masks count: Int = 1, isDirect: Bool = true
  ) -> Model {
    let key = RandomKey(seed: 31)
    let masks = (0..<count).map { number in
      let own = key.folded("mask").folded(UInt64(number))
      var stream = RandomStream(key: own.folded("order"))
      return AutoregressiveMask(
        order: stream.permutation(count: variables), hiddenCounts: hidden, using: own)
    }
    var model = Model(
      visibleMeans: Tensor([variables], repeating: 0.4), masks: masks, isDirect: isDirect,
      using: key)
    // What masks hide is random too: it must not matter.
    for index in model.parameters.entries.indices {
      let entry = model.parameters.entries[index]
      model.parameters.entries[index].value = Tensor(
        normal: entry.value.shape, using: key.folded(entry.name))
    }
    return model
  }

  @Test(arguments: cases)
  func probabilitiesSumToOne(variables: Int, hidden: [Int], masks: Int) {
    for isDirect in [true, false] {
      let model = Self.model(variables, hidden, masks: masks, isDirect: isDirect)
      let states: Tensor<Double> = States.all(of: variables)
      #expect(abs(model.logDensity(of: states).exp().sum() - 1) < 1e-13)
      #expect(model.energy(of: states) == -model.logDensity(of: states))
    }
  }

  /// ∂yᵢ/∂xⱼ is zero for every j that is not before i, exactly, and not for all that are.
  @Test(arguments: cases)
  func logitsDependOnEarlierVariablesAlone(variables: Int, hidden: [Int], masks: Int) {
    let model = Self.model(variables, hidden, masks: masks)
    let rows = Tensor<Double>(normal: [3, variables], using: RandomKey(seed: 32))
    for mask in model.masks {
      let single = Model(model.parameters, masks: [mask], activation: model.activation)
      var found = 0
      for (place, variable) in mask.order.enumerated() {
        let gradient = Autodiff.gradient(at: rows) { rows in
          var unit = Tensor<Double>(zeros: [variables])
          unit[variable] = 1
          let logits = single.logits(of: rows, ParameterValues(single.parameters, on: rows.tape))
          return logits[0] * rows.tape.value(unit)
        }
        for (other, seen) in mask.order.enumerated() {
          if other >= place {
            #expect((0..<3).allSatisfy { gradient[$0, seen] == 0 })
          } else if (0..<3).allSatisfy({ gradient[$0, seen] != 0 }) {
            found += 1
          }
        }
      }
      #expect(found == variables * (variables - 1) / 2)
    }
  }

  /// Parameters with simple values, against the definition evaluated unit by unit in PyTorch 2.
  @Test func densityIsThatOfAnotherImplementation() {
    let mask = AutoregressiveMask(order: [2, 0, 3, 1], degrees: [[1, 2, 3, 1, 2], [3, 1, 2]])
    var model = Model(
      visibleMeans: Tensor([4], repeating: 0.5), masks: [mask], using: RandomKey(seed: 0))
    for (number, entry) in model.parameters.entries.enumerated() {
      let elements = (0..<entry.value.count).map { Double(($0 * 37 + number * 11) % 19 - 9) / 10 }
      model.parameters.entries[number].value = Tensor(shape: entry.value.shape, elements: elements)
    }
    let states: Tensor<Double> = States.rows([0, 5, 6, 9, 15], count: 4)
    let expected = Tensor<Double>([
      -4.2688456977008675, -3.421049760870595, -3.6372026259604304, -3.544103310819633,
      -1.87220479293255,
    ])
    #expect((model.logDensity(of: states) - expected).largestMagnitude < 1e-14)
    #expect((MADE<Double>(model).logDensity(of: states) - expected).largestMagnitude < 1e-14)
    let single = MADE<Float>(model).logDensity(of: Tensor<Float>(states))
    #expect((single - expected).largestMagnitude < 1e-5)
  }

  @Test func gradientMatchesCentralDifferences() {
    let model = Self.model(4, [5, 4], masks: 2)
    let rows: Tensor<Double> = States.rows([1, 7, 12], count: 4)
    let expected = FiniteDifferences.gradient(at: model.parameters) { parameters in
      var moved = model
      moved.parameters = parameters
      return moved.energy(of: rows).sum()
    }
    #expect(FiniteDifferences.largestDifference(model.gradient(at: rows), expected) < 1e-8)
  }

  @Test(arguments: cases)
  func samplesHaveTheProbabilitiesOfTheModel(variables: Int, hidden: [Int], masks: Int) {
    let model = Self.model(variables, hidden, masks: masks)
    #expect(Self.chiSquareScore(of: model, sampledFrom: model) < 4)
  }

  /// A slightly different model, one of another order, and one of two masks where there are three are
  /// found out.
  @Test func samplesOfAnotherModelAreFoundOut() {
    let model = Self.model(5, [8])
    var other = model
    other.parameters.entries[3].value[2] += 0.5
    #expect(Self.chiSquareScore(of: model, sampledFrom: other) > 8)
    let reversed = Model(
      model.parameters,
      masks: [
        AutoregressiveMask(order: model.masks[0].order.reversed(), degrees: model.masks[0].degrees)
      ], activation: model.activation)
    #expect(Self.chiSquareScore(of: model, sampledFrom: reversed) > 8)
    let mixture = Self.model(5, [8, 4], masks: 3)
    let part = Model(
      mixture.parameters, masks: Array(mixture.masks.dropLast()), activation: mixture.activation)
    #expect(Self.chiSquareScore(of: mixture, sampledFrom: part) > 8)
  }

  /// Draws of rows in the middle of a batch are those that the whole batch gives.
  @Test func drawsBelongToTheirRows() {
    let model = Self.model(6, [9, 7], masks: 2)
    let random = ChainRandom(key: RandomKey(seed: 4), step: 2)
    let whole = model.sample(count: 40, using: random)
    #expect(model.sample(count: 15, using: random.advanced(by: 20)) == whole.rows(20..<35))
  }

  /// (χ² − its mean) / its standard deviation, for draws of `source` under the model's probabilities.
  static func chiSquareScore(of model: Model, sampledFrom source: Model) -> Double {
    let states: Tensor<Double> = States.all(of: model.variableCount)
    let draws = source.sample(count: 50_000, using: ChainRandom(key: RandomKey(seed: 71)))
    return MonteCarlo.chiSquareScore(
      of: States.numbers(of: draws), probabilities: model.logDensity(of: states).exp().elements)
  }

  @Test(arguments: cases)
  func anArchiveKeepsTheModel(variables: Int, hidden: [Int], masks: Int) throws {
    let model = Self.model(variables, hidden, masks: masks)
    var archive = Archive()
    model.archive(into: &archive)
    let back = try Model(from: archive)
    #expect(back.parameters == model.parameters && back.masks == model.masks)
    let states: Tensor<Double> = States.all(of: variables)
    #expect(back.energy(of: states) == model.energy(of: states))
  }

  @Test func damagedArchivesAreRefused() {
    var archive = Archive()
    Self.model(3, [2]).archive(into: &archive)
    func refusal(_ change: (inout Archive) -> Void) -> ArchiveError? {
      var copy = archive
      change(&copy)
      do {
        _ = try Model(from: copy)
        return nil
      } catch { return error }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.tensors["output.bias"] = nil } == .missing("output.bias"))
    #expect(refusal { $0.metadata["activation"] = "step" } == .malformed("activation", "step"))
    #expect(
      refusal { $0.store(Tensor<Double>([0, 2, 2]), as: "mask.0.order") }
        == .malformed("mask.0.order", "no permutation of 0 to 2"))
    #expect(
      refusal { $0.store(Tensor<Double>([1, 3]), as: "mask.0.degrees.0") }
        == .malformed("mask.0.degrees.0", "a degree outside of 1 to 2"))
    #expect(
      refusal { $0.store(Tensor<Double>([0, .nan]), as: "hidden.0.bias") }
        == .notFinite("hidden.0.bias", index: 1))
    #expect(
      refusal { $0.store(Tensor<Double>(zeros: [2]), as: "direct.weights") }
        == .shape("direct.weights", found: [2], expected: "[3, 3]"))
    #expect(refusal { $0.store(Tensor<Double>([0]), as: "else") } != nil)
  }
}
