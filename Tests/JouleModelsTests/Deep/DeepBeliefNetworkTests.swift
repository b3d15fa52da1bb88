import Foundation
import Joule
import JouleTestSupport
import Testing

/// Deep belief networks against sums over all states, and against the machine that some of them are.
@Suite struct DeepBeliefNetworkTests {
  static func network() -> DeepBeliefNetwork<Double> {
    DeepBeliefNetwork(
      stacking: [(4, 3), (3, 2), (2, 3)].enumerated().map {
        MachineFixtures.machine(visible: $1.0, hidden: $1.1, seed: UInt64($0 + 1))
      })
  }

  /// A machine and the same turned over on it: together they are the machine.
  static func turned(
    _ machine: RestrictedBoltzmannMachine<Double>
  ) -> DeepBeliefNetwork<Double> {
    DeepBeliefNetwork(
      stacking: [
        machine,
        RestrictedBoltzmannMachine(
          weights: machine.weights.transposed(), visibleBias: machine.hiddenBias,
          hiddenBias: machine.visibleBias),
      ])
  }

  /// log p*(v) = log p(v) + log Z_top of a network of widths 4, 3, 2, 3, by sums over h¹ and h².
  static func logWeight(_ network: DeepBeliefNetwork<Double>, _ v: Tensor<Double>) -> Double {
    func logBits(_ states: Tensor<Double>, _ means: Tensor<Double>) -> Double {
      (states * means.log() + (1 - states) * (1 - means).log()).sum()
    }
    var terms: [Double] = []
    for one in 0..<8 {
      let h1 = States.rows([one], count: 3, as: Double.self)
      for two in 0..<4 {
        let h2 = States.rows([two], count: 2, as: Double.self)
        terms.append(
          logBits(v, network.generatedMean(ofLayer: 0, given: h1))
            + logBits(h1, network.generatedMean(ofLayer: 1, given: h2))
            - network.top.energy(of: h2)[0])
      }
    }
    return DeepFixtures.logSum(terms)
  }

  @Test func weightsOfRecognitionAreUnbiasedAndTheirLogarithmBoundsFromBelow() {
    let network = Self.network()
    let count = 20_000
    for state in [0, 6, 13] {
      let v = States.rows([state], count: 4, as: Double.self)
      let exact = Self.logWeight(network, v)
      let draws = network.evidence(
        of: v.rows(at: Array(repeating: 0, count: count)),
        using: ChainRandom(key: RandomKey(seed: 7).folded(UInt64(state))))
      let weights = MeanEstimate(of: draws.elements.map { exp($0 - exact) })
      #expect(abs(weights.mean - 1) < 4.5 * weights.standardError, "state \(state)")
      let bound = MeanEstimate(of: draws.elements)
      #expect(bound.mean < exact - 4.5 * bound.standardError, "state \(state)")
    }
  }

  /// Whatever stands in the holes for recognition, what is given has its likelihood on average: summed over all that may
  /// stand there.
  @Test func weightsOfRowsWithHolesAreThoseOfWhatIsGiven() {
    let network = Self.network()
    let count = 20_000
    for (state, pattern) in [(0, 0b0101), (6, 0b1000), (13, 0b0111), (3, 0b1111)] {
      var v = States.rows([state], count: 4, as: Double.self)
      for place in 0..<4 where pattern >> place & 1 == 1 { v[0, place] = .nan }
      let agreeing = (0..<16).filter { $0 & ~pattern == state & ~pattern }
      let exact = DeepFixtures.logSum(
        agreeing.map { Self.logWeight(network, States.rows([$0], count: 4, as: Double.self)) })
      let draws = network.evidence(
        of: v.rows(at: Array(repeating: 0, count: count)),
        using: ChainRandom(key: RandomKey(seed: 7).folded(UInt64(state))))
      let weights = MeanEstimate(of: draws.elements.map { exp($0 - exact) })
      #expect(abs(weights.mean - 1) < 4.5 * weights.standardError, "\(state), holes \(pattern)")
      #expect(MeanEstimate(of: draws.elements).mean < exact, "\(state), holes \(pattern)")
    }
  }

