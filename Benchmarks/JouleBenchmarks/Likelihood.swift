import Benchmark
import Joule

/// Annealed importance sampling and exact enumeration, of sizes that take a fraction of a second.
func registerLikelihood() {
  let slow = Benchmark.Configuration(
    metrics: [.wallClock], warmupIterations: 1, maxDuration: .seconds(6))
  for threads in [1, 2] {
    let workers = Workers(count: threads)
    Benchmark(
      "AIS 784-500, 100 chains × 100 temperatures, \(threads) threads", configuration: slow
    ) { benchmark, sampling in
      benchmark.startMeasurement()
      blackHole(try? sampling.forward(chains: 100, key: RandomKey(seed: 1), on: workers))
    } setup: {
      AnnealedImportanceSampling(
        machine(hidden: 500, of: Float.self).annealingPath(fromMeans: nil), steps: 100)
    }
    Benchmark("exact log Z 784-14, \(threads) threads", configuration: slow) { benchmark, model in
      benchmark.startMeasurement()
      blackHole(ExactPartition.logPartition(of: model, on: workers))
    } setup: {
      machine(hidden: 14, of: Double.self)
    }
  }
}

private func machine<Scalar>(
  hidden: Int, of type: Scalar.Type
) -> RestrictedBoltzmannMachine<Scalar> {
  RestrictedBoltzmannMachine(
    visibleMeans: Tensor([784], repeating: 0.13), hiddenCount: hidden, weightScale: 0.05,
    using: RandomKey(seed: 2))
}
