import Foundation
import Joule

/// Runs the pieces of work of `joule bench`.
struct BenchRunner {
  var repeats: Int
  var aisSteps: Int
  var hidden: Int
  var batchSize: Int

  private static let rows = 20_000
  private static let visible = 784
  private static let aisChains = 100

  func measure(_ work: BenchWork, threads: Int) -> BenchResult {
    BLASThreads.set(work == .gemm ? threads : 1)
    let workers = Workers(count: threads)
    let (seconds, flops) =
      switch work {
      case .gemm: product()
      case .cd1: training(persistent: false, workers)
      case .pcd1: training(persistent: true, workers)
      case .ais: annealing(workers)
      case .logz: partition(workers)
      }
    let trains = work == .cd1 || work == .pcd1
    return BenchResult(
      work: work, threads: threads, seconds: seconds,
      samplesPerSecond: trains ? Double(Self.rows) / seconds : nil, gflops: flops / seconds / 1e9,
      peakMemoryBytes: Self.peakMemory())
  }

  /// The shortest of several runs of some work, after one that warms up.
  private func best(_ body: () -> Void) -> Double {
    body()
    let clock = ContinuousClock()
    return (0..<repeats).map { _ in clock.measure(body) / .seconds(1) }.min() ?? .infinity
  }

  private func product() -> (Double, Double) {
    let size = 2048
    let a = Tensor<Float>(normal: [size, size], using: RandomKey(seed: 1))
    let b = Tensor<Float>(normal: [size, size], using: RandomKey(seed: 2))
    var c = Tensor<Float>(zeros: [size, size])
    let seconds = best { Tensor.multiply(a, b, into: &c) }
    return (seconds, 2 * pow(Double(size), 3))
  }

  private var machine: RestrictedBoltzmannMachine<Float> {
    RestrictedBoltzmannMachine(
      visibleMeans: Tensor([Self.visible], repeating: 0.13), hiddenCount: hidden,
      using: RandomKey(seed: 0))
  }

  /// One pass over the data through the trainer that everyone uses.
  private func training(persistent: Bool, _ workers: Workers) -> (Double, Double) {
    var stream = RandomStream(key: RandomKey(seed: 3))
    let threshold = UInt32(0.13 * 0x1p32)
    let data = Dataset(
      bytes: (0..<Self.rows * Self.visible).map { _ in stream.nextWord() < threshold ? 1 : 0 },
      rowCount: Self.rows, columnCount: Self.visible, scale: 1)
    typealias Kernel = BlockGibbs<RestrictedBoltzmannMachine<Float>>
    let seconds =
      persistent
      ? pass(
        PersistentContrastiveDivergence(chains: batchSize) { Kernel($0) }, data, workers)
      : pass(ContrastiveDivergence { Kernel($0) }, data, workers)
    return (seconds, 5 * 2 * Double(Self.rows * Self.visible * hidden))
  }

  private func pass<Estimator: GradientEstimator>(
    _ estimator: Estimator, _ data: Dataset, _ workers: Workers
  ) -> Double where Estimator.Model == RestrictedBoltzmannMachine<Float> {
    let trainer = Trainer(
      estimator: estimator, optimizer: SGD(),
      plan: TrainingPlan(
        epochs: repeats + 1, batchSize: batchSize, learningRate: 0.05, key: RandomKey(seed: 4)))
    let statistics = DataStatistics<Float>(of: data, binarization: .none, key: RandomKey(seed: 5))
    var run = trainer.start(machine, data: statistics)
    let stopwatch = EpochStopwatch<Estimator>()
    do {
      try trainer.train(&run, on: data, workers: workers, observers: [stopwatch])
    } catch {
      return .infinity
    }
    return stopwatch.seconds.dropFirst().min() ?? .infinity
  }

  private func annealing(_ workers: Workers) -> (Double, Double) {
    let sampling = AnnealedImportanceSampling(
      machine.annealingPath(fromMeans: nil), steps: aisSteps)
    var runner = self
    runner.repeats = min(repeats, 3)
    let seconds = runner.best {
      _ = try? sampling.forward(chains: Self.aisChains, key: RandomKey(seed: 6), on: workers)
    }
    return (seconds, 4 * Double(aisSteps * Self.aisChains * Self.visible * hidden))
  }

  private func partition(_ workers: Workers) -> (Double, Double) {
    let bits = 16
    let small = RestrictedBoltzmannMachine<Double>(
      RestrictedBoltzmannMachine<Float>(
        visibleMeans: Tensor([Self.visible], repeating: 0.13), hiddenCount: bits,
        weightScale: 0.1, using: RandomKey(seed: 7)))
    let seconds = best { _ = ExactPartition.logPartition(of: small, on: workers) }
    return (seconds, 2 * Double((1 << bits) * bits * Self.visible))
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
