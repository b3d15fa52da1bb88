/// A scalar type of the vector kernels: `Float` or `Double`.
///
/// Other types must not conform: the kernels tell the two apart by their size.
public protocol KernelScalar: BLASScalar, BitwiseCopyable {}

extension Float: KernelScalar {}
extension Double: KernelScalar {}

extension KernelScalar {
  /// The same value as Double, without the generic conversion, which costs more than a short kernel.
  @inline(__always)
  var exactDouble: Double {
    MemoryLayout<Self>.size == MemoryLayout<Float>.size
      ? Double(unsafeBitCast(self, to: Float.self)) : unsafeBitCast(self, to: Double.self)
  }
}
