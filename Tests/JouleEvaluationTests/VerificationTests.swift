import Joule
import JouleTestSupport
import Testing

/// Right models pass; each kind of mistake is found.
@Suite struct VerificationTests {
  static let verification = ModelVerification(chains: 5000, key: RandomKey(seed: 5))
  static let machine = PartitionFunctionTests.machine(6, 4)

  @Test func aRightMachinePasses() throws {
    let rows = States.all(of: 6, as: Double.self)
    #expect(Self.verification.gradient(of: Self.machine, at: rows).isPassed)
    let sums = try #require(Self.verification.logPartition(of: Self.machine))
    let chains = try #require(
      Self.verification.sampler(BlockGibbs(Self.machine), of: Self.machine))
    #expect(sums.count == 2 && chains.count == 3)
    for check in sums + chains { #expect(check.isPassed, "\(check)") }
  }

  @Test func floatMachinesAreHeldToWhatFloatsCanDo() {
    let rows = States.all(of: 6, as: Float.self)
    let machine = RestrictedBoltzmannMachine<Float>(Self.machine)
    let check = Self.verification.gradient(of: machine, at: rows)
    #expect(check.isPassed && check.bound < 1, "\(check)")
  }

  /// An energy with a slope that is off by one part in a hundred thousand.
  struct Tilted: ParametricEnergy {
    var parameters = ParameterSet<Double>([
      .init(name: "k", role: .weight, value: Tensor([1, 2, 3]))
    ])
    var error = 1.0
    let variableCount = 3

    func energy(of rows: Tensor<Double>) -> Tensor<Double> {
      rows.squared().matmul(parameters["k"])
    }
    func complete(_ rows: Tensor<Double>) -> Tensor<Double> { rows }
    func accumulateGradient(
      of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Double>,
      scalingPreviousBy scale: Double, on workers: Workers
    ) {
      gradient.scale(by: scale)
      for term in terms {
        let weights =
          (term.rowWeights ?? Tensor([term.completion.shape[0]], repeating: 1))
          * (term.weight * error)
        gradient.entries[0].value += weights.matmul(term.completion.squared())
      }
    }
  }

  @Test func aGradientThatIsSlightlyWrongIsFound() {
    let rows = Tensor<Double>(normal: [7, 3], using: RandomKey(seed: 1))
    var model = Tilted()
    #expect(Self.verification.gradient(of: model, at: rows).isPassed)
    model.error = 1.00001
    #expect(!Self.verification.gradient(of: model, at: rows).isPassed)
  }

  @Test func aSamplerOfAnotherModelIsFound() throws {
    var other = Self.machine
    other.parameters.entries[1].value += 1
    let checks = try #require(Self.verification.sampler(BlockGibbs(other), of: Self.machine))
    #expect(checks.contains { !$0.isPassed })
  }

  /// Where there are as many states as chains, chance leaves much, and a wrong sampler more.
  @Test func aSamplerOfAnotherModelIsFoundAmongManyStates() throws {
    let machine = PartitionFunctionTests.machine(12, 4)
    var other = machine
    other.parameters.entries[1].value += 1
    let right = try #require(Self.verification.sampler(BlockGibbs(machine), of: machine))
    let wrong = try #require(Self.verification.sampler(BlockGibbs(other), of: machine))
    #expect(right.allSatisfy { $0.isPassed && $0.bound < 1 }, "\(right)")
    #expect(wrong.allSatisfy { !$0.isPassed }, "\(wrong)")
  }

  /// A deep machine of bits and categories, and one that adds to its bound.
  struct Deep: DeepModel {
    var base: DeepBoltzmannMachine<Double>
    var addition = 0.0

    var parameters: ParameterSet<Double> {
      get { base.parameters }
      set { base.parameters = newValue }
    }
    var variableCount: Int { base.variableCount }
    var machine: BoltzmannMachine<Double> { base.machine }
    func energy(of rows: Tensor<Double>) -> Tensor<Double> { base.energy(of: rows) - addition }
    func complete(_ rows: Tensor<Double>) -> LatentRows<Double> { base.complete(rows) }
    func inferredRows(for rows: Tensor<Double>) -> Tensor<Double> { base.inferredRows(for: rows) }
    func conditioned(on row: Tensor<Double>) -> BoltzmannMachine<Double> {
      base.conditioned(on: row)
    }
    func dataEnergy(of rows: Tensor<Double>) -> Tensor<Double> { base.dataEnergy(of: rows) }
    func accumulateGradient(
      of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Double>,
      scalingPreviousBy scale: Double, on workers: Workers
    ) {
      base.accumulateGradient(
        of: terms.map { .init($0.completion, weight: $0.weight, rowWeights: $0.rowWeights) },
        into: &gradient, scalingPreviousBy: scale, on: workers)
    }
  }

