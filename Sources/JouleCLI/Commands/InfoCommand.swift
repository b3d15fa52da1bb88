import ArgumentParser
import Foundation
import Joule

/// `joule info`.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Says what a model file holds.")

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(help: "How to report; json prints one object and nothing else.")
  var format = OutputFormat.text

  func run() throws {
    let loaded = try LoadedModel(model)
    let tensors = loaded.kind.tensors.map { Summary($0.name, $0.value) }
    let sizes = loaded.kind.sizes + [("parameters", tensors.reduce(0) { $0 + $1.count })]
    if format == .json {
      print(try encodeJSON(json(loaded, sizes, tensors), pretty: true))
    } else {
      printText(loaded, sizes, tensors)
    }
  }

  private func json(
    _ loaded: LoadedModel, _ sizes: [(name: String, count: Int)], _ tensors: [Summary]
  ) -> JSON {
    .object(
      [
        .init("metadata", loaded.metadata.json), .init("model", JSON(loaded.type.name)),
        .init("path", JSON(model)), .init("standardized", .bool(loaded.standardization != nil)),
        .init("tensors", .array(tensors.map(\.json))),
      ] + sizes.map { .init($0.name, JSON($0.count)) })
  }

  private func printText(
    _ loaded: LoadedModel, _ sizes: [(name: String, count: Int)], _ tensors: [Summary]
  ) {
    print("\(model): \(loaded.type.title)")
    print(sizes.map { "\($0.name) \(sizeText($0))" }.joined(separator: ", "))
    if let shape = loaded.metadata.imageShape {
      print("rows are images, \(shape.height) high and \(shape.width) wide")
    }
    if loaded.standardization != nil { print("columns are standardized by the model") }
    for tensor in tensors { print("  " + tensor.text) }
    if let training = loaded.metadata.trainingSummary(of: loaded.type) {
      print("trained so:")
      for (name, value) in training {
        print("  \(name.padding(toLength: 22, withPad: " ", startingAt: 0)) \(value)")
      }
    }
  }

  /// Parameters are many: their thousands stand apart.
  private func sizeText(_ size: (name: String, count: Int)) -> String {
    size.name == "parameters" ? JouleCLI.format(size.count) : String(size.count)
  }

  /// What is said of one tensor.
  private struct Summary {
    let name: String
    let shape: [Int]
    let minimum: Double
    let maximum: Double
    let mean: Double
    let deviation: Double

    init(_ name: String, _ values: Tensor<Double>) {
      self.name = name
      shape = values.shape
      minimum = values.min()
      maximum = values.max()
      let mean = values.mean()
      self.mean = mean
      deviation = (values - mean).squared().mean().squareRoot()
    }

    var count: Int { shape.reduce(1, *) }

    var json: JSON {
      .object([
        .init("name", JSON(name)), .init("shape", .array(shape.map { JSON($0) })),
        .init("minimum", JSON(minimum)), .init("maximum", JSON(maximum)),
        .init("mean", JSON(mean)), .init("standard_deviation", JSON(deviation)),
      ])
    }

    var text: String {
      "\(name.padding(toLength: max(14, name.count), withPad: " ", startingAt: 0)) \(shape): from "
        + "\(JouleCLI.format(minimum, digits: 3)) to \(JouleCLI.format(maximum, digits: 3)), mean "
        + "\(JouleCLI.format(mean, digits: 4)), standard deviation "
        + JouleCLI.format(deviation, digits: 4)
    }
  }
}
