import Joule
import JouleTestSupport
import Testing

/// Distribution functions, and whether p-values mean what they say.
@Suite struct GoodnessOfFitTests {
  @Test(arguments: FamilyCase.all) func distributionFunctionsAreSciPys(_ family: FamilyCase) throws
  {
    func check<F: TestedFamily & UnivariateFamily>(_ family: F, _ reference: FamilyReference) throws
    {
      let member = try Member(family, reference)
      for (row, expected) in zip(reference.rows, reference.cumulative ?? []) {
        let found = family.cumulative(at: row[0], member.theta)
        #expect(abs(found.lower - expected) < 1e-12, "P(X ≤ \(row[0])): \(found)")
        #expect(abs(found.lower + found.upper - 1) < 1e-12)
      }
      let foreign = family.support == .interval(-.infinity, .infinity) ? nil : -1e9
      if let foreign { #expect(family.cumulative(at: foreign, member.theta).lower == 0) }
    }
    if let univariate = family.family as? any (TestedFamily & UnivariateFamily) {
      try check(univariate, family.reference)
    }
  }

  static func pValue<F: TestedFamily>(
    _ family: F, _ rows: Tensor<Double>, seed: UInt64, replicates: Int = 39,
    workers: Workers = .single
  ) throws -> GoodnessOfFit {
    try family.fit(rows).goodnessOfFit(
      to: rows, replicates: replicates, key: RandomKey(seed: seed), on: workers)
  }

  /// Under the family itself p-values are uniform: their mean over 40 data sets is ½ within 4.5 σ.
  @Test func pValuesAreUniformUnderTheFamily() throws {
    func check<F: TestedFamily>(_ family: F, _ conventional: [Double], count: Int) throws {
      let model = try ExponentialFamilyModel(family, conventional: conventional)
      let values = try (0..<40).map { set -> Double in
        let random = ChainRandom(key: RandomKey(seed: 71).folded(UInt64(set)))
        let rows = model.sample(count: count, using: random)
        return try #require(try Self.pValue(family, rows, seed: UInt64(set)).pValue)
      }
      let z = (values.reduce(0, +) / 40 - 0.5) / (1 / 480.0).squareRoot()
      #expect(abs(z) < 4.5, "\(family.name): z = \(z)")
      #expect(values.contains { $0 < 0.3 } && values.contains { $0 > 0.7 })
    }
    try check(Gamma(), [2, 1], count: 80)
    try check(Gaussian(), [1, 4], count: 80)
    try check(Poisson(), [3], count: 80)
    try check(VonMises(), [2, 3], count: 60)
  }

  @Test func aWrongFamilyIsFoundOut() throws {
    let random = ChainRandom(key: RandomKey(seed: 72))
    let gamma = try ExponentialFamilyModel(Gamma(), conventional: [4, 2])
    let rows = gamma.sample(count: 300, using: random)
    #expect(try #require(try Self.pValue(Exponential(), rows, seed: 1).pValue) <= 0.05)
    #expect(try #require(try Self.pValue(Gamma(), rows, seed: 1).pValue) > 0.05)
    let counts = try ExponentialFamilyModel(NegativeBinomial(successes: 2), conventional: [0.3])
      .sample(count: 300, using: random)
    let poisson = try Self.pValue(Poisson(), counts, seed: 1)
    #expect(poisson.discrepancy.measure == .pearson)
    #expect(try #require(poisson.pValue) <= 0.05)
    // Two variables with a ring for a density: not Gaussian.
    var stream = RandomStream(key: RandomKey(seed: 73))
    let ring = Tensor(
      (0..<300).map { _ in
        let angle = stream.vonMises(concentration: 0)
        let radius = 3 + 0.1 * stream.normal(as: Double.self)
        let x = radius * cosine(angle)
        return [x, (angle < 0 ? -1 : 1) * max(0, radius * radius - x * x).squareRoot()]
      })
    let gaussian = try Self.pValue(MultivariateGaussian(variableCount: 2), ring, seed: 1)
    #expect(gaussian.discrepancy.measure == .energy)
    #expect(try #require(gaussian.pValue) <= 0.05)
  }

  @Test func aSaturatedFamilyHasNoPValue() throws {
    let rows = Tensor<Double>([[1], [0], [1]])
    #expect(try Self.pValue(Bernoulli(), rows, seed: 1).pValue == nil)
  }

  @Test func threadsDoNotMatter() throws {
    let model = try ExponentialFamilyModel(Gamma(), conventional: [2, 1])
    let rows = model.sample(count: 50, using: ChainRandom(key: RandomKey(seed: 74)))
    let one = try Self.pValue(Gamma(), rows, seed: 5)
    #expect(try Self.pValue(Gamma(), rows, seed: 5, workers: Workers(count: 3)) == one)
  }
}
