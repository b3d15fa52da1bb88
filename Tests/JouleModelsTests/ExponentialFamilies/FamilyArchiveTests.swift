import Joule
import JouleTestSupport
import Testing

/// Members of families written and read back, and archives that are none.
@Suite struct FamilyArchiveTests {
  static func check<Family: ArchivableFamily>(_ family: Family, _ conventional: [Double]) throws {
    typealias Model = ExponentialFamilyModel<Family>
    let model = try Model(family, conventional: conventional)
    var archive = Archive()
    model.archive(into: &archive)
    let read = try Model(from: archive)
    #expect(read.naturalParameters == model.naturalParameters, "\(Family.kind)")
    // Families are plain values: their text tells all that they hold.
    #expect("\(read.family)" == "\(family)")

    func refusal(_ damage: (inout Archive) -> Void) -> ArchiveError? {
      var damaged = archive
      damage(&damaged)
      do throws(ArchiveError) {
        _ = try Model(from: damaged)
        return nil
      } catch {
        return error
      }
    }
    let count = model.naturalParameters.count
    #expect(
      refusal { $0.tensors["natural_parameters"] = nil } == .missing("natural_parameters"))
    #expect(
      refusal { $0.store(Tensor<Double>([1]), as: "stranger") }?.description
        .contains("unknown tensor 'stranger'") == true)
    var broken = model.parameters.entries[0].value
    broken[count - 1] = .nan
    #expect(
      refusal { $0.store(broken, as: "natural_parameters") }
        == .notFinite("natural_parameters", index: count - 1))
    #expect(
      refusal { $0.store(Tensor<Double>(zeros: [count, 1]), as: "natural_parameters") } != nil)
    if let name = Family.constantName {
      #expect(refusal { $0.tensors[name] = nil } == .missing(name))
      for value in [0.0, -3, .nan] {
        #expect(refusal { $0.store(Tensor([value]), as: name) } != nil, "\(name) \(value)")
      }
    }
    // Families of any length take some other lengths; none takes no parameter.
    #expect(refusal { $0.store(Tensor<Double>(zeros: [0]), as: "natural_parameters") } != nil)
  }

  @Test func everyFamilyIsReadBack() throws {
    try Self.check(Bernoulli(), [0.3])
    try Self.check(Binomial(trials: 17), [0.4])
    try Self.check(Categorical(categoryCount: 4), [0.1, 0.2, 0.3, 0.4])
    try Self.check(Multinomial(trials: 6, categoryCount: 3), [0.2, 0.3, 0.5])
    try Self.check(Poisson(), [2.5])
    try Self.check(Geometric(), [0.3])
    try Self.check(NegativeBinomial(successes: 3.5), [0.4])
    try Self.check(Exponential(), [1.5])
    try Self.check(Gamma(), [2, 0.5])
    try Self.check(InverseGamma(), [3, 2])
    try Self.check(Beta(), [2, 5])
    try Self.check(Gaussian(), [-1, 0.7])
    try Self.check(VonMises(), [0.4, 2])
    try Self.check(Dirichlet(partCount: 3), [1, 2, 3])
    try Self.check(MultivariateGaussian(variableCount: 2), [1, -1, 2, 0.5, 1])
    try Self.check(Wishart(order: 2), [4, 1, 0.3, 2])
  }

  @Test func parametersOutsideTheDomainAreRefused() throws {
    var archive = Archive()
    archive.store(Tensor<Double>([1, 0.5]), as: "natural_parameters")
    #expect(throws: ArchiveError.self) { try ExponentialFamilyModel<Gaussian>(from: archive) }
    // 1 + p (p + 1) / 2 is never 3.
    archive.store(Tensor<Double>([1, 0.5, 2]), as: "natural_parameters")
    let wishart = #expect(throws: ArchiveError.self) {
      try ExponentialFamilyModel<Wishart>(from: archive)
    }
    #expect(wishart?.description.contains("there is no wishart distribution with 3") == true)
  }

  /// ∂E/∂x of the families that have it, against central differences.
  @Test func slopesAreDifferencesOfEnergies() throws {
    func check<Family: SmoothFamily & ConventionalParameters>(
      _ family: Family, _ conventional: [Double]
    ) throws {
      let model = try ExponentialFamilyModel(family, conventional: conventional)
      let rows = Tensor<Double>(
        normal: [5, family.variableCount], using: RandomKey(seed: 61))
      var gradient = Tensor<Double>(rows.shape, repeating: .nan)
      #expect(model.energy(of: rows, gradient: &gradient) == model.energy(of: rows))
      // Of a quadratic the central difference has no error but rounding: 1e-16 · |E| / step.
      let step = 1e-3
      for column in 0..<rows.shape[1] {
        func shifted(_ shift: Double) -> Tensor<Double> {
          var moved = rows
          for row in 0..<rows.shape[0] { moved[row, column] += shift }
          return model.energy(of: moved)
        }
        let expected = (shifted(step) - shifted(-step)) / (2 * step)
        for row in 0..<rows.shape[0] {
          #expect(abs(gradient[row, column] - expected[row]) < 1e-10)
        }
      }
    }
    try check(Gaussian(), [-1, 0.7])
    try check(MultivariateGaussian(variableCount: 3), [1, -1, 0.5, 2, 0.5, 1, -0.3, 0.2, 1.5])
  }
}
