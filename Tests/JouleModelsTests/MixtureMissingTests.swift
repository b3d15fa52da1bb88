import Joule
import JouleTestSupport
import Testing

/// Mixtures on rows with holes: what is missing is summed out.
@Suite struct MixtureMissingTests {
  typealias Rule = ExpectationMaximization<BernoulliComponents>

  static let mixture = MixtureTests.bernoulli(components: 3, variables: 5)

  /// Draws of the mixture, each bit missing in a third of them.
  static let rows: Tensor<Double> = {
    var rows = Tensor<Double>(
      mixture.sample(count: 400, using: ChainRandom(key: RandomKey(seed: 6))))
    var stream = RandomStream(key: RandomKey(seed: 7))
    for place in 0..<rows.count where stream.integer(below: 3) == 0 { rows.elements[place] = .nan }
    return rows
  }()

  @Test func theDensityOfARowWithHolesIsASumOverWhatMayStandThere() {
    let states: Tensor<Double> = States.all(of: 5)
    let logs = Self.mixture.logDensity(of: Tensor(states)).elements
    let found = Self.mixture.logDensity(of: Tensor(Self.rows)).elements
    for row in 0..<40 {
      let sum = (0..<32).filter { state in
        (0..<5).allSatisfy { Self.rows[row, $0].isNaN || Self.rows[row, $0] == states[state, $0] }
      }.reduce(0.0) { $0 + MonteCarlo.exp(Double(logs[$1])) }
      #expect(abs(Double(found[row]) - MonteCarlo.log(sum)) < 1e-12, "row \(row)")
    }
  }

  /// The objective never falls, and where it has settled its slope is zero: that of the sum over what is missing, which
  /// knows nothing of the algorithm.
  @Test func theFitEndsWhereTheLikelihoodOfWhatIsGivenIsGreatest() throws {
    let rule = Rule(componentCount: 2, options: .init(), limits: MixtureLimits(pseudoCount: 1))
    var objectives: [Double] = []
    let fit = try rule.fit(
      MixtureData(Self.rows), plan: .init(iterations: 3000, tolerance: 0), key: RandomKey(seed: 3)
    ) {
      objectives.append($0.step.objective)
      return true
    }
    #expect(objectives.count > 20)
    for (before, after) in zip(objectives, objectives.dropFirst()) {
      #expect(after >= before - 1e-12 * abs(before))
    }
    let slope = FiniteDifferences.gradient(at: fit.model.parameters) { parameters in
      var moved = fit.model
      moved.parameters = parameters
      let prior = moved.components.logPrior(limits: rule.limits) / 400
      return moved.logDensity(of: Self.rows).mean() + prior
    }
    // A step that changes the objective by less than its rounding, 1e-16, leaves a slope of about the root of that.
    #expect(slope.entries.allSatisfy { $0.value.largestMagnitude < 1e-6 })
    // Holes taken for zeros would end elsewhere.
    let zeros = Tensor(
      shape: Self.rows.shape, elements: Self.rows.elements.map { $0.isNaN ? 0 : $0 })
    let other = rule.step(fit.model, on: MixtureData(zeros)).model
    #expect((other.components.logits - fit.model.components.logits).largestMagnitude > 0.1)
  }

  /// Normals without the variables that are missing, component by component.
  @Test(arguments: [GaussianComponents.Covariance.spherical, .diagonal])
  func normalDensitiesOfRowsWithHolesAreThoseOfFewerVariables(
    covariance: GaussianComponents.Covariance
  ) throws {
    let mixture = try MixtureTests.gaussian(covariance)
    var rows = Tensor<Double>(normal: [15, 4], using: RandomKey(seed: 8)) * 3 + 1
    for row in 0..<15 {
      for column in 0..<4 where (row + 1) >> column & 1 == 1 { rows[row, column] = .nan }
    }
    let found = mixture.components.logDensities(of: rows)
    let (means, spread) = (mixture.components.means, mixture.components.spread)
    for row in 0..<15 {
      for component in 0..<3 {
        let expected = (0..<4).filter { !rows[row, $0].isNaN }.reduce(0.0) { sum, column in
          let log = covariance == .diagonal ? spread[component, column] : spread[component]
          let distance = rows[row, column] - means[component, column]
          return sum - 0.5
            * (distance * distance * MonteCarlo.exp(-log) + log + MonteCarlo.log(2 * Double.pi))
        }
        #expect(abs(found[row, component] - expected) < 1e-11 * max(1, abs(expected)))
      }
    }
  }

  @Test(arguments: [GaussianComponents.Covariance.spherical, .diagonal])
  func fitsOfNormalsNeverFallAndEndWhereTheSlopeIsZero(
    covariance: GaussianComponents.Covariance
  ) throws {
    var rows = Tensor<Double>(ExpectationMaximizationTests.points)
    var stream = RandomStream(key: RandomKey(seed: 9))
    for place in 0..<rows.count where stream.integer(below: 4) == 0 { rows.elements[place] = .nan }
    let rule = ExpectationMaximization<GaussianComponents>(
      componentCount: 3, options: .init(covariance: covariance))
    var objectives: [Double] = []
    let fit = try rule.fit(
      MixtureData(rows), plan: .init(iterations: 3000, tolerance: 0), key: RandomKey(seed: 3)
    ) {
      objectives.append($0.step.objective)
      return true
    }
    #expect(objectives.count > 5)
    for (before, after) in zip(objectives, objectives.dropFirst()) {
      #expect(after >= before - 1e-12 * abs(before))
    }
    let slope = FiniteDifferences.gradient(at: fit.model.parameters) { parameters in
      var moved = fit.model
      moved.parameters = parameters
      return moved.logDensity(of: rows).mean()
    }
    #expect(slope.entries.allSatisfy { $0.value.largestMagnitude < 1e-6 })
  }
}
