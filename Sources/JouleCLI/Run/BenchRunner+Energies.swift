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
