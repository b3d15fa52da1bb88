public import JouleTensor

/// What a parameter is, as far as regularization cares.
public enum ParameterRole: Sendable, Equatable {
  /// Couples variables: weight decay applies.
  case weight
  /// Shifts one variable: weight decay does not apply.
  case bias
}

/// The named tensors that training moves, in a fixed order.
///
/// Gradients, optimizer moments and averages of a model have the same names and shapes as its
/// parameters, so they are parameter sets too.
public struct ParameterSet<Scalar: TensorScalar>: Sendable, Equatable {
  public typealias Role = ParameterRole

  /// One named tensor.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let role: Role
    public var value: Tensor<Scalar>

    public init(name: String, role: Role, value: Tensor<Scalar>) {
      self.name = name
      self.role = role
      self.value = value
    }
  }

  public var entries: [Entry]

  /// - Precondition: names are distinct.
  public init(_ entries: [Entry]) {
    precondition(
      Set(entries.map(\.name)).count == entries.count,
      "parameter names must differ: \(entries.map(\.name))")
    self.entries = entries
  }

  /// The parameter of that name.
  ///
  /// - Precondition: the set has one.
  public subscript(_ name: String) -> Tensor<Scalar> {
    guard let entry = entries.first(where: { $0.name == name }) else {
      preconditionFailure("no parameter '\(name)' among \(entries.map(\.name))")
    }
    return entry.value
  }

  /// The number of scalars over all parameters.
  public var scalarCount: Int { entries.reduce(0) { $0 + $1.value.count } }

  /// A set of the same names and shapes, every scalar zero.
  public func zeros() -> ParameterSet {
    ParameterSet(
      entries.map { Entry(name: $0.name, role: $0.role, value: Tensor(zeros: $0.value.shape)) })
  }

  /// Sets every scalar to zero, in place.
  public mutating func setZero() {
    for index in entries.indices { entries[index].value.fill(0) }
  }

  /// Multiplies every scalar by a factor; zero overwrites whatever the set held, NaN included.
  public mutating func scale(by factor: Scalar) {
    if factor == 0 { return setZero() }
    if factor == 1 { return }
    for index in entries.indices { entries[index].value.scale(by: factor) }
  }

  /// Whether names and shapes agree, in order.
  public func hasSameLayout(as other: ParameterSet) -> Bool {
    entries.count == other.entries.count
      && zip(entries, other.entries).allSatisfy {
        $0.name == $1.name && $0.value.shape == $1.value.shape
      }
  }

  /// Where the first NaN or infinity is, if there is one.
  public var firstNonFinite: (name: String, index: Int, value: Scalar)? {
    for entry in entries {
      if let index = entry.value.firstNonFinite {
        return (entry.name, index, entry.value.elements[index])
      }
    }
    return nil
  }

  /// The largest magnitude over all scalars; NaN is not looked for.
  public var largestMagnitude: Scalar {
    entries.reduce(0) { Swift.max($0, $1.value.largestMagnitude) }
  }
}
