import Joule
import JouleTestSupport
import Testing

/// A user's energy: a smooth network of one hidden layer, with a well to hold it together.
private struct SmallNetwork<Scalar: TensorScalar>: EnergyExpression {
  let variableCount = 3
  var parameters: ParameterSet<Scalar>
  let workspace = Workspace<Scalar>()

  init(seed: UInt64) {
    let key = RandomKey(seed: seed)
    parameters = ParameterSet([
      .init(name: "w", role: .weight, value: Tensor(normal: [3, 5], using: key.folded("w"))),
      .init(name: "b", role: .bias, value: Tensor(normal: [5], using: key.folded("b"))),
      .init(name: "v", role: .weight, value: Tensor(normal: [5, 1], using: key.folded("v"))),
    ])
  }

  func energy(of x: Value<Scalar>, _ p: ParameterValues<Scalar>) -> Value<Scalar> {
    let hidden = x.affine(p["w"], p["b"]).swish()
    return hidden.matmul(p["v"]).reshaped(to: [x.shape[0]]) + x.squared().sum(along: 1) * 0.5
  }
}

@Suite struct EnergyExpressionTests {
  private let model = SmallNetwork<Double>(seed: 1)
  let rows = Tensor<Double>(normal: [70, 3], using: RandomKey(seed: 2))

  @Test func gradientInRowsIsTheSlopeOfTheEnergy() {
    var gradient = Tensor<Double>(zeros: rows.shape)
    let energy = model.energy(of: rows, gradient: &gradient)
    #expect(energy == model.energy(of: rows))
    let h = 1e-5
    for variable in 0..<3 {
      var step = Tensor<Double>(zeros: [3])
      step[variable] = h
      let slope = (model.energy(of: rows + step) - model.energy(of: rows - step)) / (2 * h)
      for row in 0..<70 { #expect(abs(slope[row] - gradient[row, variable]) < 1e-8) }
    }
  }

  @Test func gradientInParametersIsTheSlopeOfTheWeightedEnergy() {
    let weights = Tensor<Double>(uniform: [70], using: RandomKey(seed: 3))
    let gradient = model.gradient(at: rows, rowWeights: weights)
    let h = 1e-5
    for (number, entry) in model.parameters.entries.enumerated() {
      for place in 0..<entry.value.count {
        func total(_ shift: Double) -> Double {
          var moved = model
          var value = entry.value.elements
          value[place] += shift
          moved.parameters.entries[number].value = Tensor(shape: entry.value.shape, elements: value)
          return (moved.energy(of: rows) * weights).sum()
        }
        let slope = (total(h) - total(-h)) / (2 * h)
        #expect(abs(slope - gradient.entries[number].value.elements[place]) < 1e-7)
      }
    }
  }

  @Test func sumsOfTermsDoNotDependOnTheThreads() {
    let terms = [
      GradientTerm<SmallNetwork<Double>>(rows.rows(0..<40), weight: 1 / 40),
      GradientTerm<SmallNetwork<Double>>(rows.rows(40..<70), weight: -1 / 30),
    ]
    var results: [ParameterSet<Double>] = []
    for count in [1, 2, 3] {
      var gradient = model.parameters
      model.accumulateGradient(
        of: terms, into: &gradient, scalingPreviousBy: 0.5, on: Workers(count: count))
      results.append(gradient)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test func trainsAndSamplesWithWhatIsThereForEveryEnergy() throws {
    // Persistent chains of Langevin dynamics lower the energy of data around (1, 1, 1).
    let data = Tensor<Float>(normal: [400, 3], using: RandomKey(seed: 4)) * 0.3 + 1
    let set = Dataset(data)
    let start = SmallNetwork<Float>(seed: 5)
    let trainer = Trainer(
      estimator: PersistentContrastiveDivergence(steps: 5, chains: 64) {
        (model: SmallNetwork<Float>) in
        RowCompleting(UnadjustedLangevin(model, stepSize: 0.01), for: model)
      },
      optimizer: Adam(),
      plan: TrainingPlan(epochs: 30, batchSize: 50, learningRate: 0.01, key: RandomKey(seed: 6)))
    var run = trainer.start(
      start,
      data: DataStatistics(of: set, binarization: .none, key: RandomKey(seed: 7)))
    #expect(try trainer.train(&run, on: set))
    func preference(_ model: SmallNetwork<Float>) -> Float {
      (model.energy(of: data) - model.energy(of: data - 2)).mean()
    }
    #expect(preference(run.model) < preference(start) - 1)
  }
}
