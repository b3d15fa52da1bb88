import Joule
import JouleTestSupport
import Testing

/// Conjugate priors against numerical integration over θ.
@Suite struct ConjugatePriorTests {
  /// ∫ g(θ) exp(ν(τθ − log Z(θ))) dθ of one parameter, by the trapezoid rule, which is very accurate for
  /// smooth integrands that vanish at both ends.
  static func integral<F: ExponentialFamily>(
    _ family: F, strength: Double, mean: Double, from low: Double, to high: Double,
    _ g: (Double) -> Double = { _ in 1 }
  ) -> Double {
    let count = 200_000
    let h = (high - low) / Double(count)
    return h
      * (1..<count).reduce(0) { sum, index in
        let theta = low + Double(index) * h
        return sum
          + g(theta) * exponential(strength * (mean * theta - family.logPartition(at: [theta])))
      }
  }

  /// Normalisers, and E[μ(θ)] = τ.
  @Test func normalisersOfOneParameter() throws {
    func check<F: ClosedConjugacy>(
      _ family: F, _ strength: Double, _ mean: Double, _ low: Double, _ high: Double,
      within tolerance: Double = 1e-9
    ) throws {
      let prior = try ConjugatePrior(family, strength: strength, mean: [mean])
      let whole = Self.integral(family, strength: strength, mean: mean, from: low, to: high)
      #expect(
        abs(prior.logPartition - logarithm(whole)) < tolerance,
        "\(family.name): \(prior.logPartition), not \(logarithm(whole))")
      let average = Self.integral(
        family, strength: strength, mean: mean, from: low, to: high
      ) { family.meanParameters(at: [$0])[0] }
      #expect(abs(average / whole - mean) < 10 * tolerance * max(1, mean), "\(family.name)")
      #expect(prior.expectedMeanParameters[0] == mean)
    }
    try check(Bernoulli(), 7, 0.3, -40, 40)
    try check(Binomial(trials: 5), 3, 1.2, -40, 40)
    try check(Poisson(), 4, 2.5, -30, 10)
    try check(Geometric(), 30, 1.5, -40, 0)
    try check(NegativeBinomial(successes: 2.5), 20, 4, -40, 0)
    try check(Exponential(), 30, 0.7, -60, 0)
  }

  @Test func normalisersOfTwoParameters() throws {
    // Categorical of three: both log-ratios.
    let categorical = Categorical(categoryCount: 3)
    let (strength, mean): (Double, MeanParameters) = (9, [0.2, 0.5])
    var sum = 0.0
    let h = 0.05
    for i in -400..<400 {
      for j in -400..<400 {
        let theta = NaturalParameters([Double(i) * h, Double(j) * h])
        sum += exponential(
          strength * (theta.dot(mean.values) - categorical.logPartition(at: theta)))
      }
    }
    let prior = try ConjugatePrior(categorical, strength: strength, mean: mean)
    #expect(abs(prior.logPartition - logarithm(sum * h * h)) < 1e-9)
    let multinomial = try ConjugatePrior(
      Multinomial(trials: 3, categoryCount: 3), strength: 3, mean: [0.6, 1.5])
    #expect(abs(multinomial.logPartition - prior.logPartition) < 1e-12)
    // Gaussian, in the coordinates (m, log λ): dθ₁dθ₂ = ½ λ dm dλ = ½ λ² dm dlog λ.
    let gaussian = Gaussian()
    let (nu, tau): (Double, MeanParameters) = (6, [0.4, 1.3])
    var total = 0.0
    let (dm, du) = (0.02, 0.02)
    for i in -600..<600 {
      let m = 0.4 + Double(i) * dm
      for j in -500..<300 {
        let lambda = exponential(Double(j) * du)
        let theta = gaussian.naturalParameters(conventional: [m, 1 / lambda])
        let exponent = nu * (theta.dot(tau.values) - gaussian.logPartition(at: theta))
        total += 0.5 * lambda * lambda * exponential(exponent)
      }
    }
    let normal = try ConjugatePrior(gaussian, strength: nu, mean: tau)
    #expect(abs(normal.logPartition - logarithm(total * dm * du)) < 1e-8)
    // One variable of the multivariate family is the univariate one.
    let single = try ConjugatePrior(MultivariateGaussian(variableCount: 1), strength: nu, mean: tau)
    #expect(abs(single.logPartition - normal.logPartition) < 1e-12)
  }

  /// log p(data) from normalisers, against likelihood times prior integrated, and by the chain rule over
  /// any order of the data.
  @Test func evidence() throws {
    let rows = Tensor<Double>([[3], [0], [5], [2]])
    let prior = try ConjugatePrior(Poisson(), strength: 2, mean: [1.5])
    let evidence = try prior.logEvidence(of: rows)
    let whole = Self.integral(Poisson(), strength: 2, mean: 1.5, from: -30, to: 10)
    let joint = Self.integral(Poisson(), strength: 2, mean: 1.5, from: -30, to: 10) { theta in
      let densities = Poisson().logDensity(of: rows, at: [theta])
      return exponential(densities.elements.reduce(0, +))
    }
    #expect(abs(evidence - logarithm(joint / whole)) < 1e-9)
    func check<F: ClosedConjugacy>(
      _ family: F, _ mean: MeanParameters, _ rows: Tensor<Double>
    ) throws {
      let prior = try ConjugatePrior(family, strength: 3, mean: mean)
      let whole = try prior.logEvidence(of: rows)
      let head = rows.rows(0..<2)
      let later = try prior.posterior(after: head)
      let parts =
        try prior.logEvidence(of: head)
        + later.logEvidence(of: rows.rows(2..<rows.shape[0]))
      #expect(abs(whole - parts) < 1e-10 * max(1, abs(whole)), "\(family.name)")
    }
    try check(Gaussian(), [0.1, 1.2], Tensor([[0.3], [-1], [2], [0.7]]))
    try check(
      MultivariateGaussian(variableCount: 2), [0, 0, 1, 0, 1],
      Tensor([[0.3, 1], [-1, 0], [2, 1], [0.7, -0.2]]))
    try check(
      Multinomial(trials: 4, categoryCount: 3), [1, 2],
      Tensor([[1, 1, 2], [0, 4, 0], [2, 2, 0]]))
  }

  @Test func posteriorPoolsAndItsModeMatchesMoments() throws {
    let rows = Tensor<Double>([[1.2], [0.4], [2.2], [0.9]])
    let prior = try ConjugatePrior(Gamma(), strength: 2, mean: [-0.2, 1.1])
    let posterior = try prior.posterior(after: rows)
    #expect(posterior.strength == 6)
    let moments = try Gamma().moments(of: rows).mean
    for index in 0..<2 {
      let expected = (2 * prior.mean[index] + 4 * moments[index]) / 6
      #expect(abs(posterior.mean[index] - expected) < 1e-14)
    }
    let mode = try posterior.mode()
    var gradient = Tensor<Double>(zeros: [1, 2])
    let theta = Tensor([mode.naturalParameters.values])
    let energy = posterior.energy(of: theta, gradient: &gradient)
    #expect(gradient.largestMagnitude < 1e-9)
    // The energy is least there, and its gradient is its slope.
    let shifted = theta + Tensor([[0.1, -0.2]])
    #expect(posterior.energy(of: shifted)[0] > energy[0])
    let slope = posterior.energyGradient(at: shifted)
    for index in 0..<2 {
      var (up, down) = (shifted, shifted)
      up[0, index] += 1e-5
      down[0, index] -= 1e-5
      let difference = (posterior.energy(of: up)[0] - posterior.energy(of: down)[0]) / 2e-5
      #expect(abs(difference - slope[0, index]) < 1e-8)
    }
    #expect(posterior.energy(of: Tensor([[-2, -1]]))[0] == .infinity)
    #expect(throws: ExponentialFamilyError.self) {
      try ConjugatePrior(Bernoulli(), strength: 1, mean: [0])
    }
  }
}
