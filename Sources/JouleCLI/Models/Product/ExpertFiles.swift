import Joule

/// Model files that are to be one model: of the same variables, in the same units.
struct ExpertFiles {
  let loaded: [LoadedModel]

  /// - Parameter whole: what they make, with its article: "a product".
  init(_ paths: [String], for whole: String) throws {
    try require(paths.count > 1, "\(whole) takes at least two models, got \(paths.count)")
    loaded = try paths.map { try LoadedModel($0) }
    let first = loaded[0]
    for other in loaded.dropFirst() {
      try require(
        other.kind.variableCount == first.kind.variableCount,
        "\(other.path) has \(other.kind.variableCount) variables and \(first.path) has "
          + "\(first.kind.variableCount): experts judge the same variables")
      try require(
        other.type.values == first.type.values,
        "\(other.path) is \(other.type.title), \(first.path) is \(first.type.title): experts "
          + "judge the same variables, bits or numbers")
      try require(
        other.standardization == first.standardization,
        "\(other.path) and \(first.path) standardize columns differently: \(whole) needs them in "
          + "the same units")
    }
  }

  var kinds: [any ModelKind] { loaded.map(\.kind) }
  var values: VariableValues { loaded[0].type.values }

  /// Writes what they have become, and says so.
  func save(_ made: any ModelKind, to path: String) throws {
    try made.save(
      to: path, standardization: loaded[0].standardization,
      imageShape: loaded.lazy.compactMap(\.metadata.imageShape).first)
    print("\(path): \(type(of: made).title)")
  }

  /// The numbers of an option, one a model; nil where it is not given.
  func numbers(_ text: String?, of option: String) throws -> [Double]? {
    guard let text else { return nil }
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Double(String($0).trimmingBlanks) }
    try require(
      numbers.count == words.count && numbers.allSatisfy(\.isFinite),
      "\(option) are numbers with commas between them, got '\(text)'")
    try require(
      numbers.count == loaded.count,
      "\(option) has \(numbers.count) numbers for \(loaded.count) models: each has one")
    return numbers
  }
}
