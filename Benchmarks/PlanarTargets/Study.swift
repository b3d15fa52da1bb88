import Foundation
import Joule

/// Training of one energy on one target by one method, and how far it ends from the truth.
struct Study {
  enum Method: String, CaseIterable {
    case exact, cd, pcd, sm, ssm, dsm, nce
  }

  let name: String
  let target: PlanarTarget<Float>
  let method: Method
  let updates: Int
  let hidden: Int
  let seed: UInt64

  /// σ of denoising.
  static let noise = 0.1
  static let batchSize = 200
  static let rowCount = 20_000
  /// Cells of 0.07: half of the narrowest noise.
  static let grid = Grid<Float>(variableCount: 2, over: -7...7, count: 200)

  typealias Langevin = MetropolisAdjustedLangevin<PlaneEnergy>
  typealias Walk = MetropolisHastings<PlaneEnergy, Symmetric<GaussianWalk<Float>>>

  /// What a method is compared with: denoising learns the target with the noise.
  var truth: PlanarTarget<Float> { method == .dsm ? target.noised(by: Self.noise) : target }

  func trained(on workers: Workers) throws -> PlaneEnergy {
    let near = { @Sendable (model: PlaneEnergy) in
      RowCompleting(Langevin(model, stepSize: 0.01), for: model)
    }
    // Chains that persist are to weigh modes, which are one to four apart: far moves beside the near ones.
    let nearAndFar = { @Sendable (model: PlaneEnergy) in
      RowCompleting(
        Cycle(Langevin(model, stepSize: 0.01), Walk(model, GaussianWalk(scale: 1.5))), for: model)
    }
    let start = PlaneEnergy(hidden: hidden, key: RandomKey(seed: seed).folded("model"))
    switch method {
    case .exact:
      let grid = Grid<Float>(variableCount: 2, over: -6...6, count: 80)
      return try trained(GridGradient(on: grid), from: start, workers)
    case .cd:
      return try trained(ContrastiveDivergence(steps: 10, kernel: near), from: start, workers)
    case .pcd:
      let estimator = PersistentContrastiveDivergence(
        steps: 10, chains: 200, groups: 4, kernel: nearAndFar)
      return try trained(estimator, from: start, workers)
    case .sm: return try trained(ScoreMatching(), from: start, workers)
    case .ssm: return try trained(SlicedScoreMatching(), from: start, workers)
    case .dsm: return try trained(DenoisingScoreMatching(noise: Self.noise), from: start, workers)
    case .nce:
      let box = UniformBox<Float>(lower: Tensor([-5, -5]), upper: Tensor([5, 5]))
      let estimator = NoiseContrastiveEstimation<SelfNormalized<PlaneEnergy>, UniformBox<Float>>(
        noise: box, ratio: 4)
      return try trained(estimator, from: SelfNormalized(start, logPartition: 3), workers).base
    }
  }

  private func trained<Estimator: GradientEstimator>(
    _ estimator: Estimator, from model: Estimator.Model, _ workers: Workers
  ) throws -> Estimator.Model where Estimator.Model.Scalar == Float {
    let key = RandomKey(seed: seed)
    let rows = target.sample(count: Self.rowCount, using: ChainRandom(key: key.folded("data")))
    let data = Dataset(rows)
    let perEpoch = Self.rowCount / Self.batchSize
    let trainer = Trainer(
      estimator: estimator, optimizer: Adam(),
      plan: TrainingPlan(
        epochs: max(1, updates / perEpoch), batchSize: Self.batchSize, learningRate: 6e-3,
        schedule: .linear(to: 0.02), largestGradient: 20, averaging: 0.995,
        recovery: Recovery(), key: key.folded("training")))
    var run = trainer.start(
      model, data: DataStatistics(of: data, binarization: .none, key: key.folded("statistics")))
    try trainer.train(&run, on: data, workers: workers)
    if run.returns > 0 { say("# \(name) \(method): returned \(run.returns) times") }
    return run.trainedModel
  }

  /// Against the truth, in nats, over draws that training has not seen.
  struct Result {
    /// Mean of log p_truth − log p_model: an estimate of KL(truth ‖ model), with its standard error.
    let divergence: MeanEstimate
    /// Mean of its magnitude.
    let distance: Double
    /// The mean of log p_truth alone.
    let truth: Double
    /// The model's probability at the emptiest landmark, over the truth's.
    let emptiest: Double
    let normalization: GridNormalization
  }

  func result(of model: PlaneEnergy, on workers: Workers) throws -> Result {
    let exact = try GridNormalization(of: model, on: Self.grid, on: workers)
      .requiringAccuracy(borderMass: 1e-4, change: 0.01)
    let random = ChainRandom(key: RandomKey(seed: seed).folded("test"))
    func differences(_ rows: Tensor<Float>) -> [Double] {
      let energies = model.energy(of: rows).elements.map { Double($0) }
      let logDensities = truth.logDensity(of: rows).elements
      return energies.indices.map { logDensities[$0] + energies[$0] + exact.logPartition }
    }
    let rows = truth.sample(count: 10_000, using: random)
    let found = differences(rows)
    return Result(
      divergence: MeanEstimate(of: found),
      distance: found.reduce(0) { $0 + abs($1) } / Double(found.count),
      truth: MeanEstimate(of: truth.logDensity(of: rows).elements).mean,
      emptiest: exp(-(differences(truth.landmarks).max() ?? .nan)), normalization: exact)
  }

  /// Draws from the model by long chains from a wide normal distribution, over contours of its density.
  func picture(of model: PlaneEnergy, _ exact: GridNormalization, on workers: Workers) throws
    -> Chart
  {
    let starts = Tensor<Float>(normal: [1000, 2], using: RandomKey(seed: 9)) * 2.5
    var chains = ParallelChains(
      MetropolisAdjustedLangevin(model, stepSize: 0.01), at: starts, key: RandomKey(seed: 10))
    try chains.advance(by: 1500, on: workers)
    let rows = chains.position
    let coordinates = Self.grid.coordinates(along: 0)
    let logDensities = exact.probabilities.map { log($0 / Self.grid.cellVolume) }
    let highest = logDensities.max() ?? 0
    let points = (0..<rows.shape[0]).map { (x: Double(rows[$0, 0]), y: Double(rows[$0, 1])) }
    let contours = Chart.Series.contours(
      name: "1, 3 and 5 nats below the peak", of: logDensities, x: coordinates, y: coordinates,
      levels: [highest - 5, highest - 3, highest - 1])
    return Chart(
      title: "\(name), \(method)", x: Chart.Axis("x₁", range: -5...5),
      y: Chart.Axis("x₂", range: -5...5),
      series: [Chart.Series(name: "draws", points: points, mark: .points), contours],
      hasEqualUnits: true)
  }
}
