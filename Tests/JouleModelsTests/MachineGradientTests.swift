import Joule
import JouleTestSupport
import Testing

/// Gradients against central differences.
@Suite struct MachineGradientTests {
  static let rowWeights = Tensor<Double>([0.3, -1.2, 2, 0.7, 0.05])

  @Test(arguments: [(5, 3), (2, 6)])
  func weightedGradientMatchesCentralDifferences(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    // Means inside (0, 1) as well as corners: ∂E/∂θ must hold for both.
    var rows = Tensor<Double>(uniform: [5, visible], using: RandomKey(seed: 3))
    rows.assignRow(1, from: States.rows([1], count: visible), row: 0)
    let gradient = machine.gradient(at: rows, rowWeights: Self.rowWeights)
    let expected = FiniteDifferences.gradient(at: machine.parameters) { parameters in
      var moved = machine
      moved.parameters = parameters
      return moved.energy(of: rows).dot(Self.rowWeights)
    }
    #expect(FiniteDifferences.largestDifference(gradient, expected) < 1e-8)
  }

  @Test func termsAddWithTheirWeightsAndThePreviousGradientIsScaled() {
    let machine = MachineFixtures.machine(visible: 4, hidden: 3)
    let first = States.rows([3, 9], count: 4, as: Double.self)
    let second = States.rows([1, 6, 15], count: 4, as: Double.self)
    var sum = machine.gradient(at: first)
    machine.accumulateGradient(
      of: [
        GradientTerm(machine.complete(first), weight: 0.5),
        GradientTerm(machine.complete(second), weight: -2),
      ], into: &sum, scalingPreviousBy: 3, on: Workers(count: 2))
    let (a, b) = (machine.gradient(at: first), machine.gradient(at: second))
    var expected = a.zeros()
    for index in expected.entries.indices {
      expected.entries[index].value =
        a.entries[index].value * 3.5 - b.entries[index].value * 2
    }
    #expect(FiniteDifferences.largestDifference(sum, expected) < 1e-13)
  }

  @Test func scaleZeroOverwritesWhateverWasThere() {
    let machine = MachineFixtures.machine(visible: 3, hidden: 2)
    var sum = machine.parameters
    for index in sum.entries.indices { sum.entries[index].value.fill(.nan) }
    let rows = States.rows([5], count: 3, as: Double.self)
    machine.accumulateGradient(
      of: [GradientTerm(machine.complete(rows), weight: 1)], into: &sum, scalingPreviousBy: 0,
      on: .single)
    #expect(sum == machine.gradient(at: rows))
  }

  @Test func centeredGradientFollowsTheCenteredEnergy() {
    // θ is a function of centred parameters φ = (W, b′, c′): b = b′ − Wλ, c = c′ − Wᵀμ. A step down the
    // gradient in φ, converted back, must be what the library calls the centred gradient.
    let machine = MachineFixtures.machine(visible: 4, hidden: 3)
    let data = States.rows([3, 9, 12], count: 4, as: Double.self)
    let chains = States.rows([5, 0], count: 4, as: Double.self)
    let mu = Tensor<Double>([0.2, 0.7, 0.5, 0.9])
    let lambda = Tensor<Double>([0.4, 0.1, 0.6])
    var centered = machine.parameters.zeros()
    machine.accumulateCenteredGradient(
      of: [
        GradientTerm(machine.complete(data), weight: 1 / 3.0),
        GradientTerm(machine.complete(chains), weight: -1 / 2.0),
      ], offsets: CenteringOffsets(visible: mu, hidden: lambda), into: &centered,
      scalingPreviousBy: 0, on: .single)

    func uncentered(_ phi: ParameterSet<Double>) -> ParameterSet<Double> {
      var theta = phi
      theta.entries[1].value -= phi["weights"].matmul(lambda)
      theta.entries[2].value -= phi["weights"].transposed().matmul(mu)
      return theta
    }
    func loss(_ theta: ParameterSet<Double>) -> Double {
      var moved = machine
      moved.parameters = theta
      return moved.energy(of: data).mean() - moved.energy(of: chains).mean()
    }
    var phi = machine.parameters
    phi.entries[1].value += machine.weights.matmul(lambda)
    phi.entries[2].value += machine.weights.transposed().matmul(mu)
    let gradient = FiniteDifferences.gradient(at: phi) { loss(uncentered($0)) }
    // The map from φ to θ is linear: the step in θ is the map of the step in φ.
    #expect(FiniteDifferences.largestDifference(centered, uncentered(gradient)) < 1e-8)
  }

  @Test func gradientDoesNotDependOnTheNumberOfWorkers() {
    let machine = RestrictedBoltzmannMachine<Float>(
      visibleMeans: Tensor([300], repeating: 0.3), hiddenCount: 200, using: RandomKey(seed: 2))
    let rows = Tensor<Float>(uniform: [40, 300], using: RandomKey(seed: 3))
    let one = machine.gradient(at: rows, on: .single)
    #expect(one == machine.gradient(at: rows, on: Workers(count: 2)))
    #expect(one == machine.gradient(at: rows, on: Workers(count: 4)))
  }
}
