public import JouleTensor

/// Named tensors and text: what models and checkpoints are written as, apart from any file format.
public struct Archive: Sendable, Equatable {
  /// A tensor of either scalar type.
  public enum Value: Sendable, Equatable {
    case float(Tensor<Float>)
    case double(Tensor<Double>)

    public var shape: [Int] {
      switch self {
      case .float(let tensor): tensor.shape
      case .double(let tensor): tensor.shape
      }
    }
  }

  public var tensors: [String: Value] = [:]
  public var metadata: [String: String] = [:]

  public init() {}

  /// Stores a tensor under a name.
  public mutating func store<Scalar>(_ tensor: Tensor<Scalar>, as name: String) {
    if let tensor = tensor as? Tensor<Float> {
      tensors[name] = .float(tensor)
    } else {
      tensors[name] = .double(Tensor<Double>(tensor))
    }
  }

  /// The tensor of a name, in the scalar type asked for.
  ///
  /// - Throws: when there is none, or its shape is not `shape`.
  public func tensor<Scalar>(
    _ name: String, shape: [Int]? = nil, as type: Scalar.Type = Scalar.self
  ) throws(ArchiveError) -> Tensor<Scalar> {
    guard let value = tensors[name] else { throw .missing(name) }
    if let shape, value.shape != shape {
      throw .shape(name, found: value.shape, expected: "\(shape)")
    }
    return switch value {
    case .float(let tensor): Tensor<Scalar>(tensor)
    case .double(let tensor): Tensor<Scalar>(tensor)
    }
  }

  /// Adds all of another archive, its names behind a prefix.
  public mutating func store(_ part: Archive, prefix: String) {
    for (name, value) in part.tensors { tensors[prefix + name] = value }
    for (name, text) in part.metadata { metadata[prefix + name] = text }
  }

  /// What stands behind a prefix, as an archive of its own.
  public func part(_ prefix: String) -> Archive {
    var part = Archive()
    for (name, value) in tensors where name.hasPrefix(prefix) {
      part.tensors[String(name.dropFirst(prefix.count))] = value
    }
    for (name, text) in metadata where name.hasPrefix(prefix) {
      part.metadata[String(name.dropFirst(prefix.count))] = text
    }
    return part
  }

  /// The text of a name.
  public func text(_ name: String) throws(ArchiveError) -> String {
    guard let text = metadata[name] else { throw .missing(name) }
    return text
  }

  /// The whole number of a name.
  public func integer(_ name: String) throws(ArchiveError) -> Int {
    let text = try text(name)
    guard let number = Int(text) else { throw .malformed(name, text) }
    return number
  }
}

/// Why an archive cannot be read back.
public enum ArchiveError: Error, Equatable, CustomStringConvertible {
  case missing(String)
  case unknown(String, expected: [String])
  case shape(String, found: [Int], expected: String)
  case notFinite(String, index: Int)
  case malformed(String, String)
  /// Parts that are well formed and do not fit together.
  case inconsistent(String)

  public var description: String {
    switch self {
    case .missing(let name): "it has no entry '\(name)'"
    case .unknown(let name, let expected):
      "it has an unknown tensor '\(name)'; expected only \(expected.joined(separator: ", "))"
    case .notFinite(let name, let index):
      "tensor '\(name)' holds NaN or infinity, first at element \(index)"
    case .shape(let name, let found, let expected):
      "tensor '\(name)' has shape \(found), expected \(expected)"
    case .inconsistent(let reason): reason
    case .malformed(let name, let text): "entry '\(name)' is malformed: '\(text.prefix(80))'"
    }
  }
}
