import ArgumentParser
import Foundation
import Joule

/// `joule features`.
struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Writes the means of a model's hidden units, given rows of data.",
    discussion: """
      Features for other tools: an array of a row for every row of data and a column for every hidden \
      unit, of the layer next to the data or of the one that --layer names.

      joule features run/model.safetensors --data train-images-idx3-ubyte.gz --output features.npy
      """)

  @Argument(help: "The model: a safetensors file.")
  var model: String
  @Option(help: "The rows.")
  var data: String
  @Option(parsing: .unconditional, help: "The hidden layer: 1 is next to the data.")
  var layer = 1
  @Option(help: "How values in [0, 1] become 0 and 1.")
  var binarize = Binarization.none
  @Option(help: "An NPY or CSV file.")
  var output: String
  @Option(help: "What every random number descends from.")
  var seed: UInt64 = 0
  @OptionGroup
  var threads: ThreadOptions

  func run() throws {
    try TableFile.requireName(output)
    let workers = try threads.workers()
    BLASThreads.set(1)
    let loaded = try LoadedModel(model)
    guard let kind = loaded.kind as? any FeatureKind else {
      throw Failure("\(model) has no hidden units: it is \(loaded.type.title)")
    }
    let layers = kind.hiddenLayers
    try require(
      layers.indices.contains(layer - 1),
      "--layer must be from 1 to \(layers.count), the hidden layers of \(model), got \(layer)")
    let rows = try loaded.rows(of: try DataFile.load(data), binarization: binarize)
    let features = Self.features(
      kind, of: rows, layer: layer - 1, key: RandomKey(seed: seed).folded("features"), on: workers)
    if let place = features.firstNonFinite {
      throw Failure(
        "the features of row \(place / features.shape[1] + 1) of \(data) are not finite")
    }
    try TableFile.write(features, columns: nil, to: output)
    print("\(output): \(format(features.shape[0])) rows of \(features.shape[1])")
  }

  private static func features(
    _ kind: some FeatureKind, of rows: ModelRows, layer: Int, key: RandomKey, on workers: Workers
  ) -> Tensor<Float> {
    let count = rows.dataset.rowCount
    var pieces = stride(from: 0, to: count, by: rowsPerPiece).map {
      (range: $0..<min($0 + rowsPerPiece, count), features: Tensor<Float>(zeros: [0]))
    }
    workers.mutateEach(&pieces) { _, piece in
      let batch: Tensor<Float> = rows.dataset.batch(
        piece.range, binarization: rows.binarization,
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound))
      piece.features = kind.features(of: batch, layer: layer)
    }
    return Tensor(concatenating: pieces.map(\.features), along: 0)
  }

  private static let rowsPerPiece = 500
}
