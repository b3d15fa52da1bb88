import ArgumentParser
import Foundation
import Joule

/// `joule product`.
struct ProductCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "product",
    abstract: "Multiplies models: what is likely is what all of them find likely.",
    discussion: """
      The file holds the models and their weights; info, sample, evaluate and score take it like any \
      other model. Where the product is a model of its experts' own kind, the file is that model, exactly: \
      restricted Boltzmann machines with whole weights make a machine with the hidden units of all, Ising models an \
      Ising model, distributions of one family one of them. --keep keeps the experts apart instead.

      joule product digits/model.safetensors strokes/model.safetensors --output both.safetensors
      joule product a.safetensors b.safetensors --weights 1,0.5 --output both.safetensors
      """)

  @Argument(help: "The models: safetensors files, at least two.")
  var models: [String]
  @Option(
    parsing: .unconditional,
    help: "The power of each model's density: numbers with commas, one a model. (default: 1 each)")
  var weights: String?
  @Flag(help: "Keep the experts apart, also where their product is a model of their own kind.")
  var keep = false
  @Option(help: "The model file to write.")
  var output: String

  func run() throws {
    let files = try ExpertFiles(models, for: "a product")
    let weights = try files.numbers(weights, of: "--weights")
    try files.save(
      product(of: files, weights ?? [Double](repeating: 1, count: models.count)), to: output)
  }

  /// One model where models of one kind make one and nobody asks for the experts, else the experts.
  private func product(of files: ExpertFiles, _ weights: [Double]) throws -> any ModelKind {
    if !keep, let model = closedProduct(files.kinds, weights: weights) { return model }
    if let still = files.loaded.first(where: { !$0.kind.takesSteps }) {
      throw Failure(
        "\(still.path) is \(still.type.title), whose rows are counts, categories, parts of a whole or mixed: no chain "
          + "goes from one to the next by small steps. Products of distributions of one family are one of it where weights "
          + "allow it")
    }
    let weights = weights.map { Float($0) }
    switch files.values {
    case .unit: return ProductKind(try ProductModel<BitExperts>(files.kinds, weights: weights))
    case .real: return ProductKind(try ProductModel<NumberExperts>(files.kinds, weights: weights))
    }
  }
}
