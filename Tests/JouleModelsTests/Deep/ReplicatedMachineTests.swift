import Joule
import JouleTestSupport
import Testing

/// Machines whose layers come in copies.
@Suite struct ReplicatedMachineTests {
  static let copies = [(1, 1), (2, 1), (1, 2), (3, 2)]

  static func machine(_ visible: Int, _ hidden: Int) -> ReplicatedMachine<Double> {
    ReplicatedMachine(
      MachineFixtures.machine(visible: 4, hidden: 3), visibleCopies: visible, hiddenCopies: hidden)
  }

  @Test(arguments: copies)
  func isTheMachineOfBinomialUnits(visible: Int, hidden: Int) {
    let replicated = Self.machine(visible, hidden)
    let base = replicated.base
    let binomial = BoltzmannMachine(
      layers: [(4, visible), (3, hidden)].map {
        UnitLayer(CountUnits($0.0, largest: $0.1, weights: .binomial))
      }, weights: [base.weights], units: [[[base.visibleBias]], [[base.hiddenBias]]])
    let (k, l) = (Double(visible), Double(hidden))
    var stream = RandomStream(key: RandomKey(seed: 5))
    let rows = Tensor<Double>(
      shape: [6, 4], elements: (0..<24).map { _ in Double(stream.integer(below: visible + 1)) / k })
    // The binomial coefficients of the visible counts are no part of an energy of means.
    let constants = Tensor(
      (0..<6).map { row in
        (0..<4).reduce(0.0) { sum, column in
          sum + Self.logChoose(visible, Int((rows.elements[row * 4 + column] * k).rounded()))
        }
      })
    let difference = replicated.energy(of: rows) - constants - binomial.energy(of: rows * k)
    #expect(difference.largestMagnitude < 1e-13)
    let means = replicated.hiddenMean(given: rows) * l - binomial.hiddenMean(given: rows * k)
    #expect(means.largestMagnitude < 1e-14)
  }

  private static func logChoose(_ n: Int, _ k: Int) -> Double {
    // n is 3 at most here: the coefficients are 1, 2 and 3.
    let ways = k == 0 || k == n ? 1 : n
    return BinomialLogarithms.values[ways] ?? .nan
  }

  private enum BinomialLogarithms {
    static let values = [1: 0.0, 2: 0.693_147_180_559_945_3, 3: 1.098_612_288_668_109_7]
  }

  @Test(arguments: copies)
  func gradientMatchesCentralDifferences(visible: Int, hidden: Int) {
    let machine = Self.machine(visible, hidden)
    let rows = Tensor<Double>(uniform: [3, 4], using: RandomKey(seed: 3))
    let weights = Tensor<Double>([0.3, -1.2, 2])
    var gradient = machine.parameters
    machine.accumulateGradient(
      of: [GradientTerm(machine.complete(rows), weight: 1, rowWeights: weights)], into: &gradient,
      scalingPreviousBy: 2, on: .single)
    let slopes = FiniteDifferences.gradient(at: machine.parameters) { parameters in
      var moved = machine
      moved.parameters = parameters
      return moved.energy(of: rows).dot(weights)
    }
    var expected = slopes
    for index in expected.entries.indices {
      expected.entries[index].value += machine.parameters.entries[index].value * 2
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test(arguments: copies)
  func centeredGradientFollowsTheCenteredEnergy(visible: Int, hidden: Int) {
    // −k l (v̄ − μ)ᵀW(h̄ − λ) − k b′ᵀv̄ − l c′ᵀh̄ is the energy at b = b′ − l Wλ and c = c′ − k Wᵀμ.
    let machine = Self.machine(visible, hidden)
    let (data, chains) = (
      States.rows([3, 9, 12], count: 4, as: Double.self),
      States.rows([5, 0], count: 4, as: Double.self)
    )
    let mu = Tensor<Double>([0.2, 0.7, 0.5, 0.9])
    let lambda = Tensor<Double>([0.4, 0.1, 0.6])
    var centered = machine.parameters.zeros()
    machine.accumulateCenteredGradient(
      of: [
        GradientTerm(machine.complete(data), weight: 1 / 3.0),
        GradientTerm(machine.complete(chains), weight: -1 / 2.0),
      ], offsets: CenteringOffsets(visible: mu, hidden: lambda), into: &centered,
      scalingPreviousBy: 0, on: .single)
    func moved(_ phi: ParameterSet<Double>, by sign: Double) -> ParameterSet<Double> {
      var theta = phi
      theta.entries[1].value += phi["weights"].matmul(lambda) * (sign * Double(hidden))
      theta.entries[2].value += mu.matmul(phi["weights"]) * (sign * Double(visible))
      return theta
    }
    let gradient = FiniteDifferences.gradient(at: moved(machine.parameters, by: 1)) { phi in
      var other = machine
      other.parameters = moved(phi, by: -1)
      return other.energy(of: data).mean() - other.energy(of: chains).mean()
    }
    #expect(FiniteDifferences.largestDifference(centered, moved(gradient, by: -1)) < 1e-8)
  }

  @Test func gibbsSamplingKeepsTheDistributionOfTheCopies() {
    // Two copies of two visible units and one of two hidden: 16 states, the copies told apart.
    let base = MachineFixtures.machine(visible: 2, hidden: 2)
    let machine = ReplicatedMachine(base, visibleCopies: 2)
    let states: Tensor<Double> = States.all(of: 4)
    let means = (states.columns(0..<2) + states.columns(2..<4)) * 0.5
    let weights = (-machine.energy(of: means)).exp()
    let exact = weights * (1 / weights.sum())
    let count = 40_000
    let key = RandomKey(seed: 11)
    let table = AliasTable(weights: exact.elements)
    var stream = RandomStream(key: key.folded("starts"))
    let start = means.rows(at: (0..<count).map { _ in stream.categorical(table) })
    var chains = BlockGibbs(machine).makeState(at: start)
    BlockGibbs(machine).step(&chains, using: ChainRandom(key: key.folded("step")))
    let moved = BlockGibbs(machine).position(of: chains)
    // By the mean of both copies: three values a unit.
    for value in 0..<9 {
      let wanted = [Double(value % 3) / 2, Double(value / 3) / 2]
      func matches(_ rows: Tensor<Double>, _ row: Int) -> Bool {
        rows[row, 0] == wanted[0] && rows[row, 1] == wanted[1]
      }
      let p = (0..<16).reduce(0.0) { $0 + (matches(means, $1) ? exact[$1] : 0) }
      let share = Double((0..<count).count { matches(moved, $0) }) / Double(count)
      let error = (p * (1 - p) / Double(count)).squareRoot()
      #expect(abs(share - p) < 4.5 * error, "state \(value): \(share) beside \(p)")
    }
    // The control: with one copy of each visible unit the same chains leave it.
    let other = ReplicatedMachine(base)
    var wrong = BlockGibbs(other).makeState(at: start)
    BlockGibbs(other).step(&wrong, using: ChainRandom(key: key.folded("step")))
    #expect(!BlockGibbs(other).position(of: wrong).elements.contains(0.5))
    #expect(moved.elements.contains(0.5))
  }
}