  @Test func aMachineTurnedOverOnItselfIsThatMachineAndItsBoundIsExact() {
    let machine = MachineFixtures.machine(visible: 4, hidden: 3)
    let network = Self.turned(machine)
    let rows: Tensor<Double> = States.all(of: 4)
    let random = ChainRandom(key: RandomKey(seed: 3))
    // Recognition is the exact posterior: every draw has the same weight, the likelihood itself.
    let bound = network.evidence(of: rows, using: random)
    let exact = -machine.energy(of: rows)
    #expect((bound - exact).largestMagnitude < 1e-12)
    #expect(
      abs(
        ExactPartition.logPartition(of: network.top) - ExactPartition.logPartition(of: machine))
        < 1e-12)
  }

  @Test func rowsDrawnDownwardFromExactTopStatesAreTheNetworks() {
    let machine = MachineFixtures.machine(visible: 3, hidden: 2)
    let network = Self.turned(machine)
    let brute = MachineFixtures.bruteForce(machine)
    let key = RandomKey(seed: 19)
    let count = 40_000
    let table = AliasTable(weights: brute.hiddenProbabilities)
    var stream = RandomStream(key: key)
    let tops = States.rows(
      (0..<count).map { _ in stream.categorical(table) }, count: 2, as: Double.self)
    let drawn = States.numbers(
      of: network.dataRows(from: tops, using: ChainRandom(key: key.folded("down"))))
    for (state, p) in brute.visibleProbabilities.enumerated() {
      let share = Double(drawn.count { $0 == state }) / Double(count)
      let error = (p * (1 - p) / Double(count)).squareRoot()
      #expect(abs(share - p) < 4.5 * error, "state \(state): \(share) beside \(p)")
    }
  }

  @Test func gradientIsThatOfWhatGeneratesAndNothingOfRecognition() {
    let network = Self.network()
    let rows = States.rows([1, 6, 15], count: 4, as: Double.self)
    let weights = Tensor<Double>([0.3, -1.2, 2])
    let gradient = network.gradient(at: rows, rowWeights: weights)
    let expected = FiniteDifferences.gradient(at: network.parameters) { parameters in
      var moved = network
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    for (one, other) in zip(gradient.entries, expected.entries) {
      if one.name.hasPrefix("recognition") {
        #expect(one.value.largestMagnitude == 0)
      } else {
        #expect((one.value - other.value).largestMagnitude < 1e-8, "\(one.name)")
      }
    }
  }

  /// Also where the first bit is missing of two rows in three, and the second of every other, whatever they are.
  @Test(arguments: [false, true])
  func wakeSleepStandsStillWhereTheNetworkIsTheDataAndRecognitionExact(hasHoles: Bool) {
    // Data drawn from the machine itself, recognition its exact posterior: every expectation is zero.
    let machine = MachineFixtures.machine(visible: 3, hidden: 2)
    let network = Self.turned(machine)
    let brute = MachineFixtures.bruteForce(machine)
    let key = RandomKey(seed: 23)
    let estimator = WakeSleep<Double>(steps: 2, fillingRounds: 30)
    let batches = 400
    var sums = network.parameters.zeros()
    var squares = sums
    let table = AliasTable(weights: brute.visibleProbabilities)
    var stream = RandomStream(key: key)
    var state: WakeSleep<Double>.State?
    for step in 0..<batches {
      var batch = States.rows(
        (0..<100).map { _ in stream.categorical(table) }, count: 3, as: Double.self)
      for row in 0..<100 where hasHoles {
        if row % 3 > 0 { batch[row, 0] = .nan }
        if row % 2 > 0 { batch[row, 1] = .nan }
      }
      let statistics = DataStatistics(rowCount: 100, means: batch.mean(along: 0), examples: batch)
      var current = state ?? estimator.makeState(for: network, data: statistics, key: key)
      var gradient = network.parameters.zeros()
      estimator.estimate(
        network, at: batch, step: step, state: &current, into: &gradient, on: .single)
      state = current
      for index in sums.entries.indices {
        sums.entries[index].value += gradient.entries[index].value
        squares.entries[index].value += gradient.entries[index].value.squared()
      }
    }
    for (sum, square) in zip(sums.entries, squares.entries) {
      let error = square.value.sqrt()
      for index in 0..<sum.value.count {
        #expect(
          abs(sum.value.elements[index]) < 4.5 * error.elements[index] + 1e-12,
          "\(sum.name), element \(index)")
      }
    }
    // The controls: data of another distribution move what generates.
    let other = States.rows([7, 0], count: 3, as: Double.self)
    let statistics = DataStatistics(rowCount: 2, means: other.mean(along: 0), examples: other)
    var fresh = estimator.makeState(for: network, data: statistics, key: key)
    var gradient = network.parameters.zeros()
    estimator.estimate(
      network, at: other.rows(at: (0..<4000).map { $0 % 2 }), step: 0, state: &fresh,
      into: &gradient, on: .single)
    #expect(gradient["generative0.bias"].largestMagnitude > 0.02)
  }

  @Test func wakeSleepDoesNotDependOnTheNumberOfWorkers() {
    let network = DeepBeliefNetwork<Float>(Self.network())
    let rows = States.rows((0..<200).map { $0 % 16 }, count: 4, as: Float.self)
    let statistics = DataStatistics(rowCount: 200, means: rows.mean(along: 0), examples: rows)
    let gradients = [1, 2, 3].map { count in
      let estimator = WakeSleep<Float>(steps: 3)
      var state = estimator.makeState(for: network, data: statistics, key: RandomKey(seed: 1))
      var gradient = network.parameters.zeros()
      estimator.estimate(
        network, at: rows, step: 5, state: &state, into: &gradient, on: Workers(count: count))
      return gradient
    }
    #expect(gradients[0] == gradients[1] && gradients[0] == gradients[2])
  }

  @Test func archivesAreReadBackAndDamageIsNamed() throws {
    let network = DeepBeliefNetwork<Float>(Self.network())
    var archive = Archive()
    network.archive(into: &archive)
    #expect(try DeepBeliefNetwork<Float>(from: archive) == network)
    var damaged = archive
    damaged.tensors["recognition1.bias"] = nil
    #expect(throws: ArchiveError.missing("recognition1.bias")) {
      try DeepBeliefNetwork<Float>(from: damaged)
    }
    damaged = archive
    damaged.store(Tensor<Float>(zeros: [5, 2]), as: "generative1.weights")
    #expect(throws: ArchiveError.self) { try DeepBeliefNetwork<Float>(from: damaged) }
    damaged = archive
    damaged.store(Tensor<Float>(zeros: [2]), as: "generative7.bias")
    #expect(throws: ArchiveError.self) { try DeepBeliefNetwork<Float>(from: damaged) }
  }
}
