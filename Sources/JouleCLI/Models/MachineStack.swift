import ArgumentParser
import Joule

/// A layer of a network as a machine has learnt it.
struct UnrolledLayer {
  /// W `[below, above]`.
  var weights: Tensor<Float>
  /// Of the units above.
  var bias: Tensor<Float>
  /// Of the units below.
  var biasBelow: Tensor<Float>
}

/// A kind of model whose hidden layers a network can begin as.
protocol UnrollableKind: ModelKind {
  /// The one next to the data first.
  var unrolledLayers: [UnrolledLayer] { get }
}

extension RBMKind: UnrollableKind {
  var unrolledLayers: [UnrolledLayer] {
    [
      UnrolledLayer(
        weights: model.weights, bias: model.hiddenBias, biasBelow: model.visibleBias)
    ]
  }
}

/// Machines in files, each over the hidden units of the one before.
enum MachineStack {
  /// The layers of all files, one after another; nil where there is no file.
  ///
  /// - Parameters:
  ///   - columns: of the data.
  ///   - hidden: the units that the layers have to have; nil for any.
  /// - Throws: where a file holds no layers, or a machine does not see as many units as those below it have.
  static func layers(
    of files: [String], columns: Int, hidden: [Int]?
  ) throws -> [UnrolledLayer]? {
    if files.isEmpty { return nil }
    var layers: [UnrolledLayer] = []
    var (count, below) = (columns, "the data")
    for path in files {
      let loaded = try LoadedModel(path)
      guard let kind = loaded.kind as? any UnrollableKind else {
        throw Failure("\(path) is no layer of a network: it is \(loaded.type.title)")
      }
      try require(
        kind.variableCount == count,
        "\(path) sees \(kind.variableCount) units, and \(below) has \(count)")
      layers += kind.unrolledLayers
      (count, below) = (layers.last?.bias.count ?? count, path)
    }
    let sizes = layers.map(\.bias.count)
    if let hidden {
      try require(
        hidden == sizes,
        "--hidden is \(LayerSizes(hidden).text), and the machines of --from have "
          + "\(LayerSizes(sizes).text): leave --hidden out")
    }
    return layers
  }
}

/// The option that names a stack of machines.
struct StackOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Trained machines that the layers begin as, the one of the data first: files, with commas between "
        + "them."))
  var from: String?

  var files: [String] { from?.split(separator: ",").map(String.init) ?? [] }

  /// The units of every layer: those of the stack, or the given ones; nil where neither is given.
  func layerSizes(columns: Int, hidden: LayerSizes?) throws -> [Int]? {
    try MachineStack.layers(of: files, columns: columns, hidden: hidden?.counts)?.map(\.bias.count)
      ?? hidden?.counts
  }
}
