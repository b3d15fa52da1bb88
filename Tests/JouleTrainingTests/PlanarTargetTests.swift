import Joule
import JouleTestSupport
import RealModule
import Testing

/// Distributions of the plane: their densities are densities, and their draws are from them.
@Suite struct PlanarTargetTests {
  static let targets: [PlanarTarget<Double>] = [
    .twoMoons(), .eightGaussians(), .gaussianGrid(), .rings(),
  ]
  /// Cells of half of the narrowest noise, 0.15.
  static let grid = Grid<Double>(variableCount: 2, over: -5...5, count: 134)

  static func normalization(_ target: PlanarTarget<Double>) throws -> GridNormalization {
    let energies = target.logDensity(of: grid.rows(0..<grid.pointCount)).elements.map { -$0 }
    return try GridNormalization(energies: energies, on: grid).requiringAccuracy()
  }

  @Test(arguments: 0..<4) func densityIntegratesToOne(_ number: Int) throws {
    #expect(abs(try Self.normalization(Self.targets[number]).logPartition) < 1e-9)
  }

  /// Mean log density of draws against its integral, and the draws' own first two moments.
  @Test(arguments: 0..<4) func drawsAreFromTheDensity(_ number: Int) throws {
    let target = Self.targets[number]
    let rows = target.sample(count: 4000, using: ChainRandom(key: RandomKey(seed: 3)))
    let probabilities = try Self.normalization(target).probabilities
    let points = Self.grid.rows(0..<Self.grid.pointCount)
    let logDensities = target.logDensity(of: points).elements
    func check(_ draws: [Double], _ atPoints: (Int) -> Double) {
      let expected = probabilities.indices.reduce(0.0) { sum, point in
        probabilities[point] == 0 ? sum : sum + probabilities[point] * atPoints(point)
      }
      #expect(abs(MonteCarlo.zScore(of: draws, expected: expected)) < 4.5)
    }
    check(target.logDensity(of: rows).elements) { logDensities[$0] }
    for variable in 0..<2 {
      check((0..<4000).map { rows[$0, variable] }) { points[$0, variable] }
      check((0..<4000).map { rows[$0, variable] * rows[$0, variable] }) {
        points[$0, variable] * points[$0, variable]
      }
    }
    check((0..<4000).map { rows[$0, 0] * rows[$0, 1] }) { points[$0, 0] * points[$0, 1] }
  }

  /// Noise around a circle has a closed form with a Bessel function, I₀(z) = mean over t of e^{z cos t}.
  @Test func ringsAreExact() {
    let target = PlanarTarget<Double>.rings(noise: 0.2)
    for radius in [0.0, 0.4, 1, 1.5, 2.2, 3.3] {
      var density = 0.0
      for ring in 1...3 {
        let z = radius * Double(ring) / 0.04
        let bessel = (0..<4000).reduce(0.0) {
          $0 + Double.exp(z * (Double.cos(2 * Double.pi * Double($1) / 4000) - 1)) / 4000
        }
        let distance = (radius - Double(ring)) / 0.2
        density += bessel * Double.exp(-0.5 * distance * distance) / (2 * Double.pi * 0.04) / 3
      }
      let found = target.logDensity(of: Tensor([[radius * 0.6, radius * 0.8]]))[0]
      #expect(abs(found - Double.log(density)) < 1e-9)
    }
  }

  /// Moons end: Simpson's rule with ten times as many points, where it matters most.
  @Test func moonsAreRightAtTheirEnds() {
    let target = PlanarTarget<Double>.twoMoons()
    for (x, y) in [(0.75, -0.375), (0.8, -0.5), (-0.75, 0.4), (2.3, 0.3), (0.0, 0.0), (0.6, -1.1)] {
      var density = 0.0
      for moon in 0..<2 {
        let sign = moon == 0 ? 1.0 : -1
        let count = 20_000
        for node in 0...count {
          let weight = node == 0 || node == count ? 1.0 : node % 2 == 1 ? 4 : 2
          let t = Double.pi * Double(node) / Double(count)
          let dx = x - sign * (1.5 * Double.cos(t) - 0.75)
          let dy = y - sign * (1.5 * Double.sin(t) - 0.375)
          density += weight / 3 * Double.exp(-0.5 * (dx * dx + dy * dy) / 0.0225) / Double(count)
        }
      }
      let expected = Double.log(density / 2 / (2 * Double.pi * 0.0225))
      #expect(abs(target.logDensity(of: Tensor([[x, y]]))[0] - expected) < 1e-4)
    }
  }

  /// More noise is a convolution with a normal distribution, here as a sum over the grid.
  @Test(arguments: 0..<4) func moreNoiseIsAConvolution(_ number: Int) throws {
    let target = Self.targets[number]
    let probabilities = try Self.normalization(target).probabilities
    let points = Self.grid.rows(0..<Self.grid.pointCount)
    for (x, y) in [(0.3, 0.2), (1.4, -0.7), (-2.5, 0.4)] {
      let density = probabilities.indices.reduce(0.0) { sum, point in
        let (dx, dy) = (points[point, 0] - x, points[point, 1] - y)
        return sum + probabilities[point] * Double.exp(-0.5 * (dx * dx + dy * dy) / 0.09)
      }
      let expected = Double.log(density / (2 * Double.pi * 0.09))
      let found = target.noised(by: 0.3).logDensity(of: Tensor([[x, y]]))[0]
      #expect(abs(found - expected) < 2e-4)
    }
  }
}
