import Foundation
import Joule
import JouleTestSupport
import Testing

/// The folder that `Benchmarks/gradients` reads, which sets the variable.
private let folder = ProcessInfo.processInfo.environment["JOULE_GRADIENTS"]

@Suite struct NetworkExportTests {
  /// Energies of networks in Float with their gradients in rows and in parameters, for comparison with others.
  @Test(
    .enabled(if: folder != nil, "writes files for Benchmarks/gradients; it sets JOULE_GRADIENTS"),
    arguments: [
      ("mlp", "mlp:256x2", [784]), ("conv", "conv:8-16-32", [28, 28, 1]),
    ])
  func writesANetwork(_ name: String, _ architecture: String, _ input: [Int]) throws {
    let model = try NeuralEnergy<Float>(
      EnergyArchitecture(architecture), inputShape: input, using: RandomKey(seed: 1))
    let rows = Tensor<Float>(uniform: [128, 784], using: RandomKey(seed: 2))
    var archive = Archive()
    model.archive(into: &archive)
    var gradient = Tensor<Float>(zeros: rows.shape)
    archive.store(model.energy(of: rows, gradient: &gradient), as: "energy")
    archive.store(rows, as: "rows")
    archive.store(gradient, as: "gradient")
    model.gradient(at: rows).archive(into: &archive, prefix: "gradient.")
    try ModelFile.save(archive, to: try #require(folder) + "/\(name).safetensors")
  }
}
