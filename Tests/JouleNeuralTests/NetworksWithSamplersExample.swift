import Joule

// The code of docs/networks-with-samplers.md, which NetworksWithSamplersTests runs and compares.

// [begin: made]
/// A masked autoencoder of bits, trained by the exact gradient of its likelihood.
func trainedMADE(
  on data: Dataset, hidden: [Int], epochs: Int, key: RandomKey
) throws -> MADE<Float> {
  let statistics = DataStatistics<Float>(
    of: data, binarization: .none, key: key.folded("statistics"))
  let mask = AutoregressiveMask(
    order: Array(0..<data.columnCount), hiddenCounts: hidden, using: key.folded("mask"))
  let trainer = Trainer(
    estimator: MaximumLikelihood<MADE<Float>>(), optimizer: Adam(),
    plan: TrainingPlan(
      epochs: epochs, batchSize: 16, learningRate: 0.02, schedule: .linear(to: 0),
      key: key.folded("training")))
  var run = trainer.start(
    MADE(visibleMeans: statistics.smoothedMeans, masks: [mask], using: key.folded("machine")),
    data: statistics)
  try trainer.train(&run, on: data)
  return run.model
}
// [end: made]

// [begin: flow]
/// A flow of spline couplings, trained by the exact gradient of its likelihood.
func trainedFlow(on data: Dataset, epochs: Int, key: RandomKey) throws -> Flow<Float> {
  let architecture = FlowArchitecture(
    transform: .spline(bins: 8, bound: 4), couplingCount: 4, variableCount: data.columnCount,
    hiddenCounts: [32, 32], using: key.folded("variables"))
  let trainer = Trainer(
    estimator: MaximumLikelihood<Flow<Float>>(), optimizer: Adam(),
    plan: TrainingPlan(
      epochs: epochs, batchSize: 200, learningRate: 0.004, schedule: .linear(to: 0),
      key: key.folded("training")))
  var run = trainer.start(
    Flow(architecture, using: key.folded("machine")),
    data: DataStatistics(of: data, binarization: .none, key: key.folded("statistics")))
  try trainer.train(&run, on: data)
  return run.model
}
// [end: flow]

// [begin: round trip]
/// Where data lie for the base, how much room they lose on the way, and the way back.
func roundTrip(_ flow: Flow<Float>, _ rows: Tensor<Float>) -> (
  logDensity: Tensor<Double>, distance: Float
) {
  let (z, logDeterminant) = flow.transformed(rows)
  let normal = z.squared().sum(along: 1) * -0.5 - Float(flow.variableCount) * 0.918938533
  let distance = (flow.inverse(z) - rows).largestMagnitude
  return (Tensor<Double>(normal + logDeterminant), distance)
}
// [end: round trip]

// [begin: ebgan]
/// An autoencoder as an energy, and a generator that learns to draw rows that it reconstructs.
func trainedEBGAN(on data: Dataset, epochs: Int, key: RandomKey) throws -> EBGAN<Float> {
  let architecture = EBGANArchitecture(
    variableCount: data.columnCount, hiddenCounts: [64, 64], codeCount: 2, latentCount: 2,
    generatorCounts: [64, 64])
  let trainer = Trainer(
    estimator: AdversarialContrast<EBGAN<Float>>(margin: 0.3, pullingAway: 0.2),
    optimizer: Adam(beta1: 0.5),
    plan: TrainingPlan(
      epochs: epochs, batchSize: 200, learningRate: 0.002, schedule: .linear(to: 0.05),
      key: key.folded("training")))
  var run = trainer.start(
    EBGAN(architecture, using: key.folded("machine")),
    data: DataStatistics(of: data, binarization: .none, key: key.folded("statistics")))
  try trainer.train(&run, on: data)
  return run.model
}
// [end: ebgan]
