import Joule
import JouleTestSupport
import Testing

/// Learning by moment matching, on every family.
@Suite struct FamilyFitTests {
  /// Data from the reference member, and the member that fits them.
  static func fit<F: TestedFamily>(
    _ member: Member<F>, count: Int = 2000, seed: UInt64 = 41
  ) throws -> (rows: Tensor<Double>, fit: FamilyFit<F>) {
    let rows = member.model.sample(count: count, using: ChainRandom(key: RandomKey(seed: seed)))
    return (rows, try member.family.fit(rows))
  }

  @Test(arguments: FamilyCase.all) func theFitHasTheDataMomentsAndTheGreatestLikelihood(
    _ family: FamilyCase
  ) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let (rows, fit) = try Self.fit(member)
      #expect(fit.certificate.gradientNorm < 1e-9, "\(fit.certificate)")
      #expect(fit.certificate.decrement < 1e-18 && fit.certificate.iterations < 30)
      #expect(fit.certificate.rank == family.statisticCount)
      let total = fit.model.logDensity(of: rows).elements.reduce(0, +)
      FamilyLawTests.expectClose(fit.logLikelihood, total, within: 1e-12, "log-likelihood")
      var stream = RandomStream(key: RandomKey(seed: 42))
      for _ in 0..<20 {
        let other = member.neighbour(&stream, spread: 0.1)
        let worse = ExponentialFamilyModel(family, unchecked: other).logDensity(of: rows)
        #expect(worse.elements.reduce(0, +) < fit.logLikelihood)
      }
    }
    try check(family.family, family.reference)
  }

  /// The truth lies within the stated standard errors, in all three forms: over 40 data sets the squares
  /// of the z-scores average one.
  @Test(arguments: FamilyCase.all) func standardErrorsAreCalibrated(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let sets = 40
      var squares = [String: [Double]]()
      for set in 0..<sets {
        let (_, fit) = try Self.fit(member, count: 400, seed: 1000 + UInt64(set))
        let natural = try #require(fit.naturalStandardErrors)
        let conventional = try #require(fit.conventionalStandardErrors)
        func note(_ form: String, _ value: [Double], _ truth: [Double], _ errors: [Double]) {
          for index in value.indices {
            let z = (value[index] - truth[index]) / errors[index]
            squares["\(form) \(index)", default: []].append(z * z)
          }
        }
        note("θ", fit.model.naturalParameters.values, member.theta.values, natural)
        note(
          "μ", fit.model.meanParameters.values, member.model.meanParameters.values,
          fit.meanStandardErrors)
        note(
          "textbook", fit.model.conventionalParameters, reference.conventional, conventional)
      }
      for (name, values) in squares {
        // A mean of 40 squares of standard normal numbers has the deviation √(2/40) = 0.22; small samples
        // make skewed parameters somewhat wider.
        let mean = values.reduce(0, +) / Double(sets)
        #expect(mean > 0.3 && mean < 2.4, "\(name): mean square z = \(mean)")
      }
    }
    try check(family.family, family.reference)
  }

  @Test(arguments: FamilyCase.all) func countsWeighLikeCopies(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ reference: FamilyReference) throws {
      let member = try Member(family, reference)
      let rows = member.model.sample(count: 60, using: ChainRandom(key: RandomKey(seed: 43)))
      let weights = (0..<60).map { Double($0 % 4) }
      let copies = rows.rows(at: (0..<60).flatMap { [Int](repeating: $0, count: $0 % 4) })
      let (a, b) = (try family.fit(rows, weights: .counts(weights)), try family.fit(copies))
      #expect(a.observationCount == b.observationCount)
      FamilyLawTests.expectClose(a.logLikelihood, b.logLikelihood, within: 1e-11, "log-likelihood")
      for (x, y) in zip(a.model.naturalParameters.values, b.model.naturalParameters.values) {
        FamilyLawTests.expectClose(x, y, within: 1e-9, "θ")
      }
      // As importance weights the same numbers give the same θ and less certainty.
      let c = try family.fit(rows, weights: .importance(weights))
      FamilyLawTests.expectClose(
        c.observationCount, 90.0 * 90 / (15 * 14), within: 1e-12, "Kish's number")
      for (x, y) in zip(c.model.naturalParameters.values, a.model.naturalParameters.values) {
        FamilyLawTests.expectClose(x, y, within: 1e-9, "θ")
      }
    }
    try check(family.family, family.reference)
  }

  @Test(arguments: FamilyCase.all) func dataOnTheBoundaryAreExplained(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ rows: [[Double]]) {
      guard !rows.isEmpty else { return }
      let error = #expect(throws: ExponentialFamilyError.self) { try family.fit(Tensor(rows)) }
      guard case .boundary(_, let reason) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("without end"), "\(reason)")
    }
    check(family.family, family.degenerate)
  }

  @Test(arguments: FamilyCase.all) func rowsOutsideTheSupportAreNamed(_ family: FamilyCase) throws {
    func check<F: TestedFamily>(_ family: F, _ test: FamilyCase) throws {
      let member = try Member(family, test.reference)
      let bad = Tensor(concatenating: [member.rows, Tensor([test.foreign])], along: 0)
      let error = #expect(throws: ExponentialFamilyError.self) { try family.fit(bad) }
      let message = error?.description ?? ""
      #expect(message.contains("row \(bad.shape[0]) is outside the support"), "\(message)")
      #expect(member.model.energy(of: bad)[bad.shape[0] - 1] == .infinity)
      #expect(member.model.logDensity(of: bad)[bad.shape[0] - 1] == -.infinity)
    }
    try check(family.family, family)
  }

  @Test(arguments: FamilyCase.all) func improperParametersAreRefused(_ family: FamilyCase) {
    func check<F: TestedFamily>(_ family: F, _ improper: [Double]) {
      let error = #expect(throws: ExponentialFamilyError.self) {
        try ExponentialFamilyModel(family, conventional: improper)
      }
      guard case .parameters = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let nan = NaturalParameters([Double](repeating: .nan, count: family.statisticCount))
      #expect(throws: ExponentialFamilyError.self) { try ExponentialFamilyModel(family, nan) }
    }
    check(family.family, family.improper)
  }

  @Test func badWeightsAreNamed() {
    let rows = Tensor<Double>([[1], [2], [3]])
    for (weights, words) in [
      ([1, -1, 1], "row 2"), ([1, 1, .nan], "row 3"), ([0, 0, 0], "sum to 0"),
    ] {
      let error = #expect(throws: ExponentialFamilyError.self) {
        try Exponential().fit(rows, weights: .counts(weights))
      }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
  }

  /// A mean far from zero costs the Gaussian fit nothing.
  @Test func gaussianFarFromZero() throws {
    let rows = Tensor((0..<1000).map { [1e9 + Double($0 % 10)] })
    let fit = try Gaussian().fit(rows)
    #expect(abs(fit.model.conventionalParameters[1] - 8.25) < 1e-6)
    let expected = -500 * (1 + 1.8378770664093453 + 2.110213200347645)
    FamilyLawTests.expectClose(fit.logLikelihood, expected, within: 1e-8, "log-likelihood")
  }
}
