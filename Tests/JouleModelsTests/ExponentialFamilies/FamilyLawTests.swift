import Joule
import JouleTestSupport
import Testing

/// The laws of exponential families, on every family.
@Suite struct FamilyLawTests {
  static func expectClose(
    _ value: Double, _ expected: Double, within tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = abs(value - expected) / max(1, abs(expected))
    #expect(
      error <= tolerance, "\(what): \(value), not \(expected)", sourceLocation: sourceLocation)
  }

  @Test(arguments: FamilyCase.all) func densitiesAndMomentsAreThoseOfOtherPrograms(
    _ family: FamilyCase
  ) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let densities = member.model.logDensity(of: member.rows)
      for (row, expected) in reference.logDensity.enumerated() {
        Self.expectClose(densities[row], expected, within: 1e-12, "log p of row \(row)")
      }
      let entropy = try #require(member.model.entropy)
      Self.expectClose(entropy, reference.entropy, within: 1e-10, "entropy")
      let (mean, covariance) = (member.model.meanParameters, member.model.fisherInformation)
      for i in 0..<family.statisticCount {
        Self.expectClose(mean[i], reference.mean[i], within: 1e-11, "mean \(i)")
        for j in 0..<family.statisticCount {
          Self.expectClose(
            covariance[i, j], reference.covariance[i][j], within: 1e-10, "covariance \(i), \(j)")
        }
      }
    }
    try check(family.family, family.reference)
  }

  @Test(arguments: FamilyCase.all) func energyAndRatioNeedNoPartitionFunction(
    _ family: FamilyCase
  ) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let rows = member.rows
      let order = Array((0..<rows.shape[0]).reversed())
      let ratio = member.model.logRatio(of: rows, over: rows.rows(at: order))
      for (row, other) in order.enumerated() {
        Self.expectClose(
          ratio[row], reference.logDensity[row] - reference.logDensity[other], within: 1e-11,
          "log-ratio of rows \(row) and \(other)")
      }
      let shift = member.model.energy(of: rows) + member.model.logDensity(of: rows)
      for row in 0..<rows.shape[0] {
        Self.expectClose(shift[row], -member.model.logPartition, within: 1e-11, "E + log p")
      }
    }
    try check(family.family, family.reference)
  }

  /// ∇ log Z = μ and ∇μ = Cov[T], by central differences.
  @Test(arguments: FamilyCase.all) func derivativesOfLogPartitionAreMoments(
    _ family: FamilyCase
  ) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let (mean, covariance) = (member.model.meanParameters, member.model.fisherInformation)
      for i in 0..<family.statisticCount {
        // Where the fourth-order error and rounding meet, in units of the deviation.
        let h = 2e-3 / covariance[i, i].squareRoot()
        func at(_ steps: Double) -> NaturalParameters {
          var moved = member.theta
          moved[i] += steps * h
          return moved
        }
        func slope(_ value: (NaturalParameters) -> Double) -> Double {
          (8 * (value(at(1)) - value(at(-1))) - value(at(2)) + value(at(-2))) / (12 * h)
        }
        let scale = covariance[i, i].squareRoot()
        let gradient = slope { family.logPartition(at: $0) }
        #expect(abs(gradient - mean[i]) < 1e-9 * (scale + abs(mean[i])), "∂log Z/∂θ\(i)")
        for j in 0..<family.statisticCount {
          let second = slope { family.meanParameters(at: $0)[j] }
          let size = (covariance[i, i] * covariance[j, j]).squareRoot()
          #expect(abs(second - covariance[i, j]) < 1e-8 * size, "∂μ\(j)/∂θ\(i): \(second)")
        }
      }
    }
    try check(family.family, family.reference)
  }

  @Test(arguments: FamilyCase.all) func logPartitionIsConvexOnRandomSegments(
    _ family: FamilyCase
  ) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      var stream = RandomStream(key: RandomKey(seed: 31))
      for _ in 0..<100 {
        let (a, b) = (member.neighbour(&stream, spread: 1), member.neighbour(&stream, spread: 1))
        let t: Double = stream.uniform()
        let inside = family.logPartition(at: (1 - t) * a + t * b)
        let chord = (1 - t) * family.logPartition(at: a) + t * family.logPartition(at: b)
        #expect(inside <= chord + 1e-12 * max(1, abs(chord)))
        // The tangent lies below: a Bregman divergence, which is Kullback and Leibler's.
        let divergence = family.bregmanDivergence(from: b, to: a)
        #expect(divergence >= -1e-12)
        let p = ExponentialFamilyModel(family, unchecked: a)
        let q = ExponentialFamilyModel(family, unchecked: b)
        #expect(p.divergence(to: q) == divergence)
      }
    }
    try check(family.family, family.reference)
  }

  @Test(arguments: FamilyCase.all) func mapsGoBothWays(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      var stream = RandomStream(key: RandomKey(seed: 32))
      for _ in 0..<20 {
        let theta = member.neighbour(&stream)
        let mean = family.meanParameters(at: theta)
        let match = try family.match(mean)
        let scale = theta.values.map { abs($0) }.max() ?? 1
        for (back, value) in zip(match.parameters.values, theta.values) {
          #expect(abs(back - value) < 1e-9 * max(1, scale), "\(theta.values) → \(match)")
        }
        #expect(match.certificate.gradientNorm < 1e-9, "\(match.certificate)")
        // Fenchel and Young: log Z + A* = θ·μ.
        let conjugate = try family.conjugate(of: mean)
        let pairing = theta.dot(mean.values)
        Self.expectClose(
          family.logPartition(at: theta) + conjugate, pairing, within: 1e-10, "Fenchel–Young")
        let conventional = family.conventionalParameters(at: theta)
        #expect(family.requirement(brokenByConventional: conventional) == nil)
        let again = family.naturalParameters(conventional: conventional)
        for (back, value) in zip(again.values, theta.values) {
          Self.expectClose(back, value, within: 1e-10, "textbook parameters and back")
        }
      }
    }
    try check(family.family, family.reference)
  }

  /// Draws have the means and variances of T, and log p − log q has the mean KL(p‖q).
  @Test(arguments: FamilyCase.all) func drawsHaveTheMoments(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let count = 8000
      let rows = member.model.sample(
        count: count, using: ChainRandom(key: RandomKey(seed: 33)))
      try family.requireSupport(of: rows)
      let statistics = family.statistics(ofRows: rows)
      let (mean, covariance) = (member.model.meanParameters, member.model.fisherInformation)
      for i in 0..<family.statisticCount {
        let values = statistics.columns(i..<i + 1).elements
        let z = MonteCarlo.zScore(of: values, expected: mean[i])
        #expect(abs(z) < 4.5, "mean of \(family.statisticNames[i]): z = \(z)")
        for j in 0...i {
          let other = statistics.columns(j..<j + 1).elements
          let products = zip(values, other).map { ($0 - mean[i]) * ($1 - mean[j]) }
          let z = MonteCarlo.zScore(of: products, expected: covariance[i, j])
          #expect(abs(z) < 5, "covariance \(i), \(j): z = \(z)")
        }
      }
      var stream = RandomStream(key: RandomKey(seed: 34))
      let other = ExponentialFamilyModel(family, unchecked: member.neighbour(&stream, spread: 0.2))
      let ratios = (member.model.logDensity(of: rows) - other.logDensity(of: rows)).elements
      let z = MonteCarlo.zScore(of: ratios, expected: member.model.divergence(to: other))
      #expect(abs(z) < 4.5, "divergence: z = \(z)")
    }
    try check(family.family, family.reference)
  }

  /// Draws do not depend on how a batch is cut.
  @Test(arguments: FamilyCase.all) func drawsAreAddressedByRow(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let model = try Member(family, reference).model
      let random = ChainRandom(key: RandomKey(seed: 35), firstChain: 3, step: 9)
      let all = model.sample(count: 10, using: random)
      #expect(all.rows(4..<10) == model.sample(count: 6, using: random.advanced(by: 4)))
    }
    try check(family.family, family.reference)
  }

  /// Natural parameters add and scale.
  @Test(arguments: FamilyCase.all) func productsAndTemperingStayInTheFamily(
    _ family: FamilyCase
  ) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let rows = member.rows
      let base = Tensor(
        (0..<rows.shape[0]).map { family.logBaseMeasure(of: rows.row($0).elements.span) })
      let p = member.model
      let sum = p.logDensity(of: rows) * 2 - base
      let product = try p.product(with: p)
      let overlap = try p.logOverlap(with: p)
      for row in 0..<rows.shape[0] {
        Self.expectClose(
          product.logDensity(of: rows)[row], sum[row] - overlap, within: 1e-10, "product")
      }
      let warm = try p.tempered(by: 0.9)
      let difference =
        warm.logDensity(of: rows) - base - (p.logDensity(of: rows) - base) * 0.9
      for row in 1..<rows.shape[0] {
        Self.expectClose(difference[row], difference[0], within: 1e-10, "tempering")
      }
      #expect(try p.tempered(by: 1).naturalParameters == p.naturalParameters)
    }
    try check(family.family, family.reference)
  }
}
