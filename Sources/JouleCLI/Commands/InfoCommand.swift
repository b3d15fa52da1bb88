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

  /// What is said of one tensor.
  struct Summary: Encodable {
    var name: String
    var shape: [Int]
    var minimum: Double
    var maximum: Double
    var mean: Double
    var deviation: Double

    enum CodingKeys: String, CodingKey {
      case name, shape, minimum, maximum, mean
      case deviation = "standard_deviation"
    }
  }

  struct Report: Encodable {
    var path: String
    var model: String
    var visible: Int
    var hidden: Int
    var parameters: Int
    var tensors: [Summary]
    var metadata: ModelMetadata
  }

  func run() throws {
    let loaded = try LoadedModel(model)
    let machine = loaded.machine
    let report = Report(
      path: model, model: RestrictedBoltzmannMachine<Float>.kind, visible: machine.variableCount,
      hidden: machine.hiddenCount, parameters: machine.parameters.scalarCount,
      tensors: machine.parameters.entries.map { Self.summary($0.name, $0.value) },
      metadata: loaded.metadata)
    if format == .json {
      print(try encodeJSON(report, pretty: true))
      return
    }
    print("\(model): a restricted Boltzmann machine of binary units")
    print("visible \(report.visible), hidden \(report.hidden), parameters ", terminator: "")
    print(JouleCLI.format(report.parameters))
    if let shape = loaded.metadata.imageShape {
      print("rows are images, \(shape.height) high and \(shape.width) wide")
    }
    for tensor in report.tensors {
      print(
        "  \(tensor.name.padding(toLength: 14, withPad: " ", startingAt: 0)) \(tensor.shape): "
          + "from \(JouleCLI.format(tensor.minimum, digits: 3)) to "
          + "\(JouleCLI.format(tensor.maximum, digits: 3)), mean "
          + "\(JouleCLI.format(tensor.mean, digits: 4)), standard deviation "
          + "\(JouleCLI.format(tensor.deviation, digits: 4))")
    }
    if let training = loaded.metadata.training {
      print("trained so:")
      for (name, value) in training.summary {
        print("  \(name.padding(toLength: 22, withPad: " ", startingAt: 0)) \(value)")
      }
    }
  }

  private static func summary(_ name: String, _ tensor: Tensor<Float>) -> Summary {
    let values = Tensor<Double>(tensor)
    let mean = values.mean()
    let squares = (values - mean).squared().mean()
    return Summary(
      name: name, shape: tensor.shape, minimum: values.min(), maximum: values.max(), mean: mean,
      deviation: squares.squareRoot())
  }
}
