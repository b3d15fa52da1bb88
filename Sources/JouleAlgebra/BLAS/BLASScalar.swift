/// A floating-point type that BLAS and LAPACK have routines for: `Float` or `Double`.
///
/// No other type may conform: the routines trap on one.
public protocol BLASScalar: BinaryFloatingPoint, Sendable {}

extension Float: BLASScalar {}
extension Double: BLASScalar {}

/// Which of the two families of C routines serves a scalar type.
enum Precision {
  case single
  case double
}

extension BLASScalar {
  static var precision: Precision {
    if Self.self == Float.self { return .single }
    precondition(Self.self == Double.self, "BLAS serves Float and Double, not \(Self.self)")
    return .double
  }

  /// The value as the type that it is known to be: a switch on ``precision`` proves it.
  var single: Float { unsafeBitCast(self, to: Float.self) }
  var double: Double { unsafeBitCast(self, to: Double.self) }
}

extension UnsafeBufferPointer where Element: BLASScalar {
  /// The address under the name that C knows, for use under a switch on ``BLASScalar/precision``.
  var single: UnsafePointer<Float>? {
    UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: Float.self)
  }
  var double: UnsafePointer<Double>? {
    UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: Double.self)
  }
}

extension UnsafeMutableBufferPointer where Element: BLASScalar {
  var single: UnsafeMutablePointer<Float>? {
    UnsafeMutableRawPointer(baseAddress)?.assumingMemoryBound(to: Float.self)
  }
  var double: UnsafeMutablePointer<Double>? {
    UnsafeMutableRawPointer(baseAddress)?.assumingMemoryBound(to: Double.self)
  }
}
