import Joule
import JouleTestSupport
import Testing

/// Block Gibbs sampling against the transition matrix worked out by brute force.
@Suite struct BlockGibbsTests {
  static let machine = Fixtures.machine
  static let reference = Fixtures.bruteForce(machine)

  /// Chains that start at exact draws from p.
  static func exactStarts(_ count: Int, key: RandomKey) -> Tensor<Double> {
    let table = AliasTable(weights: reference.visibleProbabilities)
    var stream = RandomStream(key: key)
    return States.rows((0..<count).map { _ in stream.categorical(table) }, count: 4)
  }

  @Test(arguments: [1, 4, 16])
  func gibbsLeavesModelInvariant(steps: Int) {
    let count = 20_000
    let p = Self.reference.visibleProbabilities
    #expect(
      Self.distance(of: Self.machine, after: steps, chains: count, from: p)
        < 4 * MonteCarlo.floor(of: p, count: count))
  }

  /// A kernel of another machine does not leave this one's distribution invariant: the test can fail.
  @Test func aKernelOfAnotherMachineIsFoundOut() {
    let count = 20_000
    var parameters = Self.machine.parameters
    parameters.entries[2].value += 1.5
    var other = Self.machine
    other.parameters = parameters
    let p = Self.reference.visibleProbabilities
    #expect(
      Self.distance(of: other, after: 4, chains: count, from: p)
        > 4 * MonteCarlo.floor(of: p, count: count))
  }

  static func distance(
    of machine: RestrictedBoltzmannMachine<Double>, after steps: Int, chains: Int,
    from p: [Double]
  ) -> Double {
    let kernel = BlockGibbs(machine)
    let key = RandomKey(seed: 2024)
    var state = kernel.makeState(at: exactStarts(chains, key: key.folded("starts")))
    for step in 0..<steps {
      kernel.step(&state, using: ChainRandom(key: key, firstChain: 0, step: step))
    }
    return MonteCarlo.totalVariation(
      of: States.numbers(of: kernel.position(of: state)), from: p)
  }

  @Test(arguments: [0, 6, 15])
  func oneStepFollowsTheEnumeratedTransitionMatrix(start: Int) {
    let count = 40_000
    let matrix = Self.reference.gibbsMatrix
    let expected = matrix.map { $0[start] }
    let kernel = BlockGibbs(Self.machine)
    var state = kernel.makeState(
      at: States.rows([Int](repeating: start, count: count), count: 4))
    kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 5), firstChain: 0, step: 0))
    let distance = MonteCarlo.totalVariation(
      of: States.numbers(of: kernel.position(of: state)), from: expected)
    #expect(distance < 4 * MonteCarlo.floor(of: expected, count: count))
  }

  @Test func chainsMayBeCutInPieces() {
    let kernel = BlockGibbs(RestrictedBoltzmannMachine<Float>(Self.machine))
    let rows: Tensor<Float> = States.all(of: 4)
    let key = RandomKey(seed: 8)
    var whole = kernel.makeState(at: rows)
    var pieces = [0..<5, 5..<16].map { ($0, kernel.makeState(at: rows.rows($0))) }
    for step in 0..<3 {
      kernel.step(&whole, using: ChainRandom(key: key, firstChain: 0, step: step))
      for index in pieces.indices {
        kernel.step(
          &pieces[index].1,
          using: ChainRandom(key: key, firstChain: pieces[index].0.lowerBound, step: step))
      }
    }
    let joined = pieces.flatMap { kernel.position(of: $0.1).elements }
    #expect(joined == kernel.position(of: whole).elements)
  }

  @Test func clampedChainsFollowTheConditionalDistribution() {
    let count = 20_000
    let values = Tensor<Double>(
      shape: [count, 4],
      elements: (0..<count).flatMap { _ in [Double.nan, 1, .nan, 0] })
    let kernel = ClampedBlockGibbs(Self.machine, values: values)
    var state = kernel.makeState(at: Tensor(zeros: [count, 4]))
    for step in 0..<60 {
      kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 9), firstChain: 0, step: step))
    }
    var expected = Self.reference.visibleProbabilities.enumerated().map { state, p in
      state >> 1 & 1 == 1 && state >> 3 & 1 == 0 ? p : 0
    }
    let total = expected.reduce(0, +)
    expected = expected.map { $0 / total }
    let distance = MonteCarlo.totalVariation(
      of: States.numbers(of: kernel.position(of: state)), from: expected)
    #expect(distance < 4 * MonteCarlo.floor(of: expected, count: count))
  }
}
