import Joule
import JouleTestSupport
import Testing

/// Families whose partition function is a sum or an integral, and families of a program's own.
@Suite struct NumericalFamilyTests {
  static func expectClose<A: ExponentialFamily, B: ExponentialFamily>(
    _ a: A, _ b: B, at theta: NaturalParameters, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (x, y) = (a.cumulants(at: theta), b.cumulants(at: theta))
    func check(_ value: Double, _ expected: Double, _ what: String) {
      #expect(
        abs(value - expected) <= tolerance * max(1, abs(expected)),
        "\(what): \(value), not \(expected)", sourceLocation: sourceLocation)
    }
    check(x.logPartition, y.logPartition, "log Z")
    for i in 0..<theta.count {
      check(x.mean[i], y.mean[i], "mean \(i)")
      for j in 0..<theta.count { check(x.covariance[i, j], y.covariance[i, j], "\(i), \(j)") }
    }
  }

  static func functions<F: UnivariateFamily>(_ family: F) -> UnnormalizedFamily {
    UnnormalizedFamily(family.name, variableCount: 1, statistics: family.statisticNames) {
      family.statistics(of: $0[0])
    }
  }

  /// Over the whole line, half of it, and an interval; far from where the integral begins, too.
  @Test func quadratureFindsTheClosedForms() throws {
    let line = IntegratedFamily(
      Self.functions(Gaussian()), over: [IntegrationAxis(-.infinity, .infinity)])
    for (mean, variance) in [(0.0, 1.0), (-1.3, 2.25), (100, 0.25), (1e-3, 1e4)] {
      let theta = Gaussian().naturalParameters(conventional: [mean, variance])
      Self.expectClose(line, Gaussian(), at: theta, within: 1e-9)
    }
    let half = IntegratedFamily(
      Self.functions(Gamma()), over: [IntegrationAxis(0, .infinity, scale: 3)])
    for (shape, rate) in [(2.3, 0.8), (1.0, 1.0), (40, 0.1)] {
      let theta = Gamma().naturalParameters(conventional: [shape, rate])
      Self.expectClose(half, Gamma(), at: theta, within: 1e-9)
    }
    let unit = IntegratedFamily(Self.functions(Beta()), over: [IntegrationAxis(0, 1)])
    for (a, b) in [(1.6, 4.2), (30.0, 2.0)] {
      Self.expectClose(
        unit, Beta(), at: Beta().naturalParameters(conventional: [a, b]), within: 1e-9)
    }
  }

  @Test func quadratureInTwoAndThreeVariables() throws {
    let line = IntegrationAxis(-.infinity, .infinity)
    for count in [2, 3] {
      let gaussian = MultivariateGaussian(variableCount: count)
      let functions = UnnormalizedFamily(
        "Gaussian", variableCount: count, statistics: gaussian.statisticNames
      ) { gaussian.statistics(of: $0) }
      let family = IntegratedFamily(
        functions, over: [IntegrationAxis](repeating: line, count: count),
        tolerance: count == 2 ? 1e-11 : 1e-5)
      let conventional =
        count == 2 ? [0.5, -1, 2, 0.6, 0.7] : [0.5, -1, 0, 2, 0.6, 0.7, 0.3, 0.1, 1]
      Self.expectClose(
        family, gaussian, at: gaussian.naturalParameters(conventional: conventional),
        within: count == 2 ? 1e-9 : 1e-8)
    }
  }

  /// Against SciPy and mpmath: exp(x² − x⁴), and the Gaussian of mean 0.3 and deviation 0.5 on [0, 1].
  @Test func quadratureWithoutClosedForms() throws {
    let quartic = IntegratedFamily(
      UnnormalizedFamily("quartic", variableCount: 1, statistics: ["x²", "x⁴"]) { x in
        [x[0] * x[0], x[0] * x[0] * x[0] * x[0]]
      }, over: [IntegrationAxis(-.infinity, .infinity)], start: [0, -1])
    let found = quartic.cumulants(at: [1, -1])
    #expect(abs(found.logPartition - 1.01571931911876851) < 1e-11)
    #expect(abs(found.mean[0] - 0.52089864824357797) < 1e-11)
    #expect(abs(found.mean[1] - 0.51044932412178798) < 1e-11)
    #expect(abs(found.covariance[0, 1] - 0.38000628531169009) < 1e-10)
    #expect(abs(found.covariance[1, 1] - 0.70045246677763403) < 1e-10)
    // Moments and back, from a start elsewhere.
    let match = try quartic.match(found.mean)
    #expect(abs(match.parameters[0] - 1) < 1e-8 && abs(match.parameters[1] + 1) < 1e-8)
    let truncated = IntegratedFamily(
      Self.functions(Gaussian()), over: [IntegrationAxis(0, 1)])
    let mean = truncated.meanParameters(at: [0.3 / 0.25, -2])
    #expect(abs(mean[0] - 0.44224799904560624) < 1e-11)
    #expect(abs(mean[1] - mean[0] * mean[0] - 0.07102154483971987) < 1e-11)
    // On an interval any coefficient of x² will do; on the line a positive one normalises nothing.
    #expect(truncated.logPartition(at: [0, 2]).isFinite)
    #expect(quartic.logPartition(at: [0, 1]).isNaN)
  }

  @Test func sumsFindTheClosedForms() {
    Self.expectClose(
      Binomial(trials: 17).enumerated(), Binomial(trials: 17), at: [0.4], within: 1e-12)
    Self.expectClose(
      Categorical(categoryCount: 4).enumerated(), Categorical(categoryCount: 4),
      at: [0.3, -2, 1], within: 1e-12)
    Self.expectClose(Bernoulli().enumerated(), Bernoulli(), at: [-1], within: 1e-13)
  }

  /// A 3×3 grid: the sums over states, by the family and by the exact tools of the library.
  @Test(arguments: [IsingFamily.SiteValues.bits, .spins])
  func isingByEnumeration(values: IsingFamily.SiteValues) throws {
    let edges = (0..<9).flatMap { site -> [IsingFamily.Edge] in
      (site % 3 < 2 ? [.init(site, site + 1)] : []) + (site < 6 ? [.init(site, site + 3)] : [])
    }
    let family = IsingFamily(siteCount: 9, edges: edges, values: values)
    let theta = NaturalParameters(
      Tensor<Double>(normal: [21], using: RandomKey(seed: 51)).elements)
    let model = ExponentialFamilyModel(family, unchecked: theta)
    // By hand, state by state.
    var (total, first) = (0.0, 0.0)
    for state in 0..<512 {
      let x = (0..<9).map { state >> $0 & 1 == 1 ? 1 : values == .bits ? 0.0 : -1 }
      var exponent = (0..<9).reduce(0) { $0 + theta[$1] * x[$1] }
      for (index, edge) in edges.enumerated() {
        exponent += theta[9 + index] * x[edge.first] * x[edge.second]
      }
      total += exponential(exponent)
      first += exponential(exponent) * x[0] * x[1]
    }
    #expect(abs(model.logPartition - logarithm(total)) < 1e-11)
    #expect(abs(ExactPartition.logPartition(of: model) - logarithm(total)) < 1e-11)
    let edge01 = edges.firstIndex(of: .init(0, 1)).map { $0 + 9 } ?? 0
    #expect(abs(model.meanParameters[edge01] - first / total) < 1e-12)
    // What a flip costs.
    let rows = family.rows(ofStates: 100..<130)
    let flips = model.flipEnergies(of: rows, sites: [0, 4, 8])
    for (column, site) in [0, 4, 8].enumerated() {
      let flipped = family.rows(ofStates: 0..<512).rows(
        at: (100..<130).map { $0 ^ (1 << site) })
      let expected = model.energy(of: flipped) - model.energy(of: rows)
      for row in 0..<30 { #expect(abs(flips[row, column] - expected[row]) < 1e-12) }
    }
    // Learning gets its own couplings back from its moments.
    let match = try family.match(model.meanParameters)
    for (back, value) in zip(match.parameters.values, theta.values) {
      #expect(abs(back - value) < 1e-9)
    }
  }

  /// Frequencies of exact draws against the probabilities of the states.
  @Test func statesAreDrawnWithTheirProbabilities() {
    let family = IsingFamily(siteCount: 4)
    let theta = NaturalParameters(
      Tensor<Double>(normal: [10], using: RandomKey(seed: 52)).elements)
    let model = ExponentialFamilyModel(family, unchecked: theta)
    let rows = model.sample(count: 20_000, using: ChainRandom(key: RandomKey(seed: 53)))
    let probabilities = family.probabilities(at: theta)
    let distance = MonteCarlo.totalVariation(of: States.numbers(of: rows), from: probabilities)
    #expect(distance < 4 * MonteCarlo.floor(of: probabilities, count: 20_000))
  }

  /// Kolmogorov and Smirnov's √N D of draws in one variable, to whose distribution function there is a
  /// formula: above 2.0 with probability 2 e^(−8) < 7e-4, and far above it for the member next to it.
  @Test func integralsAreDrawnFrom() {
    let count = 20_000
    func check<F: UnivariateFamily & SampledFamily>(
      _ closed: F, _ axis: IntegrationAxis, _ theta: NaturalParameters, _ near: NaturalParameters
    ) {
      let family = IntegratedFamily(Self.functions(closed), over: [axis])
      let rows = ExponentialFamilyModel(family, unchecked: theta)
        .sample(count: count, using: ChainRandom(key: RandomKey(seed: 54)))
      func distance(_ parameters: NaturalParameters) -> Double {
        closed.discrepancy(
          of: rows, weights: [Double](repeating: 1, count: count), at: parameters,
          using: ChainRandom(key: RandomKey(seed: 55))
        ).value * Double(count).squareRoot()
      }
      #expect(distance(theta) < 2, "\(closed.name)")
      #expect(distance(near) > 3, "\(closed.name)")
    }
    check(
      Gaussian(), IntegrationAxis(-.infinity, .infinity),
      Gaussian().naturalParameters(conventional: [100, 0.25]),
      Gaussian().naturalParameters(conventional: [100.02, 0.25]))
    check(
      Gamma(), IntegrationAxis(0, .infinity, scale: 3),
      Gamma().naturalParameters(conventional: [2.3, 0.8]),
      Gamma().naturalParameters(conventional: [2.45, 0.8]))
    check(
      Beta(), IntegrationAxis(0, 1), Beta().naturalParameters(conventional: [1.6, 4.2]),
      Beta().naturalParameters(conventional: [1.7, 4.2]))
  }

  /// Means of T over draws: in two variables, in three, and where the support ends within the box.
  @Test func boxesAreDrawnFrom() {
    let ring = IntegratedFamily(
      UnnormalizedFamily("ring", variableCount: 2, statistics: ["(r² − 1)²", "xy", "x"]) { x in
        let r = x[0] * x[0] + x[1] * x[1] - 1
        return [r * r, x[0] * x[1], x[0]]
      }, over: [IntegrationAxis](repeating: IntegrationAxis(-3, 3), count: 2))
    let cube = IntegratedFamily(
      UnnormalizedFamily("cube", variableCount: 3, statistics: ["xyz", "y", "z²"]) { x in
        [x[0] * x[1] * x[2], x[1], x[2] * x[2]]
      }, over: [IntegrationAxis](repeating: IntegrationAxis(-1, 1), count: 3))
    let cut = IntegratedFamily(
      UnnormalizedFamily(
        "cut", variableCount: 1, statistics: ["x", "x²"],
        requirement: { $0[0] <= 0.3 ? nil : "numbers up to 0.3" }
      ) { [$0[0], $0[0] * $0[0]] }, over: [IntegrationAxis(0, 1)], tolerance: 1e-9)
    for (family, theta) in [
      (ring, NaturalParameters([-3, 1.2, 0.5])), (cube, NaturalParameters([4, -1, 3])),
      (cut, NaturalParameters([2, 1])),
    ] {
      let count = family.variableCount == 3 ? 4_000 : 20_000
      let rows = ExponentialFamilyModel(family, unchecked: theta)
        .sample(count: count, using: ChainRandom(key: RandomKey(seed: 56)))
      let cumulants = family.cumulants(at: theta)
      let statistics = family.statistics(ofRows: rows)
      for index in 0..<theta.count {
        let values = statistics.columns(index..<index + 1).elements
        let error = (cumulants.covariance[index, index] / Double(count)).squareRoot()
        let mean = values.reduce(0, +) / Double(count)
        #expect(
          abs(mean - cumulants.mean[index]) < 4 * error,
          "\(family.name), \(family.statisticNames[index]): \(mean), not \(cumulants.mean[index])")
      }
    }
  }

  /// A Rayleigh distribution from four functions, its Hessian by differences.
  @Test func fourFunctionsMakeAFamily() throws {
    let rayleigh = ClosedFormFamily(
      UnnormalizedFamily(
        "Rayleigh", variableCount: 1, statistics: ["x²"], logBaseMeasure: { logarithm($0[0]) },
        requirement: { $0[0] > 0 ? nil : "a number above 0" }, statistics: { [$0[0] * $0[0]] }),
      logPartition: { -logarithm(-2 * $0[0]) }, mean: { [-1 / $0[0]] },
      domain: { $0[0] < 0 ? nil : "the parameter must be negative, got \($0[0])" }, start: [-1])
    var stream = RandomStream(key: RandomKey(seed: 54))
    // s = 1.5: x² is exponential of mean 2s².
    let rows = Tensor(
      (0..<5000).map { _ in [(4.5 * stream.exponential(as: Double.self)).squareRoot()] })
    let fit = try rayleigh.fit(rows)
    let meanSquare = rows.elements.reduce(0) { $0 + $1 * $1 } / 5000
    #expect(abs(fit.model.naturalParameters[0] + 1 / meanSquare) < 1e-12)
    #expect(fit.certificate.iterations > 0 && fit.certificate.gradientNorm < 1e-12)
    // I(θ) = 1/θ².
    let error = try #require(fit.naturalStandardErrors)[0]
    #expect(abs(error * meanSquare * 5000.0.squareRoot() - 1) < 1e-8)
    #expect(abs(-0.5 / fit.model.naturalParameters[0] - 2.25) < 4 * 2.25 / 5000.0.squareRoot())
    #expect(fit.model.entropy == nil)
    #expect(throws: ExponentialFamilyError.self) { try rayleigh.fit(Tensor([[1], [-1]])) }
    #expect(throws: ExponentialFamilyError.self) { try ExponentialFamilyModel(rayleigh, [1]) }
  }
}
