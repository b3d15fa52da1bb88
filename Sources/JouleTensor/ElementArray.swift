/// Elements whose type is known to the compiler.
///
/// A loop over elements in a generic function runs some fifty times slower than the same loop over
/// `[Float]`, unless the compiler sees every caller. Loops that no vector kernel does go through this
/// enumeration, so that each is compiled once for Float and once for Double.
enum ElementArray {
  case float([Float])
  case double([Double])
}

extension ElementArray {
  /// The same array with its type spelled out; no element is copied.
  init<Scalar: TensorScalar>(_ elements: [Scalar]) {
    // Through Any, a cast between equal array types is a pointer copy; a cast from [Scalar] itself
    // would go element by element.
    let value: Any = elements
    switch value {
    case let floats as [Float]: self = .float(floats)
    case let doubles as [Double]: self = .double(doubles)
    default: preconditionFailure("\(Scalar.self) elements: tensors hold Float or Double")
    }
  }

  /// The same array as elements of a generic type; no element is copied.
  ///
  /// - Precondition: `Scalar` is the type the array has.
  func elements<Scalar: TensorScalar>(as type: Scalar.Type = Scalar.self) -> [Scalar] {
    let value: Any =
      switch self {
      case .float(let floats): floats
      case .double(let doubles): doubles
      }
    guard let elements = value as? [Scalar] else {
      preconditionFailure("elements are not of type \(Scalar.self)")
    }
    return elements
  }

  /// `count` equal elements.
  static func repeating<Scalar: TensorScalar>(_ value: Scalar, count: Int) -> [Scalar] {
    precondition(count >= 0, "a count of elements is not negative, got \(count)")
    let array: ElementArray =
      Scalar.self == Float.self
      ? .float([Float](repeating: Float(value), count: count))
      : .double([Double](repeating: Double(value), count: count))
    return array.elements()
  }

  /// Gives loops the elements to change in place, without a copy when they are held by no one else.
  static func mutate<Scalar: TensorScalar>(
    _ elements: inout [Scalar], float: (inout [Float]) -> Void, double: (inout [Double]) -> Void
  ) {
    // The caller's array is emptied while the loop holds the only reference to the storage.
    var array = ElementArray(elements)
    elements = []
    array.mutate(float: float, double: double)
    elements = array.elements()
  }

  private mutating func mutate(float: (inout [Float]) -> Void, double: (inout [Double]) -> Void) {
    switch self {
    case .float(var floats):
      self = .float([])
      float(&floats)
      self = .float(floats)
    case .double(var doubles):
      self = .double([])
      double(&doubles)
      self = .double(doubles)
    }
  }
}
