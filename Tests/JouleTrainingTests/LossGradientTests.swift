import Joule
import JouleTestSupport
import Testing

/// Conditional energies trained by losses: gradients against differences of the mean loss, and an exact case.
@Suite struct LossGradientTests {
  /// E(x, y) = (a x + b − y)² + c xy², smooth and nonnegative for c ≥ 0 and x ≥ 0.
  struct Curve: EnergyExpression {
    typealias Scalar = Double
    let variableCount = 2
    var parameters = ParameterSet<Double>([
      .init(name: "line", role: .weight, value: Tensor([[0.8], [-1]])),
      .init(name: "offset", role: .bias, value: Tensor([0.3])),
      .init(name: "stiffness", role: .weight, value: Tensor([[0.2], [0.1]])),
    ])
    let workspace = Workspace<Double>()

    func energy(of rows: Value<Double>, _ p: ParameterValues<Double>) -> Value<Double> {
      let miss = rows.affine(p["line"], p["offset"]).squared()
      return (miss + rows.squared().matmul(p["stiffness"])).reshaped(to: [rows.shape[0]])
    }
  }

  static func gradient<Model: ParametricEnergy>(
    _ estimator: LossGradient<Model>, _ model: Model, _ rows: Tensor<Model.Scalar>
  ) -> ParameterSet<Model.Scalar> {
    var state = estimator.makeState(
      for: model, data: DataStatistics(rowCount: 1, means: rows.row(0), examples: rows),
      key: RandomKey(seed: 0))
    var gradient = model.parameters.zeros()
    for index in gradient.entries.indices { gradient.entries[index].value.fill(.nan) }
    estimator.estimate(model, at: rows, step: 0, state: &state, into: &gradient, on: .single)
    return gradient
  }

  @Test(arguments: EnergyLoss.table) func theGradientIsThatOfTheMeanLoss(_ loss: EnergyLoss) throws
  {
    let inputs = Tensor<Double>(uniform: [70, 1], using: RandomKey(seed: 531))
    let answers = Answers<Double>.among(Tensor([[-0.4], [0.1], [0.9], [1.7]]))
    let rows = try answers.rows(inputs, labels: (0..<70).map { $0 * 7 % 4 })
    let box = UniformBox<Double>(lower: Tensor([-2]), upper: Tensor([2]))
    for set in [answers, .drawn(5, from: box, tolerance: 0.2)] {
      let estimator = LossGradient<Curve>(loss, over: set)
      let model = Curve()
      let found = Self.gradient(estimator, model, rows)
      let random = ChainRandom(key: RandomKey(seed: 0))
      let expected = FiniteDifferences.gradient(at: model.parameters, step: 1e-6) {
        var moved = model
        moved.parameters = $0
        return estimator.meanLoss(of: moved, at: rows, using: random)
      }
      #expect(FiniteDifferences.largestDifference(found, expected) < 1e-7, "\(loss.name)")
    }
  }

  /// A machine with one-hot classes among its visible units: the gradient of log p(y | x) from sums over the joint
  /// table.
  @Test func aMachineClassifies() throws {
    let machine = Fixtures.machine
    let rows: Tensor<Double> = Tensor([[0, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 0]])
    let answers = Answers<Double>.classes(2)
    let estimator = LossGradient<RestrictedBoltzmannMachine<Double>>(
      .negativeLogLikelihood(), over: answers)
    let brute = Fixtures.bruteForce(machine)
    let joint = brute.visibleProbabilities
    let expected = (0..<3).reduce(0.0) { sum, row in
      let input = Int(rows[row, 0]) + 2 * Int(rows[row, 1])
      let own = input + 4 * Int(rows[row, 2]) + 8 * Int(rows[row, 3])
      return sum - MonteCarlo.log(joint[own] / (joint[input + 4] + joint[input + 8])) / 3
    }
    #expect(abs(estimator.meanLoss(of: machine, at: rows) - expected) < 1e-12)
    let found = Self.gradient(estimator, machine, rows)
    let differences = FiniteDifferences.gradient(at: machine.parameters) {
      var moved = machine
      moved.parameters = $0
      return estimator.meanLoss(of: moved, at: rows)
    }
    #expect(FiniteDifferences.largestDifference(found, differences) < 1e-8)
    let decisions = machine.decisions(
      for: rows.columns(0..<2), among: Tensor<Double>.identity(2))
    for (row, decision) in decisions.enumerated() {
      let input = Int(rows[row, 0]) + 2 * Int(rows[row, 1])
      #expect(decision == (joint[input + 4] > joint[input + 8] ? 0 : 1))
    }
  }

  /// Answers beyond the tolerance alone are pushed up.
  @Test func answersNearTheCorrectOneAreNotOffending() {
    let box = UniformBox<Double>(lower: Tensor([-1]), upper: Tensor([1]))
    let rows = Tensor<Double>(uniform: [40, 2], using: RandomKey(seed: 532))
    func loss(_ tolerance: Double) -> Double {
      LossGradient<Curve>(.hinge(margin: 1), over: .drawn(20, from: box, tolerance: tolerance))
        .meanLoss(of: Curve(), at: rows)
    }
    #expect(loss(3) == 0)
    #expect(loss(0.5) > 0 && loss(0) >= loss(0.5))
  }
}
