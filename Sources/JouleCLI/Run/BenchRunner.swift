import Foundation
import Joule

/// Runs the pieces of work of `joule bench`.
struct BenchRunner {
  var repeats: Int
  var aisSteps: Int
  var hidden: Int
  var batchSize: Int
  var seed: UInt64

  private static let rows = 20_000
  static let visible = 784
  static let density = 0.13
  private static let aisChains = 100

  func measure(_ work: BenchWork, threads: Int) throws -> BenchResult {
    BLASThreads.set(work == .gemm ? threads : 1)
    let workers = Workers(count: threads)
    let found =
      switch work {
      case .gemm: product()
      case .cd1: try training(persistent: false, steps: 1, rows: Self.rows, workers)
      case .pcd1: try training(persistent: true, steps: 1, rows: Self.rows, workers)
      case .cd50: try training(persistent: false, steps: 50, rows: Self.rows / 10, workers)
      case .ais: annealing(workers)
      case .logz: partition(workers)
      case .gibbs: try blockGibbs(workers)
      case .walk: try randomWalk(workers)
      case .hmc: try hamiltonian(workers)
      case .diagnose: diagnostics(workers)
      case .energyImages: try energyTraining(.images, workers)
      case .energyTable: try energyTraining(.table(of: 128), workers)
      case .energySmall: try energyTraining(.table(of: 8), workers)
      case .made: try autoregressiveTraining(workers)
      case .realnvp: try flowTraining(workers)
      case .nutsGaussian: try noUTurns(correlatedGaussian())
      case .nutsSchools: try noUTurns(.eightSchools)
      }
    return BenchResult(work, threads: threads, found, peakMemoryBytes: Self.peakMemory())
  }

  /// The shortest of several runs of some work, after one that warms up.
  func best(_ body: () throws -> Void) rethrows -> Double {
    try body()
    let clock = ContinuousClock()
    return try (0..<repeats).map { _ in try clock.measure(body) / .seconds(1) }.min() ?? .infinity
  }

  private func product() -> BenchMeasurement {
    let size = 2048
    let a = Tensor<Float>(normal: [size, size], using: RandomKey(seed: 1))
    let b = Tensor<Float>(normal: [size, size], using: RandomKey(seed: 2))
    var c = Tensor<Float>(zeros: [size, size])
    let seconds = best { Tensor.multiply(a, b, into: &c) }
    return BenchMeasurement(seconds: seconds, flops: 2 * pow(Double(size), 3))
  }

  var machine: RestrictedBoltzmannMachine<Float> {
    RestrictedBoltzmannMachine(
      visibleMeans: Tensor([Self.visible], repeating: Float(Self.density)), hiddenCount: hidden,
      using: RandomKey(seed: 0))
  }

  /// One pass of CD-k or PCD-k over the data, through the trainer that everyone uses.
  private func training(
    persistent: Bool, steps: Int, rows: Int, _ workers: Workers
  ) throws -> BenchMeasurement {
    let data = Dataset(
      bytes: Self.bits(rows * Self.visible), rowCount: rows, columnCount: Self.visible, scale: 1)
    typealias Kernel = BlockGibbs<RestrictedBoltzmannMachine<Float>>
    let seconds =
      persistent
      ? try pass(
        PersistentContrastiveDivergence(steps: steps, chains: batchSize) { Kernel($0) },
        of: machine, SGD(), rate: 0.05, batchSize: batchSize, data, workers)
      : try pass(
        ContrastiveDivergence(steps: steps) { Kernel($0) }, of: machine, SGD(), rate: 0.05,
        batchSize: batchSize, data, workers)
    // Two products for the update; one for the data, two for each step, the last hidden draw left out.
    let products = Double(3 + 2 * steps)
    return BenchMeasurement(
      seconds: seconds, flops: products * 2 * Double(rows * Self.visible * hidden), samples: rows)
  }

  /// Zeros and ones of the density of the workload.
  static func bits(_ count: Int) -> [UInt8] {
    var stream = RandomStream(key: RandomKey(seed: 3))
    let threshold = UInt32(density * 0x1p32)
    return (0..<count).map { _ in stream.nextWord() < threshold ? 1 : 0 }
  }

  /// The shortest pass over the data, of several after one that warms up.
  func pass<Estimator: GradientEstimator>(
    _ estimator: Estimator, of model: Estimator.Model, _ optimizer: some Optimizer, rate: Double,
    batchSize: Int, _ data: Dataset, _ workers: Workers
  ) throws -> Double where Estimator.Model.Scalar == Float {
    let trainer = Trainer(
      estimator: estimator, optimizer: optimizer,
      plan: TrainingPlan(
        epochs: repeats + 1, batchSize: batchSize, learningRate: rate, key: RandomKey(seed: 4)))
    let statistics = DataStatistics<Float>(of: data, binarization: .none, key: RandomKey(seed: 5))
    var run = trainer.start(model, data: statistics)
    let stopwatch = EpochStopwatch<Estimator>()
    try trainer.train(&run, on: data, workers: workers, observers: [stopwatch])
    return stopwatch.seconds.dropFirst().min() ?? .infinity
  }

  private func annealing(_ workers: Workers) -> BenchMeasurement {
    let sampling = AnnealedImportanceSampling(
      machine.annealingPath(fromMeans: nil), steps: aisSteps)
    var runner = self
    runner.repeats = min(repeats, 3)
    let seconds = runner.best {
      _ = try? sampling.forward(chains: Self.aisChains, key: RandomKey(seed: 6), on: workers)
    }
    return BenchMeasurement(
      seconds: seconds, flops: 4 * Double(aisSteps * Self.aisChains * Self.visible * hidden))
  }

  private func partition(_ workers: Workers) -> BenchMeasurement {
    let bits = 16
    let small = RestrictedBoltzmannMachine<Double>(
      RestrictedBoltzmannMachine<Float>(
        visibleMeans: Tensor([Self.visible], repeating: 0.13), hiddenCount: bits,
        weightScale: 0.1, using: RandomKey(seed: 7)))
    let seconds = best { _ = ExactPartition.logPartition(of: small, on: workers) }
    return BenchMeasurement(
      seconds: seconds, flops: 2 * Double((1 << bits) * bits * Self.visible))
  }

  /// The process's largest resident memory so far, in bytes.
  private static func peakMemory() -> Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  }
}

/// Notes how long each epoch took.
final class EpochStopwatch<Estimator: GradientEstimator>: TrainingObserver {
  private(set) var seconds: [Double] = []

  func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    if case .endedEpoch(_, let spent) = event { seconds.append(spent) }
    return .proceed
  }
}
