/// The sizes of an ``EBGAN``.
public struct EBGANArchitecture: Sendable, Equatable {
  public let variableCount: Int
  /// Units of the encoder's hidden layers; the decoder has them in reverse.
  public let hiddenCounts: [Int]
  /// What rows are squeezed to: fewer than variables, or every row can be reconstructed.
  public let codeCount: Int
  public let latentCount: Int
  public let generatorCounts: [Int]
  public let activation: Activation

  /// - Precondition: all numbers are positive.
  public init(
    variableCount: Int, hiddenCounts: [Int], codeCount: Int, latentCount: Int,
    generatorCounts: [Int], activation: Activation = .swish
  ) {
    let numbers = [variableCount, codeCount, latentCount] + hiddenCounts + generatorCounts
    precondition(
      numbers.allSatisfy { $0 > 0 }, "layers have units, got \(numbers)")
    self.variableCount = variableCount
    self.hiddenCounts = hiddenCounts
    self.codeCount = codeCount
    self.latentCount = latentCount
    self.generatorCounts = generatorCounts
    self.activation = activation
  }

  /// The three networks.
  struct Networks: Sendable {
    let encoder: Sequential
    let decoder: Sequential
    let generator: Sequential

    var parameters: [ParameterDescription] {
      [("encoder.", encoder), ("decoder.", decoder), ("generator.", generator)].flatMap {
        prefix, network in network.parameters.map { $0.prefixed(prefix) }
      }
    }
  }

  var networks: Networks {
    Networks(
      encoder: network([variableCount] + hiddenCounts + [codeCount]),
      decoder: network([codeCount] + hiddenCounts.reversed() + [variableCount]),
      generator: network([latentCount] + generatorCounts + [variableCount]))
  }

  /// Dense layers with the activation between them.
  private func network(_ sizes: [Int]) -> Sequential {
    var layers: [any Layer] = []
    for (number, size) in sizes.dropFirst().enumerated() {
      let isLast = number == sizes.count - 2
      layers.append(
        Dense(sizes[number], size, initializer: isLast ? .lecun : activation.initializer))
      if !isLast { layers.append(activation) }
    }
    return Sequential(layers)
  }

  /// The sizes as text, in the order of the initialiser.
  var text: String {
    [[variableCount], hiddenCounts, [codeCount], [latentCount], generatorCounts]
      .map { $0.map(String.init).joined(separator: ",") }
      .joined(separator: ";") + ";" + activation.rawValue
  }

  init?(text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, let activation = Activation(rawValue: parts[5]),
      let rows = FlowArchitecture.numbers(parts[..<5].joined(separator: ";")),
      rows[0].count == 1, rows[2].count == 1, rows[3].count == 1,
      rows.joined().allSatisfy({ $0 > 0 && $0 < 1 << 24 })
    else { return nil }
    self.init(
      variableCount: rows[0][0], hiddenCounts: rows[1], codeCount: rows[2][0],
      latentCount: rows[3][0], generatorCounts: rows[4], activation: activation)
  }
}
