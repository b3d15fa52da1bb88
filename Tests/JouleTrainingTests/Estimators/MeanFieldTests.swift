import Joule
import JouleTestSupport
import Testing

/// Mean-field free energies of machines of bits, beside enumeration.
@Suite struct MeanFieldTests {
  typealias Machine = RestrictedBoltzmannMachine<Double>

  /// Couplings that are random and weak; biases that are neither weak nor symmetric.
  static func machine(_ strength: Double, seed: UInt64 = 1506) -> Machine {
    let key = RandomKey(seed: seed)
    return Machine(
      weights: Tensor(normal: [6, 5], using: key.folded("w")) * strength,
      visibleBias: Tensor(normal: [6], using: key.folded("b")) - 0.5,
      hiddenBias: Tensor(normal: [5], using: key.folded("c")) + 0.7)
  }

  /// A stationary point to rounding.
  static func stationary(_ machine: Machine, _ order: MeanFieldOrder) -> LatentRows<Double> {
    var points = machine.complete(Tensor([1, 6], repeating: 0.5))
    machine.relax(&points, order: order, iterations: 400, inertia: 0.3)
    return points
  }

  /// The root mean square over machines: the first term that is left out has either sign, and may be zero.
  static func error(_ strength: Double, _ order: MeanFieldOrder) -> Double {
    let squares = (UInt64(1)...12).map { seed in
      let machine = machine(strength, seed: seed)
      let points = stationary(machine, order)
      let exact = Fixtures.bruteForce(machine).logPartition
      let error = -machine.meanFieldFreeEnergy(of: points, order: order)[0] - exact
      return error * error
    }
    return (squares.reduce(0, +) / 12).squareRoot()
  }

  /// The first order that is left out is the k + 1st: half the couplings have an error 2^(k+1) times smaller,
  /// up to the next order's share.
  @Test(arguments: MeanFieldOrder.allCases)
  func theErrorIsOfTheOrderThatIsLeftOut(order: MeanFieldOrder) {
    let (whole, half) = (Self.error(0.08, order), Self.error(0.04, order))
    let expected = Double(1 << (order.rawValue + 1))
    #expect(half > 1e-13)
    #expect(
      whole / half > 0.8 * expected && whole / half < 1.25 * expected,
      "order \(order.rawValue): \(whole), then \(half)")
  }

  /// Every order is better than the one before it.
  @Test func higherOrdersAreCloser() {
    let errors = MeanFieldOrder.allCases.map { Self.error(0.2, $0) }
    #expect(errors[1] < errors[0] / 3 && errors[2] < errors[1] / 3, "\(errors)")
  }

  @Test(arguments: MeanFieldOrder.allCases)
  func relaxationEndsWhereTheFreeEnergyIsStationary(order: MeanFieldOrder) {
    let machine = Self.machine(0.4)
    let points = Self.stationary(machine, order)
    func value(_ points: LatentRows<Double>) -> Double {
      machine.meanFieldFreeEnergy(of: points, order: order)[0]
    }
    /// What central differences leave of h² f‴/6, f‴ of the entropy −1/m² + 1/(1 − m)², and of rounding.
    func limit(_ mean: Double) -> Double {
      1e-10 / 6 * (1 / (mean * mean) + 1 / ((1 - mean) * (1 - mean))) + 5e-9
    }
    for unit in 0..<6 {
      var (above, below) = (points, points)
      above.visible[0, unit] += 1e-5
      below.visible[0, unit] -= 1e-5
      #expect(abs(value(above) - value(below)) / 2e-5 < limit(points.visible[0, unit]))
    }
    for unit in 0..<5 {
      var (above, below) = (points, points)
      above.hiddenMean[0, unit] += 1e-5
      below.hiddenMean[0, unit] -= 1e-5
      #expect(abs(value(above) - value(below)) / 2e-5 < limit(points.hiddenMean[0, unit]))
    }
  }

  /// The estimator's gradient is the slope of data energy less the free energy at stationary points.
  @Test(arguments: MeanFieldOrder.allCases)
  func theGradientIsTheDerivativeOfTheExpandedLikelihood(order: MeanFieldOrder) {
    let machine = Self.machine(0.4)
    let rows: Tensor<Double> = States.rows([3, 17, 40, 5], count: 6)
    let statistics = DataStatistics(rowCount: 4, means: rows.mean(along: 0), examples: rows)
    let estimator = MeanFieldGradient<Machine>(
      order: order, points: 3, iterations: 300, slidingFactor: nil)
    var state = estimator.makeState(for: machine, data: statistics, key: RandomKey(seed: 1))
    var gradient = machine.parameters
    gradient.entries[0].value.fill(.nan)
    estimator.estimate(
      machine, at: rows, step: 0, state: &state, into: &gradient, on: Workers(count: 2))
    let expected = FiniteDifferences.gradient(at: machine.parameters) { parameters in
      var moved = machine
      moved.parameters = parameters
      let points = Self.stationary(moved, order)
      return moved.energy(of: rows).mean() - moved.meanFieldFreeEnergy(of: points, order: order)[0]
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-7)
  }

  /// Of a gradient that is a sum over rows, centring afterwards gives what centring the rows gives.
  @Test func centringAGradientIsCentringItsRows() {
    let machine = Self.machine(1)
    let rows: Tensor<Double> = States.rows([3, 17, 40, 5], count: 6)
    let terms = [
      GradientTerm<Machine>(machine.complete(rows.rows(0..<2)), weight: 0.5),
      GradientTerm<Machine>(machine.complete(rows.rows(2..<4)), weight: -0.5),
    ]
    let offsets = CenteringOffsets<Double>(
      visible: Tensor([0.3, 0.2, 0.9, 0.5, 0.1, 0.6]), hidden: Tensor([0.4, 0.8, 0.1, 0.3, 0.7]))
    var (plain, centered) = (machine.parameters.zeros(), machine.parameters.zeros())
    machine.accumulateGradient(of: terms, into: &plain, scalingPreviousBy: 0, on: .single)
    machine.accumulateCenteredGradient(
      of: terms, offsets: offsets, into: &centered, scalingPreviousBy: 0, on: .single)
    machine.center(&plain, offsets: offsets)
    #expect(FiniteDifferences.largestDifference(plain, centered) < 1e-14)
  }

  @Test func neitherThreadsNorInterruptionsChangeABit() throws {
    try SmallRuns.requireSameBytes(
      MeanFieldGradient<SmallRuns.Machine>(order: .third, points: 40))
  }
}
