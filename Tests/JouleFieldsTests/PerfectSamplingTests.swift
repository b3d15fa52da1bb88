import Joule
import JouleTestSupport
import Testing

/// Coupling from the past draws from p itself; what looks like it and is not is found out by the same test.
@Suite struct PerfectSamplingTests {
  static let model: IsingModel<Double> = {
    let graph = FieldGraph(Lattice(height: 2, width: 3))
    let key = RandomKey(seed: 161)
    return IsingModel(
      graph, couplings: Tensor(uniform: [graph.edgeCount], using: key.folded("j")) * 0.9,
      field: Tensor(normal: [6], using: key.folded("h")) * 0.4)
  }()

  static let probabilities: [Double] = {
    let space = StateSpace<Double>(binary: 6)
    let weights = model.energy(of: space.rows).elements.map { MonteCarlo.exp(-$0) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }()

  /// Pearson's statistic of counts, (X² − k) / √(2k) of k degrees of freedom: near a standard normal number.
  static func chiSquareScore(_ states: [Int]) -> Double {
    var counts = [Double](repeating: 0, count: probabilities.count)
    for state in states { counts[state] += 1 }
    let n = Double(states.count)
    let sum = zip(counts, probabilities).reduce(0) {
      $0 + ($1.0 - n * $1.1) * ($1.0 - n * $1.1) / (n * $1.1)
    }
    let degrees = Double(probabilities.count - 1)
    return (sum - degrees) / (2 * degrees).squareRoot()
  }

  /// With 63 degrees of freedom a normal score passes this with probability 10⁻⁶ or so, the skewness of χ² allowed for.
  static let bound = 6.5
  static let count = 60_000

  static func states(of rows: Tensor<Double>) -> [Int] {
    StateSpace<Double>(binary: 6).indices(of: rows).compactMap { $0 }
  }

  @Test func drawsAreThoseOfTheModel() throws {
    let draws = try CouplingFromThePast(Self.model)
      .sample(count: Self.count, using: ChainRandom(key: RandomKey(seed: 162)))
    #expect(abs(Self.chiSquareScore(Self.states(of: draws.rows))) < Self.bound)
    #expect((draws.sweepCounts.max() ?? 0) > 4, "some draws have to look back")
  }

  /// Two chains that share their numbers, in the steps of a time.
  private func meet(
    from start: Int, _ numbers: (_ time: Int, _ site: Int) -> Double, forward: Bool
  ) -> Int? {
    var (upper, lower) = (63, 0)
    for time in 0..<start {
      for site in 0..<6 {
        let u = numbers(time, site)
        upper = Self.moved(upper, site, u)
        lower = Self.moved(lower, site, u)
      }
      if forward && upper == lower { return upper }
    }
    return upper == lower ? upper : nil
  }

  /// The chance of 1 at each site of each state, by enumeration.
  private static let chances: [[Double]] = (0..<64).map { state in
    (0..<6).map { site in
      let (on, off) = (probabilities[state | 1 << site], probabilities[state & ~(1 << site)])
      return on / (on + off)
    }
  }

  private static func moved(_ state: Int, _ site: Int, _ u: Double) -> Int {
    u < chances[state][site] ? state | 1 << site : state & ~(1 << site)
  }

  /// Stopping when two forward chains meet, and new numbers whenever the start moves back.
  @Test func whatLooksLikeItIsNot() {
    let key = RandomKey(seed: 163)
    var (forward, fresh): ([Int], [Int]) = ([], [])
    for draw in 0..<Self.count {
      var stream = RandomStream(key: key.folded(UInt64(draw)))
      if let state = meet(from: 1000, { _, _ in stream.uniform() }, forward: true) {
        forward.append(state)
      }
      var back = 1
      while true {
        if let state = meet(from: back, { _, _ in stream.uniform() }, forward: false) {
          fresh.append(state)
          break
        }
        back *= 2
      }
    }
    #expect(forward.count == Self.count)
    #expect(Self.chiSquareScore(forward) > Self.bound, "\(Self.chiSquareScore(forward))")
    #expect(Self.chiSquareScore(fresh) > Self.bound, "\(Self.chiSquareScore(fresh))")
  }

  @Test func threadsAndPiecesDoNotMatter() throws {
    let sampler = try CouplingFromThePast(Self.model)
    let random = ChainRandom(key: RandomKey(seed: 164))
    let whole = try sampler.sample(count: 40, using: random, on: Workers(count: 3))
    let part = try sampler.sample(count: 5, using: random.advanced(by: 30))
    #expect(whole.rows.rows(at: Array(30..<35)) == part.rows)
  }

  /// On a larger torus above its critical temperature, against Kaufman's energy.
  @Test func aLargerTorusHasItsExactEnergy() throws {
    let temperature = 3.0
    let model = IsingModel<Double>(
      Lattice(height: 8, width: 8, boundary: .periodic), coupling: 1 / temperature)
    let draws = try CouplingFromThePast(model)
      .sample(count: 1500, using: ChainRandom(key: RandomKey(seed: 165)), on: Workers(count: 2))
    let energies = model.energy(of: draws.rows).elements.map { $0 * temperature / 64 }
    let exact = IsingTorus(height: 8, width: 8).values(temperature: temperature).energy
    let score = MonteCarlo.zScore(of: energies, expected: exact)
    #expect(abs(score) < 4.5, "z = \(score)")
  }

  @Test func givingUpIsSaid() throws {
    let cold = IsingModel<Double>(Lattice(height: 6, width: 6), coupling: 2)
    let sampler = try CouplingFromThePast(cold, largestSweepCount: 64)
    let error = #expect(throws: FieldError.self) {
      try sampler.sample(count: 1, using: ChainRandom(key: RandomKey(seed: 166)))
    }
    #expect("\(try #require(error))".contains("64 sweeps"))
  }
}
