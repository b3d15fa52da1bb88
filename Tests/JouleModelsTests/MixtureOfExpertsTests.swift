import Joule
import JouleTestSupport
import Testing

/// Mixtures of experts against sums over states and closed forms.
@Suite struct MixtureOfExpertsTests {
  static let machines = ProductOfExpertsTests.machines
  static let rows: Tensor<Double> = States.all(of: 5)

  /// p of every state, from brute-force free energies and their sums.
  static func probabilities(_ proportions: [Double]) -> [Double] {
    let shares = machines.map { machine in
      let brute = MachineFixtures.bruteForce(machine)
      let weights = (0..<32).map { MonteCarlo.exp(-brute.freeEnergy(visible: $0)) }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
    return (0..<32).map { state in
      zip(proportions, shares).reduce(0) { $0 + $1.0 * $1.1[state] }
    }
  }

  static func mixture(_ errors: [Double] = [0, 0]) throws -> MixtureOfExperts<
    RestrictedBoltzmannMachine<Double>
  > {
    try MixtureOfExperts(
      machines,
      logPartitions: zip(machines, errors).map { ExactPartition.logPartition(of: $0) + $1 },
      proportions: [1, 3])
  }

  @Test func itIsNormalised() throws {
    let found = (-(try Self.mixture()).energy(of: Self.rows)).exp()
    for (x, y) in zip(found.elements, Self.probabilities([0.25, 0.75])) {
      #expect(abs(x - y) < 1e-13)
    }
    // An error of log Z is one of the proportions.
    let wrong = (-(try Self.mixture([0, MonteCarlo.log(2)])).energy(of: Self.rows)).exp()
    for (x, y) in zip(wrong.elements, Self.probabilities([0.25, 0.375])) {
      #expect(abs(x - y) < 1e-13)
    }
  }

  @Test func responsibilitiesAreBayes() throws {
    let mixture = try Self.mixture()
    let shares = mixture.responsibilities(of: Self.rows)
    let (first, all) = (Self.probabilities([0.25, 0]), Self.probabilities([0.25, 0.75]))
    for state in 0..<32 {
      #expect(abs(shares[state, 0] - first[state] / all[state]) < 1e-12)
      #expect(abs(shares[state, 0] + shares[state, 1] - 1) < 1e-12)
    }
  }

  @Test func flipsAreDifferences() throws {
    let mixture = try Self.mixture()
    let flips = mixture.flipEnergies(of: Self.rows, sites: [4, 0, 2])
    let energies = mixture.energy(of: Self.rows)
    for state in 0..<32 {
      for (index, site) in [4, 0, 2].enumerated() {
        let difference = energies[state ^ 1 << site] - energies[state]
        #expect(abs(flips[state, index] - difference) < 1e-12)
      }
    }
  }

  /// Moments of draws against those of the parts; with other proportions they are far off.
  @Test func drawsHaveTheMixturesMoments() throws {
    let experts = [
      try ProductOfExpertsTests.gaussian([-2, 1], [[1, 0], [0.5, 2]]),
      try ProductOfExpertsTests.gaussian([3, 0], [[0.5, 0], [0, 0.3]]),
    ]
    let mixture = try MixtureOfExperts(experts, proportions: [0.3, 0.7])
    let rows = mixture.sample(count: 20_000, using: ChainRandom(key: RandomKey(seed: 511)))
    func z(_ expected: Double, _ value: (Int) -> Double) -> Double {
      MonteCarlo.zScore(of: (0..<20_000).map(value), expected: expected)
    }
    let mean = 0.3 * -2 + 0.7 * 3
    let square = 0.3 * (4 + 1) + 0.7 * (9 + 0.5)
    #expect(abs(z(mean) { rows[$0, 0] }) < 4.5)
    #expect(abs(z(square) { rows[$0, 0] * rows[$0, 0] }) < 4.5)
    #expect(abs(z(0.3 * (-2 * 1 + 0.5)) { rows[$0, 0] * rows[$0, 1] }) < 4.5)
    #expect(abs(z(0.5 * -2 + 0.5 * 3) { rows[$0, 0] }) > 9)
    // −E is the logarithm of the density, and log Z of each expert was found from it.
    #expect((mixture.energy(of: rows) + mixture.logDensity(of: rows)).largestMagnitude == 0)
    for (found, expert) in zip(mixture.logPartitions, experts) {
      #expect(abs(found - expert.logPartition) < 1e-12)
    }
    // A piece of a batch draws what the batch does.
    let piece = mixture.sample(
      count: 10, using: ChainRandom(key: RandomKey(seed: 511), firstChain: 100))
    #expect(piece == rows.rows(100..<110))
  }
}
