extension EnergyArchitecture: CustomStringConvertible {
  private static let form =
    "mlp:WIDTHS or conv:WIDTHS, then [,activation=NAME], such as mlp:128x3 or conv:32-64,activation=gelu"
  /// More units than this in a layer are a slip of the pen.
  private static let largestWidth = 1 << 20
  private static let largestDepth = 1000

  /// Reads the text form.
  public init(_ text: String) throws(ArchitectureError) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let colon = parts[0].firstIndex(of: ":") else {
      throw .text(text, expected: Self.form)
    }
    guard let widths = Self.widths(parts[0][parts[0].index(after: colon)...]) else {
      throw .text(
        text,
        expected: "widths from 1 to \(Self.largestWidth) such as 128x3 or 512-256, "
          + "\(Self.largestDepth) at most")
    }
    let body: Body
    switch parts[0][..<colon] {
    case "mlp": body = .perceptron(widths)
    case "conv": body = .convolutional(widths)
    default: throw .text(text, expected: Self.form)
    }
    var activation = Activation.swish
    for option in parts.dropFirst() {
      let names = Activation.allCases.map(\.rawValue)
      guard option.hasPrefix("activation="),
        let named = Activation(rawValue: String(option.dropFirst("activation=".count)))
      else {
        throw .text(text, expected: "activation=NAME, one of \(names.joined(separator: ", "))")
      }
      activation = named
    }
    self.init(body, activation: activation)
  }

  /// The text form, which reads back as the same architecture.
  public var description: String {
    var runs: [(width: Int, count: Int)] = []
    for width in body.widths {
      if let last = runs.last, last.width == width {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((width, 1))
      }
    }
    let widths = runs.map { $0.count == 1 ? "\($0.width)" : "\($0.width)x\($0.count)" }
    let option = activation == .swish ? "" : ",activation=\(activation.rawValue)"
    return "\(body.name):\(widths.joined(separator: "-"))\(option)"
  }

  /// `128x3-64` as numbers; nil if it is something else.
  private static func widths(_ text: Substring) -> [Int]? {
    var result: [Int] = []
    for run in text.split(separator: "-", omittingEmptySubsequences: false) {
      let factors = run.split(separator: "x", omittingEmptySubsequences: false)
      guard factors.count <= 2, let width = Int(factors[0]), (1...largestWidth).contains(width),
        let count = factors.count == 2 ? Int(factors[1]) : 1, (1...largestDepth).contains(count),
        result.count + count <= largestDepth
      else { return nil }
      result += [Int](repeating: width, count: count)
    }
    return result
  }
}

extension EnergyArchitecture: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(container.decode(String.self))
    } catch let error as ArchitectureError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