  static func deep(_ kinds: [String], scale: Double = 0.7) throws -> Deep {
    let layers = try kinds.map { try UnitLayer(parsing: $0) }
    var machine = BoltzmannMachine<Double>(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).map { Tensor(zeros: [$0.width, $1.width]) })
    for (index, entry) in machine.parameters.entries.enumerated() {
      machine.parameters.entries[index].value =
        Tensor(normal: entry.value.shape, using: RandomKey(seed: 19).folded(entry.name)) * scale
    }
    machine.constrain(&machine.parameters)
    return Deep(base: DeepBoltzmannMachine(machine))
  }

  @Test(arguments: [
    ["bernoulli:2+potts:1x3", "spin:3", "bernoulli:3"],
    ["spin:3", "bernoulli:2", "spin:2", "spin:2"],
  ])
  func aDeepMachinePassesAndABoundThatIsTooHighIsFound(kinds: [String]) throws {
    var deep = try Self.deep(kinds)
    let checks =
      try #require(Self.verification.logPartition(of: deep.machine))
      + #require(Self.verification.sampler(BlockGibbs(deep.machine), of: deep.machine))
    let bound = try #require(Self.verification.bound(of: deep))
    for check in checks + [bound] { #expect(check.isPassed, "\(check)") }
    #expect(bound.difference < 0 && bound.difference > -1)
    deep.addition = 1
    #expect(try !#require(Self.verification.bound(of: deep)).isPassed)
  }

  /// Another order of the same layers: what both know is the same.
  @Test func sidesMayBeExchanged() throws {
    let machine = try Self.deep(["bernoulli:2+potts:1x3", "spin:3", "bernoulli:3"]).machine
    let other = machine.exchangingSides()
    let difference =
      ExactPartition.logPartition(of: machine) - ExactPartition.logPartition(of: other)
    #expect(abs(difference) < 1e-12)
    let rows = try #require(machine.rows(listingAtMost: 100))
    let hidden = machine.hiddenMean(given: rows)
    let exchanged = other.jointEnergy(visible: hidden, hidden: rows)
    #expect(
      (machine.jointEnergy(visible: rows, hidden: hidden) - exchanged).largestMagnitude < 1e-12)
    #expect(other.layers.map(\.text) == ["spin:3", "bernoulli:2+potts:1x3+bernoulli:3"])
  }

  @Test func largeMachinesAreCheckedByParts() throws {
    let large = PartitionFunctionTests.machine(40, 30)
    #expect(Self.verification.logPartition(of: large) == nil)
    let part = large.submodel(units: 5, using: RandomKey(seed: 2))
    #expect(part.variableCount == 5 && part.hiddenCount == 5)
    #expect(large.visibleBias.elements.contains(part.visibleBias[3]))
    for check in try #require(Self.verification.logPartition(of: part)) {
      #expect(check.isPassed, "\(check)")
    }
  }
}

/// Models that know their constant: what they expect, and what they draw.
@Suite struct DrawVerificationTests {
  static let verification = VerificationTests.verification

  /// A gamma distribution that may have the wrong constant, expect the wrong moments, or draw from another.
  struct Gambler: ExactExpectation, TractableDistribution {
    var base: ExponentialFamilyModel<Gamma>
    var drawn: ExponentialFamilyModel<Gamma>
    var constant = 1.0
    var expectation = 1.0

    var variableCount: Int { 1 }
    var parameters: ParameterSet<Double> {
      get { base.parameters }
      set { base.parameters = newValue }
    }
    func energy(of rows: Tensor<Double>) -> Tensor<Double> { base.energy(of: rows) }
    func complete(_ rows: Tensor<Double>) -> Tensor<Double> { rows }
    func accumulateGradient(
      of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Double>,
      scalingPreviousBy scale: Double, on workers: Workers
    ) {
      base.accumulateGradient(
        of: terms.map {
          GradientTerm($0.completion, weight: $0.weight, rowWeights: $0.rowWeights)
        }, into: &gradient, scalingPreviousBy: scale, on: workers)
    }
    func accumulateExpectedGradient(
      into gradient: inout ParameterSet<Double>, weight: Double, on workers: Workers
    ) {
      base.accumulateExpectedGradient(
        into: &gradient, weight: weight * expectation, on: workers)
    }
    func sample(using random: ChainRandom, into rows: inout Tensor<Double>) {
      drawn.sample(using: random, into: &rows)
    }
    func logDensity(of rows: Tensor<Double>) -> Tensor<Double> {
      -(base.energy(of: rows) + base.logPartition * constant)
    }
  }

  @Test func eachMistakeIsFoundByOneCheck() throws {
    let gamma = try ExponentialFamilyModel(Gamma(), conventional: [2, 0.5])
    var model = Gambler(base: gamma, drawn: gamma)
    let rows = gamma.sample(count: 10, using: ChainRandom(key: RandomKey(seed: 8)))
    func checks() -> (density: VerificationCheck, draws: VerificationCheck) {
      (Self.verification.density(of: model, at: rows), Self.verification.draws(of: model))
    }
    #expect(checks().density.isPassed && checks().draws.isPassed, "\(checks())")
    model.constant = 1.001
    #expect(!checks().density.isPassed && checks().draws.isPassed, "\(checks())")
    model.constant = 1
    model.expectation = 1.2
    #expect(!checks().density.isPassed && !checks().draws.isPassed, "\(checks())")
    model.expectation = 1
    model.drawn = try ExponentialFamilyModel(Gamma(), conventional: [2.3, 0.5])
    #expect(checks().density.isPassed && !checks().draws.isPassed, "\(checks())")
  }
}
