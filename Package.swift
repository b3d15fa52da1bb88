// swift-tools-version: 6.2
import PackageDescription

// The direction of imports is the architecture: see docs/architecture.md. A target may import only
// what is listed here; CI builds with `--explicit-target-dependency-import-check error`.

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

// Everything above the algebra layer is written without an unsafe construct; the compiler checks it.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let numeric: [Target.Dependency] = ["JouleAlgebra", "JouleRandom"]
let models: [Target.Dependency] = numeric + ["JouleTensor", "JouleAutodiff", "JouleCore"]
let readme = ["README.md"]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, exclude: readme, swiftSettings: safe)
}

let package = Package(
  name: "Joule",
  products: [
    .library(name: "Joule", targets: ["Joule"]),
    .library(
      name: "JouleTensor", targets: ["JouleTensor", "JouleAutodiff", "JouleAlgebra", "JouleRandom"]),
    .executable(name: "joule", targets: ["JouleCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "CVectorKernels", exclude: readme),

    .target(
      name: "JouleAlgebra", dependencies: ["COpenBLAS", "CVectorKernels", real], exclude: readme,
      swiftSettings: strict),
    module("JouleRandom", ["JouleAlgebra", real]),
    module("JouleTensor", numeric),
    module("JouleAutodiff", ["JouleTensor"]),
    module("JouleCore", numeric + ["JouleTensor", "JouleAutodiff", real]),
    module("JouleModels", models + [real]),
    module("JouleFields", models + [real]),
    module("JouleNeural", models + [real]),
    module("JouleSampling", models + [real]),
    module("JouleTraining", models + ["JouleSampling", real]),
    module("JouleEvaluation", models + ["JouleSampling", real]),
    .target(
      name: "JouleIO", dependencies: ["CZlib", "CPNG", "JouleTensor", "JouleCore"],
      exclude: readme, swiftSettings: strict),
    module(
      "Joule",
      models + [
        "JouleModels", "JouleFields", "JouleNeural", "JouleSampling", "JouleTraining",
        "JouleEvaluation",
        "JouleIO",
      ]),
    .executableTarget(
      name: "JouleCLI",
      dependencies: [
        "Joule",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: readme, resources: [.copy("Resources/digits")], swiftSettings: strict),

    .target(
      name: "JouleTestSupport",
      dependencies: ["JouleAlgebra", "JouleRandom", "JouleTensor", "JouleCore"],
      path: "Tests/JouleTestSupport", swiftSettings: strict),
    .testTarget(
      name: "JouleAlgebraTests", dependencies: ["JouleAlgebra", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleRandomTests", dependencies: ["JouleRandom", "JouleAlgebra", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleTensorTests", dependencies: ["JouleTensor", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleAutodiffTests",
      dependencies: ["JouleAutodiff", "JouleTensor", "JouleCore", "JouleIO", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleIOTests",
      dependencies: ["JouleIO", "JouleTensor", "JouleCore", "JouleTestSupport", "CZlib"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleModelsTests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleSamplingTests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleFieldsTests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleNeuralTests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleTrainingTests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleEvaluationTests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "JouleCLITests", dependencies: ["Joule", "JouleTestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
