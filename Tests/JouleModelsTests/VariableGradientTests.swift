import Joule
import JouleTestSupport
import Testing

/// ∂E/∂x of every model that has it, against central differences.
@Suite struct VariableGradientTests {
  private func check<Model: DifferentiableEnergy>(
    _ model: Model, at rows: Tensor<Double>, sourceLocation: SourceLocation = #_sourceLocation
  ) where Model.Scalar == Double {
    var gradient = Tensor<Double>([rows.shape[0], rows.shape[1]], repeating: .nan)
    let energies = model.energy(of: rows, gradient: &gradient)
    let alone = model.energy(of: rows)
    #expect((energies - alone).largestMagnitude < 1e-12, sourceLocation: sourceLocation)
    #expect(
      model.energyGradient(at: rows).elements == gradient.elements, sourceLocation: sourceLocation)
    let step = 1e-5
    for column in 0..<rows.shape[1] {
      func shifted(_ shift: Double) -> Tensor<Double> {
        var moved = rows
        for row in 0..<rows.shape[0] { moved[row, column] += shift }
        return model.energy(of: moved)
      }
      let expected = (shifted(step) - shifted(-step)) / (2 * step)
      for row in 0..<rows.shape[0] {
        #expect(
          abs(gradient[row, column] - expected[row]) < 1e-8, "[\(row), \(column)]",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: MachineFixtures.sizes)
  func freeEnergyOfAMachine(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    var rows = Tensor<Double>(uniform: [5, visible], using: RandomKey(seed: 4))
    rows.assignRow(1, from: States.rows([1], count: visible), row: 0)
    check(machine, at: rows)
    // Rows of 0 and 1 alone take another way through the products.
    var gradient = Tensor<Double>(zeros: [3, visible])
    let states: Tensor<Double> = States.rows([0, 1, 1 << visible - 1], count: visible)
    _ = machine.energy(of: states, gradient: &gradient)
    let means = machine.hiddenMean(given: states)
    let expected = -(means.matmul(machine.weights, transposingOther: true) + machine.visibleBias)
    #expect((gradient - expected).largestMagnitude < 1e-12)
  }

  @Test(arguments: [1, 3, 40]) func quadraticEnergy(variables: Int) {
    let precision = Tensor<Double>(normal: [variables, variables], using: RandomKey(seed: 5))
    let mean = Tensor<Double>(normal: [variables], using: RandomKey(seed: 6))
    let rows = Tensor<Double>(normal: [70, variables], using: RandomKey(seed: 7))
    check(QuadraticEnergy(precision: precision), at: rows)
    check(QuadraticEnergy(precision: precision, mean: mean), at: rows)
    check(QuadraticEnergy(precision: precision, mean: mean).tempered(0.7), at: rows)
    let centered = rows - mean
    let direct = (centered.matmul(precision) * centered).sum(along: 1) * 0.5
    let found = QuadraticEnergy(precision: precision, mean: mean).energy(of: rows)
    #expect((found - direct).largestMagnitude < 1e-10)
  }

  /// Of bits as the formula goes on between them.
  @Test func independentBits() {
    let bits = BernoulliProduct(probabilities: Tensor<Double>([0.1, 0.5, 0.9]))
    check(bits, at: Tensor<Double>(uniform: [5, 3], using: RandomKey(seed: 12)))
  }

  /// The energy written out, and its gradient also where the spread has no bound.
  @Test func hierarchicalNormal() {
    let model = HierarchicalNormal<Double>(
      means: [3, -1, 0.5], errors: [1, 2, 0.7], meanScale: 4, spreadScale: 0.5)
    let rows = Tensor<Double>(normal: [20, 5], using: RandomKey(seed: 8)) * 0.5
    check(model, at: rows)
    let (x, parameters) = (rows.row(0), model.parameters(of: rows).row(0))
    let spread = MonteCarlo.exp(x[1])
    #expect(abs(parameters[1] - spread) < 1e-12)
    #expect(abs(parameters[3] - (x[0] + spread * x[3])) < 1e-12)
    // E of the data and the priors, written out.
    var energy = x[0] * x[0] / 32 + MonteCarlo.log(1 + spread * spread / 0.25) - x[1]
    for group in 0..<3 {
      let rest = (model.means[group] - parameters[group + 2]) / model.errors[group]
      energy += (rest * rest + x[group + 2] * x[group + 2]) / 2
    }
    #expect(abs(model.energy(of: rows)[0] - energy) < 1e-10)
    // A spread without bound has an energy without bound, and a slope that says where to go.
    let far = Tensor<Double>([[0, 400, 0, 0, 0]])
    #expect(model.energyGradient(at: far)[0, 1] == 1)
  }
}
