import Joule
import JouleTestSupport
import Testing

/// The solved Ising model, and spins many in a word held against it.
@Suite struct SpinTorusTests {
  /// Energy per site of the 8 × 8 torus and of the plane at J = 1: twelve digits computed apart from this code.
  static let references: [(temperature: Double, torus: Double, plane: Double)] = [
    (2, -1.745683170293, -1.745564575313),
    (IsingTorus.criticalTemperature, -1.491589107440, -1.414213562373),
    (2.5, -1.222320643251, -1.106079203746),
  ]

  @Test func energiesAreThoseOfTheFormulas() {
    for reference in Self.references {
      let torus = IsingTorus(height: 8, width: 8).values(temperature: reference.temperature)
      #expect(abs(torus.energy - reference.torus) < 1e-11)
      #expect(abs(IsingPlane.energy(temperature: reference.temperature) - reference.plane) < 1e-10)
    }
  }

  /// All 2¹⁶ states of the 4 × 4 torus, and those of 4 × 2, where neighbours are joined twice.
  @Test(arguments: [(4, 4), (4, 2), (2, 3)]) func theTorusIsItsStates(height: Int, width: Int) {
    let temperature = 2.3
    let count = height * width
    var terms: [Double] = []
    var energies: [Double] = []
    for state in 0..<1 << count {
      func spin(_ y: Int, _ x: Int) -> Double {
        state >> (y % height * width + x % width) & 1 == 1 ? 1 : -1
      }
      var energy = 0.0
      for y in 0..<height {
        for x in 0..<width { energy -= spin(y, x) * (spin(y, x + 1) + spin(y + 1, x)) }
      }
      energies.append(energy)
      terms.append(MonteCarlo.exp(-energy / temperature))
    }
    let z = terms.reduce(0, +)
    let mean = zip(terms, energies).reduce(0) { $0 + $1.0 * $1.1 } / z
    let square = zip(terms, energies).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / z
    let values = IsingTorus(height: height, width: width).values(temperature: temperature)
    #expect(abs(values.logPartition - MonteCarlo.log(z)) < 1e-11)
    #expect(abs(values.energy - mean / Double(count)) < 1e-11)
    let heat = (square - mean * mean) / Double(count) / temperature / temperature
    #expect(abs(values.heatCapacity - heat) < 1e-9)
  }

  /// Independent chains, each judged by its own mean: their spread is the error.
  @Test(arguments: SpinTorus.Rule.allCases) func spinsHaveTheExactEnergy(rule: SpinTorus.Rule) {
    for reference in Self.references {
      let means = (0..<24).map { chain in
        var spins = SpinTorus(height: 8, width: 8)
        let key = RandomKey(seed: 92).folded(UInt64(chain))
        var sum = 0.0
        for sweep in 0..<3000 {
          spins.sweep(
            rule: rule, coupling: 1 / reference.temperature,
            using: ChainRandom(key: key, step: sweep))
          if sweep >= 500 { sum += Double(spins.energyAndMagnetisation.energy) }
        }
        return sum / 2500 / 64
      }
      let score = MonteCarlo.zScore(of: means, expected: reference.torus)
      #expect(abs(score) < 4.5, "T = \(reference.temperature): z = \(score)")
    }
  }

  @Test func bitsComeBack() {
    var stream = RandomStream(key: RandomKey(seed: 93))
    let bits = (0..<6 * 140).map { _ in UInt8(stream.integer(below: 2)) }
    let spins = SpinTorus(height: 6, width: 140, bits: bits)
    #expect(spins.bits == bits)
    func spin(_ y: Int, _ x: Int) -> Int { bits[y % 6 * 140 + x % 140] == 1 ? 1 : -1 }
    var (energy, magnetisation) = (0, 0)
    for y in 0..<6 {
      for x in 0..<140 {
        energy -= spin(y, x) * (spin(y, x + 1) + spin(y + 1, x))
        magnetisation += spin(y, x)
      }
    }
    #expect(spins.energyAndMagnetisation.energy == energy)
    #expect(spins.energyAndMagnetisation.magnetisation == magnetisation)
  }
}
