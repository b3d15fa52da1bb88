import Joule

// Training steps of neural energies: CD-k by Langevin dynamics.
extension BenchRunner {
  /// A multilayer energy on standard normal data, as many rows as a few batches hold.
  struct EnergyWork {
    let variables: Int
    let widths: [Int]
    let batchSize: Int
    let langevinSteps: Int

    static let images = EnergyWork(
      variables: 784, widths: [512, 512], batchSize: 128, langevinSteps: 20)
    static func table(of variables: Int) -> EnergyWork {
      EnergyWork(variables: variables, widths: [128, 128], batchSize: 1024, langevinSteps: 10)
    }

    /// Of the products: each Langevin step goes forward and back to x, as does the gradient in θ for the data
    /// and for the chains, without the way back to x and with a product for each weight.
    var flopsAStep: Double {
      let sizes = [variables] + widths + [1]
      let layers = zip(sizes, sizes.dropFirst()).map { 2 * Double($0 * $1 * batchSize) }
      let once = layers.reduce(0, +)
      return Double(langevinSteps) * 2 * once + 2 * (3 * once - layers[0])
    }
  }

  func energyTraining(_ work: EnergyWork, _ workers: Workers) throws -> BenchMeasurement {
    let batches = 10
    let rows = batches * work.batchSize
    let data = Dataset(
      Tensor<Float>(normal: [rows, work.variables], using: RandomKey(seed: 12)))
    let model = BenchEnergy(variables: work.variables, widths: work.widths)
    let trainer = Trainer(
      estimator: ContrastiveDivergence(steps: work.langevinSteps) { (model: BenchEnergy) in
        RowCompleting(UnadjustedLangevin(model, stepSize: 0.005), for: model)
      },
      optimizer: Adam(),
      plan: TrainingPlan(
        epochs: repeats + 1, batchSize: work.batchSize, learningRate: 1e-4,
        key: RandomKey(seed: 13)))
    var run = trainer.start(
      model, data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 14)))
    let stopwatch = EpochStopwatch<
      ContrastiveDivergence<RowCompleting<UnadjustedLangevin<BenchEnergy>, BenchEnergy>>
    >()
    try trainer.train(&run, on: data, workers: workers, observers: [stopwatch])
    let seconds = stopwatch.seconds.dropFirst().min() ?? .infinity
    return BenchMeasurement(
      seconds: seconds, flops: Double(batches) * work.flopsAStep, samples: rows)
  }
}

struct BenchEnergy: EnergyExpression {
  typealias Scalar = Float
  let variableCount: Int
  var parameters: ParameterSet<Float>
  let workspace = Workspace<Float>()
  let layers: Int

  init(variables: Int, widths: [Int]) {
    variableCount = variables
    let sizes = [variables] + widths + [1]
    layers = sizes.count - 1
    var entries: [ParameterSet<Float>.Entry] = []
    for layer in 0..<layers {
      let scale = Float(1 / Double(sizes[layer]).squareRoot())
      entries.append(
        .init(
          name: "w\(layer)", role: .weight,
          value: Tensor<Float>(
            normal: [sizes[layer], sizes[layer + 1]], using: RandomKey(seed: UInt64(layer))) * scale
        ))
      entries.append(
        .init(name: "b\(layer)", role: .bias, value: Tensor(zeros: [sizes[layer + 1]])))
    }
    parameters = ParameterSet(entries)
  }

  func energy(of x: Value<Float>, _ p: ParameterValues<Float>) -> Value<Float> {
    var h = x
    for layer in 0..<layers {
      h = h.affine(p["w\(layer)"], p["b\(layer)"])
      if layer < layers - 1 { h = h.swish() }
    }
    return h.reshaped(to: [x.shape[0]])
  }
}
