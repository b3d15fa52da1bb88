import Foundation
import Joule
import JouleTestSupport
import Testing

/// Simulated annealing and tempered transitions.
@Suite struct AnnealingTests {
  static let key = RandomKey(seed: 1983)

  /// A ring of twelve spins with random couplings, by table: 4,096 states, several local minima.
  static let ring: TableEnergy = {
    var stream = RandomStream(key: RandomKey(seed: 77))
    let couplings = (0..<12).map { _ in 2 * stream.normal() }
    let fields = (0..<12).map { _ in 0.5 * stream.normal() }
    return TableEnergy(
      values: Array(repeating: [0, 1], count: 12),
      energies: (0..<4096).map { state in
        (0..<12).reduce(0) { sum, i in
          let spin = state >> i & 1 == 1 ? 1.0 : -1.0
          let next = state >> ((i + 1) % 12) & 1 == 1 ? 1.0 : -1.0
          return sum - couplings[i] * spin * next - fields[i] * spin
        }
      })
  }()

  static func annealing(
    steps: Int, to last: Double = 5
  ) throws -> SimulatedAnnealing<some PathKernel<Double>> {
    let chains = KernelAlongPath(TemperingPath(ring)) { energy, _ in
      MetropolisHastings(energy, BitFlip<Double>())
    }
    return SimulatedAnnealing(
      chains, schedule: try .geometric(from: 0.05, to: last, steps: steps))
  }

  @Test func itFindsTheMinimumThatDescentMisses() throws {
    let lowest = Self.ring.energies.min()!
    var stream = RandomStream(key: Self.key)
    let starts: Tensor<Double> = States.rows(
      (0..<40).map { _ in stream.integer(below: 4096) }, count: 12)
    let found = try Self.annealing(steps: 1500)
      .minimize(Self.ring, from: starts, key: Self.key)
    #expect(abs(found.lowestEnergy - lowest) < 1e-12)
    #expect(found.energies.count { $0 < lowest + 1e-9 } > 30, "\(found.energies)")
    #expect(Self.ring.energy(of: found.rows).elements == found.energies)
    #expect(found.best == found.rows.row(found.bestChain))
    // At once cold it is a descent, and most chains end in other minima.
    let quenched = SimulatedAnnealing(
      try Self.annealing(steps: 2).chains,
      schedule: try CoolingSchedule([Double](repeating: 1000, count: 1500)))
    let stuck = try quenched.minimize(Self.ring, from: starts, key: Self.key)
    #expect(stuck.energies.count { $0 < lowest + 1e-9 } < 20, "\(stuck.energies)")
  }

  @Test func theBestOnTheWayIsKept() throws {
    // Hot to the end: chains wander off again from what they found.
    let starts = Tensor<Double>(zeros: [30, 12])
    let found = try Self.annealing(steps: 300, to: 0.06)
      .minimize(Self.ring, from: starts, key: Self.key)
    let final = Self.ring.energy(of: found.finalRows).elements
    #expect(zip(found.energies, final).allSatisfy { $0 <= $1 })
    #expect(zip(found.energies, final).contains { $0 < $1 - 1 })
  }

  @Test func neitherThreadsNorPiecesChangeABit() throws {
    let starts = Tensor<Double>(zeros: [70, 12])
    let runs = try [1, 2, 4].map {
      try Self.annealing(steps: 60)
        .minimize(Self.ring, from: starts, key: Self.key, on: Workers(count: $0))
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
  }

  @Test func aNaNStopsIt() throws {
    let broken = EnergyFunction<Double>(variableCount: 1) { x in
      Tensor(x.elements.map { $0 > 1 ? .nan : $0 * $0 })
    }
    let chains = KernelAlongPath(TemperingPath(broken)) { energy, _ in
      MetropolisHastings(energy, GaussianWalk(scale: 1))
    }
    let annealing = SimulatedAnnealing(
      chains, schedule: try .linear(from: 0.1, to: 1, steps: 200))
    #expect(throws: TransitionFault.self) {
      try annealing.minimize(broken, from: Tensor(zeros: [40, 1]), key: Self.key)
    }
  }

  @Test func temperedTransitionsCrossBetweenModes() throws {
    let path = TwoModes.machine.annealingPath(fromMeans: Tensor([10], repeating: 0.5))
    let kernel = TemperedTransitions(path, ladder: try .linear(count: 40))
    var state = kernel.makeState(at: Tensor(zeros: [200, 10]))
    var sums = [Double](repeating: 0, count: 200)
    var accepted = 0.0
    for step in 0..<150 {
      let info = kernel.step(&state, using: ChainRandom(key: Self.key, step: step))
      accepted += Double(info.accepted.count { $0 }) / 200 / 150
      let rows = kernel.position(of: state)
      if step >= 50 {
        for chain in 0..<200 { sums[chain] += TwoModes.fraction(rows, row: chain) }
      }
    }
    let z = MonteCarlo.zScore(of: sums.map { $0 / 100 }, expected: TwoModes.weight)
    #expect(abs(z) < 4, "z = \(z), acceptance \(accepted)")
    #expect(accepted > 0.2)
  }
}
