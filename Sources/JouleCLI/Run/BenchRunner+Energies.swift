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

    var architecture: String { "mlp:" + widths.map(String.init).joined(separator: "-") }

    /// Of the products: each Langevin step goes forward and back to x. The gradient in θ takes a product for each
    /// weight: for the data beside the first step, for the chains with a way forward and back of their own, but not to x.
    var flopsAStep: Double {
      let sizes = [variables] + widths + [1]
      let layers = zip(sizes, sizes.dropFirst()).map { 2 * Double($0 * $1 * batchSize) }
      let once = layers.reduce(0, +)
      return Double(langevinSteps) * 2 * once + once + (3 * once - layers[0])
    }
  }

  func energyTraining(_ work: EnergyWork, _ workers: Workers) throws -> BenchMeasurement {
    let batches = 10
    let rows = batches * work.batchSize
    let data = Dataset(
      Tensor<Float>(normal: [rows, work.variables], using: RandomKey(seed: 12)))
    let model = try NeuralEnergy<Float>(
      EnergyArchitecture(work.architecture), inputShape: [work.variables],
      using: RandomKey(seed: 15))
    let seconds = try pass(
      ContrastiveDivergence(steps: work.langevinSteps) { (model: NeuralEnergy<Float>) in
        RowCompleting(UnadjustedLangevin(model, stepSize: 0.005), for: model)
      }, of: model, Adam(), rate: 1e-4, batchSize: work.batchSize, data, workers)
    return BenchMeasurement(
      seconds: seconds, flops: Double(batches) * work.flopsAStep, samples: rows)
  }
}

// Training steps of normalised models: maximum likelihood.
extension BenchRunner {
  func autoregressiveTraining(_ workers: Workers) throws -> BenchMeasurement {
    let (batchSize, units) = (100, 500)
    let rows = 40 * batchSize
    let data = Dataset(
      bytes: Self.bits(rows * Self.visible), rowCount: rows, columnCount: Self.visible, scale: 1)
    let model = MADE<Float>(
      visibleMeans: Tensor([Self.visible], repeating: Float(Self.density)),
      masks: [
        AutoregressiveMask(
          order: Array(0..<Self.visible), hiddenCounts: [units], using: RandomKey(seed: 16))
      ], isDirect: false, using: RandomKey(seed: 17))
    let seconds = try pass(
      MaximumLikelihood<MADE<Float>>(), of: model, Adam(), rate: 1e-3, batchSize: batchSize, data,
      workers)
    // Forward once, back twice but for what leads to the data.
    return BenchMeasurement(
      seconds: seconds, flops: 5 * 2 * Double(rows * Self.visible * units), samples: rows)
  }

  func flowTraining(_ workers: Workers) throws -> BenchMeasurement {
    let (batchSize, variables, widths, couplings) = (512, 64, [128, 128], 8)
    let rows = 40 * batchSize
    let data = Dataset(Tensor<Float>(normal: [rows, variables], using: RandomKey(seed: 18)))
    let model = Flow<Float>(
      FlowArchitecture(
        transform: .affine, couplingCount: couplings, variableCount: variables,
        hiddenCounts: widths, using: RandomKey(seed: 19)), using: RandomKey(seed: 20))
    let seconds = try pass(
      MaximumLikelihood<Flow<Float>>(), of: model, Adam(), rate: 1e-3, batchSize: batchSize, data,
      workers)
    let sizes = [variables / 2] + widths + [variables]
    let layers = zip(sizes, sizes.dropFirst()).map { 2 * Double(rows * $0 * $1) }
    return BenchMeasurement(
      seconds: seconds, flops: Double(couplings) * 3 * layers.reduce(0, +) - layers[0],
      samples: rows)
  }
}
