import Foundation
import Joule
import JouleTestSupport
import Testing

/// What docs/experts.md claims, claim by claim.
@Suite struct ExpertsGuideTests {
  @Test func thePageShowsTheCodeThatRuns() throws {
    let sections = try PageCode.sections(ofExample: "ExpertsExample.swift")
    #expect(sections.count == 5)
    #expect(try PageCode.blocks(ofPage: "docs/experts.md") == sections)
  }

  /// The mean of a function under a density, by sums over a fine grid.
  static func mean<Model: EnergyModel>(
    under model: Model, _ function: (Double, Double) -> Double
  ) -> Double where Model.Scalar == Double {
    let places = (-160...160).map { 0.025 * Double($0) }
    let points = places.flatMap { x in places.map { [x, $0] } }
    let weights = (-model.energy(of: Tensor(points))).exp().elements
    let total = weights.reduce(0, +)
    return zip(points, weights).reduce(0) { $0 + $1.1 / total * function($1.0[0], $1.0[1]) }
  }

  /// Draws have the moments of the density on a grid; those of the other combination are far off.
  @Test func ringsAreSampled() throws {
    let (both, either) = (try bothRings(), try eitherRing())
    let functions: [(Double, Double) -> Double] = [
      { x, _ in x }, { x, _ in x * x }, { _, y in y }, { _, y in y * y },
    ]
    let (products, mixtures) = (try draws(of: both), try draws(of: either))
    func z(_ rows: Tensor<Double>, _ expected: Double, _ f: (Double, Double) -> Double) -> Double {
      MonteCarlo.zScore(
        of: (0..<rows.shape[0]).map { f(rows[$0, 0], rows[$0, 1]) }, expected: expected)
    }
    for f in functions {
      #expect(abs(z(products, Self.mean(under: both, f), f)) < 4.5)
      #expect(abs(z(mixtures, Self.mean(under: either, f), f)) < 4.5)
    }
    #expect(abs(z(products, Self.mean(under: either, functions[1]), functions[1])) > 9)
    // The mixture is normalised: a mean of 1/p over the square is its area.
    let area = Self.mean(under: either) { _, _ in 1 }
    #expect(abs(area - 1) < 1e-12)
    let cell = 0.025 * 0.025
    let places = (-160...160).map { 0.025 * Double($0) }
    let points = Tensor(places.flatMap { x in places.map { [x, $0] } })
    let integral = (-either.energy(of: points)).exp().sum() * cell
    #expect(abs(integral - 1) < 1e-6, "\(integral)")
  }

  @Test func theSureExpertDecides() throws {
    let both = try agreement()
    // Precisions 10 and 2/3 of one expert meet 2/3 and 10 of the other.
    let precision = 10 + 2 / 3.0
    let expected = [
      (-10 + 2 / 3.0) / precision, 5 / precision, 1 / precision, 0, 1 / precision,
    ]
    for (found, value) in zip(both.conventionalParameters, expected) {
      #expect(abs(found - value) < 1e-12)
    }
  }

  @Test func machinesAreJoined() throws {
    let machines = ProductOfExpertsTests.machines.map { RestrictedBoltzmannMachine<Float>($0) }
    let joined = try joined(machines[0], machines[1])
    #expect(joined.hiddenCount == 7 && joined.variableCount == 5)
  }

  /// Bars and stripes: better than without training, and the field as it was.
  @Test func aMachineLearnsAroundAField() throws {
    var bytes: [UInt8] = []
    for pattern in 0..<8 {
      let bits = (0..<3).map { UInt8(pattern >> $0 & 1) }
      bytes += (0..<9).map { bits[$0 / 3] } + (0..<9).map { bits[$0 % 3] }
    }
    let images = Dataset(bytes: bytes, rowCount: 16, columnCount: 9, scale: 1)
    let rows: Tensor<Double> = images.batch(0..<16)
    let model = try learnt(from: images, height: 3, width: 3)
    let likelihood = -model.energy(of: rows).mean() - ExactPartition.logPartition(of: model)
    // Independent pixels have −9 log 2 nats, and no model has more than −2.599, the entropy of the data: more
    // than half of what can be gained is.
    let (least, most) = (-9 * log(2.0), -2.599)
    #expect(likelihood > (least + most) / 2 && likelihood < most, "\(likelihood)")
    let field = IsingModel<Double>(Lattice(height: 3, width: 3), coupling: 0.2)
    guard case .second(let fixed) = model.experts[1] else {
      Issue.record("the second expert is the field")
      return
    }
    #expect(fixed.base == field)
  }

  /// With JOULE_FIGURES in the environment the picture of the page is written into that folder.
  @Test func thePictureIsDrawn() throws {
    let sheet = try andBesideOr()
    #expect(sheet.svg.components(separatedBy: "<circle").count > 900)
    if let folder = ProcessInfo.processInfo.environment["JOULE_FIGURES"] {
      try sheet.save(to: "\(folder)/experts.svg")
    }
  }
}
