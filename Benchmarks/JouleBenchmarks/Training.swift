import Benchmark
import Joule

private typealias Machine = RestrictedBoltzmannMachine<Float>

/// One update of a 784-500 machine at batch 100: estimate and optimizer, as in the trainer.
func registerTraining() {
  for threads in [1, 2] {
    Benchmark("CD-1 step, \(threads) threads") { benchmark, training in
      benchmark.startMeasurement()
      training.step()
    } setup: {
      Training(ContrastiveDivergence { BlockGibbs<Machine>($0) }, threads: threads)
    }
    Benchmark("PCD-1 step, \(threads) threads") { benchmark, training in
      benchmark.startMeasurement()
      training.step()
    } setup: {
      Training(
        PersistentContrastiveDivergence(chains: 100) { BlockGibbs<Machine>($0) }, threads: threads)
    }
    Benchmark("centred PCD-1 step, \(threads) threads") { benchmark, training in
      benchmark.startMeasurement()
      training.step()
    } setup: {
      Training(
        Centered(PersistentContrastiveDivergence(chains: 100) { BlockGibbs<Machine>($0) }),
        threads: threads)
    }
  }
}

/// A machine with a batch, and what an update carries on.
private final class Training<Estimator: GradientEstimator> where Estimator.Model == Machine {
  private let estimator: Estimator
  private let optimizer = SGD()
  private let workers: Workers
  private let batch: Tensor<Float>
  private var model: Machine
  private var gradient: ParameterSet<Float>
  private var estimatorState: Estimator.State
  private var optimizerState: OptimizerState<Float>
  private var stepCount = 0

  init(_ estimator: Estimator, threads: Int) {
    self.estimator = estimator
    workers = Workers(count: threads)
    let uniform = Tensor<Float>(uniform: [100, 784], using: RandomKey(seed: 1))
    batch = Tensor(shape: uniform.shape, elements: uniform.elements.map { $0 < 0.13 ? 1 : 0 })
    let statistics = DataStatistics(
      rowCount: 100, means: Tensor<Float>([784], repeating: 0.13), examples: batch)
    model = Machine(
      visibleMeans: statistics.means, hiddenCount: 500, using: RandomKey(seed: 2))
    gradient = model.parameters.zeros()
    estimatorState = estimator.makeState(for: model, data: statistics, key: RandomKey(seed: 3))
    optimizerState = optimizer.makeState(for: model.parameters)
  }

  func step() {
    estimator.estimate(
      model, at: batch, step: stepCount, state: &estimatorState, into: &gradient, on: workers)
    optimizer.update(
      &model.parameters, gradient: gradient, state: &optimizerState, rate: 0.05,
      regularizer: Regularizer(l2: 1e-4), on: workers)
    stepCount += 1
  }
}
