// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library never fetch the benchmark harness.
let package = Package(
  name: "JouleBenchmarks",
  dependencies: [
    .package(name: "Joule", path: ".."),
    // No traits: the malloc counters need a system-wide interposer, and say nothing of array code.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    // The harness finds targets whose folder stands in a folder named Benchmarks.
    .executableTarget(
      name: "JouleBenchmarks",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Joule", package: "Joule"),
        .product(name: "JouleTensor", package: "Joule"),
      ],
      path: "JouleBenchmarks",
      swiftSettings: [.treatAllWarnings(as: .error)],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "PlanarTargets", dependencies: [.product(name: "Joule", package: "Joule")],
      path: "PlanarTargets", swiftSettings: [.treatAllWarnings(as: .error)]),
  ],
  swiftLanguageModes: [.v6]
)
