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
      throw .shape(name, found: value.shape, expected: shape)
    }
    return switch value {
    case .float(let tensor): Tensor<Scalar>(tensor)
    case .double(let tensor): Tensor<Scalar>(tensor)
    }
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
  case shape(String, found: [Int], expected: [Int])
  case malformed(String, String)

  public var description: String {
    switch self {
    case .missing(let name): "it has no entry '\(name)'"
    case .shape(let name, let found, let expected):
      "tensor '\(name)' has shape \(found), expected \(expected)"
    case .malformed(let name, let text): "entry '\(name)' is malformed: '\(text.prefix(80))'"
    }
  }
}

/// State that a checkpoint keeps.
public protocol Archivable {
  /// Adds everything that a resumed run needs, under names that begin with `prefix`.
  func archive(into archive: inout Archive, prefix: String)

  /// Replaces this state by an archived one of the same layout.
  mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError)
}

extension ParameterSet: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    for entry in entries { archive.store(entry.value, as: prefix + entry.name) }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    for index in entries.indices {
      entries[index].value = try archive.tensor(
        prefix + entries[index].name, shape: entries[index].value.shape)
    }
  }
}

extension OptimizerState: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    archive.metadata[prefix + "steps"] = String(steps)
    for (index, moment) in moments.enumerated() {
      moment.archive(into: &archive, prefix: "\(prefix)moment\(index).")
    }
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    steps = try archive.integer(prefix + "steps")
    for index in moments.indices {
      try moments[index].restore(from: archive, prefix: "\(prefix)moment\(index).")
    }
  }
}
