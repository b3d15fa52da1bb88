// The code of docs/your-own-energy.md, which the tests beside it run.

// [begin: energy]
import Joule

/// A network of one hidden layer in a well: E(x) = v · swish(x W + b) + |x|⁴/50.
struct Landscape: EnergyExpression {
  let variableCount = 2
  var parameters: ParameterSet<Float>
  let workspace = Workspace<Float>()

  func energy(of x: Value<Float>, _ p: ParameterValues<Float>) -> Value<Float> {
    let hidden = x.affine(p["w"], p["b"]).swish()
    return (hidden * p["v"]).sum(along: 1) + x.squared().sum(along: 1).squared() / 50
  }
}
// [end: energy]

// [begin: start]
extension Landscape {
  /// A landscape before it has learnt anything.
  init(hidden: Int = 40, key: RandomKey) {
    parameters = ParameterSet([
      .init(
        name: "w", role: .weight, value: Tensor(normal: [2, hidden], using: key.folded("w")) * 2),
      .init(name: "b", role: .bias, value: Tensor(normal: [hidden], using: key.folded("b")) * 2),
      .init(name: "v", role: .weight, value: Tensor(zeros: [hidden])),
    ])
  }
}
// [end: start]

// [begin: data]
let moons = PlanarTarget<Float>.twoMoons()
let moonRows = moons.sample(count: 5000, using: ChainRandom(key: RandomKey(seed: 1)))
// [end: data]

// [begin: train]
/// A landscape trained on the moons by any estimator.
func landscape<Estimator: GradientEstimator>(
  by estimator: Estimator, epochs: Int = 24,
  observers: [any TrainingObserver<Estimator>] = []
) throws -> Landscape where Estimator.Model == Landscape {
  let (data, key) = (Dataset(moonRows), RandomKey(seed: 2))
  let trainer = Trainer(
    estimator: estimator, optimizer: Adam(),
    plan: TrainingPlan(
      epochs: epochs, batchSize: 128, learningRate: 0.03, schedule: .linear(to: 0.01),
      largestGradient: 10, averaging: 0.99, recovery: Recovery(), key: key.folded("training")))
  var run = trainer.start(
    Landscape(key: key.folded("start")),
    data: DataStatistics(of: data, binarization: .none, key: key.folded("statistics")))
  try trainer.train(&run, on: data, workers: Workers(count: 2), observers: observers)
  return run.trainedModel
}
// [end: train]

// [begin: methods]
/// By slopes alone: no chains, no constant.
func byScoreMatching() throws -> Landscape {
  try landscape(by: ScoreMatching())
}

/// By chains that start at the data and make six steps of Langevin dynamics.
func byContrastiveDivergence() throws -> Landscape {
  try landscape(
    by: ContrastiveDivergence(steps: 6) { model in
      RowCompleting(MetropolisAdjustedLangevin(model, stepSize: 0.02), for: model)
    }, epochs: 50)
}
// [end: methods]

// [begin: judge]
/// log Z by a sum over a grid, and the mean of log p(moon) − log p(model) over new rows: KL(moons ‖ model).
func judge(
  _ model: Landscape
) throws -> (exact: GridNormalization, divergence: MeanEstimate) {
  let grid = Grid<Float>(variableCount: 2, over: -6...6, count: 120)
  let exact = try GridNormalization(of: model, on: grid).requiringAccuracy(borderMass: 1e-4)
  let rows = moons.sample(count: 2000, using: ChainRandom(key: RandomKey(seed: 3)))
  let logModel = -(Tensor<Double>(model.energy(of: rows)) + exact.logPartition)
  return (exact, MeanEstimate(of: (moons.logDensity(of: rows) - logModel).elements))
}
// [end: judge]

// [begin: sample]
/// Where chains stand that began far and wide.
func draws(from model: Landscape, count: Int = 500, steps: Int = 500) throws -> Tensor<Float> {
  var chains = ParallelChains(
    MetropolisAdjustedLangevin(model, stepSize: 0.02),
    at: Tensor(normal: [count, 2], using: RandomKey(seed: 4)) * 2, key: RandomKey(seed: 5))
  try chains.advance(by: steps, on: Workers(count: 2))
  return chains.position
}
// [end: sample]

// [begin: picture]
/// The energy's contours, one a nat from the lowest point up, and draws from the model.
func picture(of model: Landscape, _ title: String, draws: Tensor<Float>) -> Chart {
  let grid = Grid<Float>([-3.5...3.5, -2.2...2.2], counts: [70, 44])
  let energies = model.energy(of: grid.rows(0..<grid.pointCount)).elements.map { Double($0) }
  let lowest = energies.min() ?? 0
  return Chart(
    title: title, x: Chart.Axis("x", range: -3.5...3.5), y: Chart.Axis("y", range: -2.2...2.2),
    series: [
      Chart.Series(
        name: "draws",
        points: (0..<draws.shape[0]).map { (Double(draws[$0, 0]), Double(draws[$0, 1])) },
        mark: .points),
      .contours(
        name: "energy, a line a nat", of: energies, x: grid.coordinates(along: 0),
        y: grid.coordinates(along: 1), levels: (1...6).map { lowest + Double($0) }),
    ], hasEqualUnits: true)
}
// [end: picture]
