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
    try require(models.count > 1, "a product takes at least two models, got \(models.count)")
    let weights = try parsedWeights()
    let loaded = try models.map { try LoadedModel($0) }
    let values = loaded[0].type.values
    for other in loaded.dropFirst() {
      try require(
        other.kind.variableCount == loaded[0].kind.variableCount,
        "\(other.path) has \(other.kind.variableCount) variables and \(loaded[0].path) has "
          + "\(loaded[0].kind.variableCount): experts judge the same variables")
      try require(
        other.type.values == values,
        "\(other.path) is \(other.type.title), \(loaded[0].path) is \(loaded[0].type.title): experts "
          + "judge the same variables, bits or numbers")
      try require(
        other.standardization == loaded[0].standardization,
        "\(other.path) and \(loaded[0].path) standardize columns differently: a product needs them in "
          + "the same units")
    }
    let made = try product(loaded, weights, values)
    try made.save(
      to: output, standardization: loaded[0].standardization,
      imageShape: loaded.lazy.compactMap(\.metadata.imageShape).first)
    print("\(output): \(type(of: made).title)")
  }

  private func parsedWeights() throws -> [Float] {
    guard let weights else { return [Float](repeating: 1, count: models.count) }
    let words = weights.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Float($0.trimmingCharacters(in: .whitespaces)) }
    try require(
      numbers.count == words.count && numbers.allSatisfy(\.isFinite),
      "--weights are numbers with commas between them, got '\(weights)'")
    try require(
      numbers.count == models.count,
      "--weights has \(numbers.count) numbers for \(models.count) models: each has one")
    return numbers
  }

  /// One model where models of one kind make one and nobody asks for the experts, else the experts.
  private func product(
    _ loaded: [LoadedModel], _ weights: [Float], _ values: VariableValues
  ) throws -> any ModelKind {
    let kinds = loaded.map(\.kind)
    if !keep, let model = closedProduct(kinds, weights: weights) { return model }
    if let still = loaded.first(where: { !$0.type.takesSteps }) {
      throw Failure(
        "\(still.path) is \(still.type.title), whose rows no small steps lie between: a product of it is a model "
          + "only where all are of that family, with weights that leave one of its distributions")
    }
    switch values {
    case .unit: return ProductKind(try ProductModel<BitExperts>(kinds, weights: weights))
    case .real: return ProductKind(try ProductModel<NumberExperts>(kinds, weights: weights))
    }
  }
}
