import ArgumentParser

/// What a machine learns from labelled rows, as the command and files name it.
enum LabelObjective: Equatable, Sendable {
  case generative
  case discriminative
  /// With the weight of the generative part.
  case hybrid(Double)
  /// The same where rows may have no label.
  case semi(Double)

  var text: String {
    switch self {
    case .generative: "generative"
    case .discriminative: "discriminative"
    case .hybrid(let weight): "hybrid:\(format(shortest: weight))"
    case .semi(let weight): "semi:\(format(shortest: weight))"
    }
  }

  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let weight = parts.count == 2 ? Double(parts[1]) : nil
    guard parts.count == 1 || weight.map({ $0.isFinite && $0 > 0 }) == true else { return nil }
    switch (parts[0], weight) {
    case ("generative", nil): self = .generative
    case ("discriminative", nil): self = .discriminative
    case ("hybrid", let weight?): self = .hybrid(weight)
    case ("semi", let weight?): self = .semi(weight)
    default: return nil
    }
  }
}

extension LabelObjective: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}

extension LabelObjective: Codable {
  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let objective = LabelObjective(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no objective: \(text)"))
    }
    self = objective
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
