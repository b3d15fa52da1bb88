import Foundation
import JouleAutodiff
import JouleCore
import JouleIO
import JouleTensor
import Testing

/// The folder that `Benchmarks/gradients` reads, which sets the variable.
private let folder = ProcessInfo.processInfo.environment["JOULE_GRADIENTS"]

@Suite struct OperationExportTests {
  /// Every operation of the table with its inputs, result and derivatives, for comparison with others.
  @Test(
    .enabled(if: folder != nil, "writes files for Benchmarks/gradients; it sets JOULE_GRADIENTS"))
  func writesTheTable() throws {
    var archive = Archive()
    for operation in operationTable {
      let tape = Tape<Double>()
      let value = operation.function(operation.inputs.map { tape.value($0) }).tensor
      func store(_ tensors: [Tensor<Double>], _ name: String) {
        for (number, tensor) in tensors.enumerated() {
          archive.store(tensor, as: "\(operation.name)|\(name)\(number)")
        }
      }
      store(operation.inputs, "input")
      store([value], "value")
      store([operation.weights(of: value.shape)], "weights")
      store(operation.gradients(at: operation.inputs), "gradient")
      store(operation.direction, "direction")
      store(operation.hessianProducts(along: operation.direction), "second")
    }
    try ModelFile.save(archive, to: try #require(folder) + "/operations.safetensors")
  }
}
