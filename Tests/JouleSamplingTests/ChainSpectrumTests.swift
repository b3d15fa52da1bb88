import Joule
import JouleTestSupport
import Testing

@Suite struct ChainSpectrumTests {
  /// Σ λ = tr T and Σ λ² = tr T², however the eigenvalues were found.
  @Test(arguments: try FiniteChain.all()) func eigenvaluesSumToTheTraces(
    _ sample: FiniteChain
  ) throws {
    let chain = sample.chain
    let spectrum = try chain.spectrum()
    let count = chain.stateCount
    #expect(spectrum.eigenvalues.count == count)
    let trace = (0..<count).reduce(0.0) { sum, i in sum + chain.probability(of: i, after: i) }
    var square = 0.0
    for i in 0..<count {
      for j in 0..<count {
        square += chain.probability(of: i, after: j) * chain.probability(of: j, after: i)
      }
    }
    let bound = 1e-13 * Double(count)
    #expect(abs(spectrum.eigenvalues.reduce(0) { $0 + $1.real } - trace) < bound)
    #expect(abs(spectrum.eigenvalues.reduce(0) { $0 + $1.imaginary }) < bound)
    #expect(
      abs(
        spectrum.eigenvalues.reduce(0) { $0 + $1.real * $1.real - $1.imaginary * $1.imaginary }
          - square) < bound)
    let moduli = spectrum.eigenvalues.map(\.modulus)
    #expect(zip(moduli, moduli.dropFirst()).allSatisfy { $0 >= $1 })
    let ones = spectrum.eigenvalues.filter { $0.real == 1 && $0.imaginary == 0 }.count
    #expect(ones == chain.closedClasses.count, "one for each closed class, exactly")
    #expect((spectrum.spectralGap > 0) == chain.forgetsItsStart)
  }

  @Test func ringsHaveCosinesAndCyclesHaveRootsOfUnity() throws {
    let ring = try FiniteChain.ring(8).spectrum().eigenvalues.map(\.real).sorted()
    let half = 0.5.squareRoot()
    for (found, expected) in zip(ring, [-1, -half, -half, 0, 0, half, half, 1]) {
      #expect(abs(found - expected) < 1e-15)
    }
    let cycle = try FiniteChain.cycle(6).spectrum()
    #expect(cycle.spectralGap == 0 && cycle.relaxationTime == .infinity)
    #expect(cycle.eigenvalues.allSatisfy { abs($0.modulus - 1) < 1e-15 })
  }

  /// Two states that change with probabilities a and b: λ₂ = 1 − a − b, and
  /// d(t) = |λ₂|^t max(a, b)/(a + b).
  @Test(arguments: [(0.3, 0.1), (0.9, 0.8), (1e-6, 3e-6), (0.5, 0.5)])
  func twoStatesHaveClosedForms(_ a: Double, _ b: Double) throws {
    let chain = try MarkovChain(rows: Tensor([[1 - a, a], [b, 1 - b]]))
    let spectrum = try chain.spectrum()
    let second = 1 - a - b
    #expect(abs(spectrum.spectralGap - (1 - abs(second))) < 4e-16)
    let pi = try chain.stationaryDistribution()
    #expect(abs(pi[0] - b / (a + b)) < 1e-15 && abs(pi[1] - a / (a + b)) < 1e-15)
    let factor = max(a, b) / (a + b)
    let mixing = try #require(try chain.mixingTime())
    let expected =
      second == 0 ? 1 : (MonteCarlo.log(0.25 / factor) / MonteCarlo.log(abs(second))).rounded(.up)
    // A millionth of the time is what rounding of 1 − a − b leaves.
    #expect(abs(Double(mixing.steps) - expected) <= 1e-6 * expected + 0.5)
    for steps in [0, 1, 7, 1_000, 1_000_000] {
      let found = chain.distribution(after: steps, from: [1, 0])
      let power = second == 0 ? (steps == 0 ? 1 : 0) : Self.power(second, steps)
      #expect(abs(found[0] - (pi[0] + power * (1 - pi[0]))) < 1e-10)
    }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  /// The symmetric way and the general one find the same.
  @Test func reversibleChainsHaveTheEigenvaluesOfTheirMatrix() throws {
    let chain = try FiniteChain.metropolis(10, key: FiniteChain.key.folded(3))
    let (values, imaginary) = try GeneralEigen<Double>.values(
      of: chain.transition.elements.span, order: 10)
    #expect(imaginary.allSatisfy { $0 == 0 })
    let found = try chain.spectrum().eigenvalues.map(\.real).sorted()
    #expect(zip(found, values.sorted()).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  // MARK: Mixing

  @Test(arguments: try FiniteChain.all()) func mixingTimesAreThoseOfStepByStep(
    _ sample: FiniteChain
  ) throws {
    let chain = sample.chain
    for threshold in [0.25, 0.01] {
      let mixing = try chain.mixingTime(threshold: threshold)
      #expect((mixing != nil) == chain.forgetsItsStart)
      guard let mixing, mixing.steps < 100_000 else { continue }
      let pi = try chain.stationaryDistribution()
      var states = (0..<chain.stateCount).map { chain.distribution(at: $0) }
      var steps = 0
      while states.contains(where: { MarkovChain.totalVariation($0, pi) > threshold }) {
        states = states.map { chain.moved($0) }
        steps += 1
      }
      #expect(mixing.steps == steps)
      #expect(mixing.distances.map(\.steps) == mixing.distances.map(\.steps).sorted())
      let all = chain.worstDistances(upTo: steps, from: pi)
      for seen in mixing.distances where seen.steps <= steps {
        #expect(abs(all[seen.steps] - seen.totalVariation) < 1e-12)
      }
      #expect(zip(all, all.dropFirst()).allSatisfy { $0 >= $1 - 1e-14 }, "d never rises")
    }
  }

  @Test(arguments: try FiniteChain.all()) func eigenvaluesBoundTheMixingTime(
    _ sample: FiniteChain
  ) throws {
    let chain = sample.chain
    for threshold in [0.25, 0.01] {
      guard let bounds = try chain.mixingBounds(threshold: threshold),
        let mixing = try chain.mixingTime(threshold: threshold)
      else {
        #expect(!chain.forgetsItsStart)
        continue
      }
      #expect(bounds.lower <= Double(mixing.steps) && Double(mixing.steps) <= bounds.upper)
    }
  }

  /// Slow chains: 10⁹ steps of two pairs that hardly pass to one another, by some thirty products.
  @Test func aBillionStepsAreSquaredNotMade() throws {
    let epsilon = 1e-9
    let chain = try FiniteChain.nearlyUncoupled(epsilon)
    let mixing = try #require(try chain.mixingTime())
    // Between the pairs: λ₂ = 1 − 3ε, d(t) = ⅔ λ₂^t.
    let expected = MonteCarlo.log(2 / 3.0 / 0.25) / (3 * epsilon)
    #expect(abs(Double(mixing.steps) / expected - 1) < 1e-6)
    #expect(mixing.distances.count < 70)
    let late = chain.distribution(after: 1 << 45, from: [1, 0, 0, 0])
    #expect(MarkovChain.totalVariation(late, try chain.stationaryDistribution()) < 1e-4)
    #expect(try chain.mixingTime(limit: 1000) == nil)
  }

  @Test(arguments: try FiniteChain.all()) func longRunsAndLimitsAgree(_ sample: FiniteChain) throws
  {
    let chain = sample.chain
    for start in [0, chain.stateCount - 1] {
      let longRun = try chain.longRunDistribution(from: chain.distribution(at: start))
      #expect(zip(chain.moved(longRun), longRun).allSatisfy { abs($0 - $1) < 1e-14 })
      if chain.isPeriodic || chain.closedClasses.count > 1 && chain.stateCount < 3 { continue }
      let late = chain.distribution(after: 1 << 40, from: chain.distribution(at: start))
      #expect(MarkovChain.totalVariation(late, longRun) < 1e-4)
    }
  }

  /// Stepping and squaring give the same p_t, whichever is less work.
  @Test func powersAgreeWithSteps() throws {
    let chain = try FiniteChain.random(9, density: 0.6, key: FiniteChain.key.folded("powers"))
    var now = chain.distribution(at: 4)
    for step in 1...3000 {
      now = chain.moved(now)
      if [1, 2, 3, 100, 2999, 3000].contains(step) {
        let found = chain.distribution(after: step, from: chain.distribution(at: 4))
        #expect(zip(found, now).allSatisfy { abs($0 - $1) < 1e-12 })
      }
    }
  }
}
