public import JouleAlgebra

/// The number type of a tensor: Float or Double, and no others.
///
/// A loop over elements in generic code runs some fifty times slower than the same loop compiled for a
/// type. So whatever a vector kernel or BLAS does is theirs, and every function with a loop of its own
/// is `@specialized` for these two.
public protocol TensorScalar: KernelScalar {}

extension Float: TensorScalar {}
extension Double: TensorScalar {}
