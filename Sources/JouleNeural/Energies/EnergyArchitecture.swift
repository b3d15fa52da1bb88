/// What the network of an energy is made of, as text: `mlp:128x3`, `mlp:512-256,activation=tanh`.
///
///     mlp:WIDTHS[,activation=NAME]      dense layers of these widths, then one output
///     conv:WIDTHS[,activation=NAME]     convolutions to so many channels, then one output
///
/// The convolutions are of size 4 and stride 2, with a border of 1: each halves the height and the width.
/// Widths are `-` between numbers, and `128x3` is `128-128-128`. The activation follows every layer but the last;
/// it is swish where nothing is said. The text is what commands take and files hold.
public struct EnergyArchitecture: Sendable, Equatable {
  /// The kind of network.
  public enum Body: Sendable, Equatable {
    /// Dense layers of these widths.
    case perceptron([Int])
    /// Convolutions to so many channels.
    case convolutional([Int])
  }

  public let body: Body
  public let activation: Activation
  /// So that products of lengths stay far from overflow.
  private static let longestInput = 1 << 20

  /// - Precondition: at least one width, all positive.
  public init(_ body: Body, activation: Activation = .swish) {
    precondition(
      !body.widths.isEmpty && body.widths.allSatisfy { $0 > 0 },
      "an architecture has at least one layer, of at least one unit each, got \(body.widths)")
    self.body = body
    self.activation = activation
  }

  /// The network for inputs of a shape; one number comes out of it.
  ///
  /// - Parameter input: of one row, such as `[784]`.
  /// - Throws: when the network does not fit the inputs.
  public func network(for input: [Int]) throws(ArchitectureError) -> Sequential {
    guard !input.isEmpty, input.allSatisfy({ (1...Self.longestInput).contains($0) }) else {
      throw .input(input, expected: "axes of 1 to \(Self.longestInput) elements")
    }
    switch body {
    case .perceptron(let widths):
      guard input.count == 1 else {
        throw .input(input, expected: "one axis for '\(body.name)'")
      }
      return Sequential(denseLayers(widths, from: input[0]))
    case .convolutional(let channels):
      guard input.count == 3 else {
        throw .input(input, expected: "[height, width, channels] for '\(body.name)'")
      }
      return Sequential(try convolutions(channels, over: input))
    }
  }

  private func convolutions(
    _ channels: [Int], over input: [Int]
  ) throws(ArchitectureError) -> [any Layer] {
    var layers: [any Layer] = []
    var (height, width, current) = (input[0], input[1], input[2])
    for outputs in channels {
      let layer = Convolution(
        current, outputs, size: 4, stride: 2, padding: 1, initializer: activation.initializer)
      (height, width) = (layer.outputLength(of: height), layer.outputLength(of: width))
      guard height > 0, width > 0 else {
        throw .input(
          input, expected: "a height and width of at least \(1 << channels.count) for \(self)")
      }
      layers.append(layer)
      layers.append(activation)
      current = outputs
    }
    return layers + [Flatten(), Dense(height * width * current, 1)]
  }

  private func denseLayers(_ widths: [Int], from inputs: Int) -> [any Layer] {
    var layers: [any Layer] = []
    var current = inputs
    for width in widths {
      layers.append(Dense(current, width, initializer: activation.initializer))
      layers.append(activation)
      current = width
    }
    layers.append(Dense(current, 1))
    return layers
  }
}

extension EnergyArchitecture.Body {
  /// The word before the colon.
  var name: String {
    switch self {
    case .perceptron: "mlp"
    case .convolutional: "conv"
    }
  }

  var widths: [Int] {
    switch self {
    case .perceptron(let widths), .convolutional(let widths): widths
    }
  }
}

/// Why there is no such network.
public enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  case text(String, expected: String)
  case input([Int], expected: String)

  public var description: String {
    switch self {
    case .text(let text, let expected): "architecture '\(text.prefix(80))': expected \(expected)"
    case .input(let shape, let expected):
      "a network for inputs of shape \(shape): expected \(expected)"
    }
  }
}
