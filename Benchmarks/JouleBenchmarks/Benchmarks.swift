import Benchmark
import Joule

// Throughput is what matters; the spread of the wall clock tells how far to trust it.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], warmupIterations: 3, maxDuration: .seconds(2))
  // Threads are Joule's own: the library's BLAS calls run on the thread that makes them.
  BLASThreads.set(1)
  registerProducts()
  registerVectorKernels()
  registerTraining()
  registerLikelihood()
}
