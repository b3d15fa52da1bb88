public import JouleAlgebra

/// The number type of a tensor: Float or Double.
///
/// These two conform and no others can: the element loops below are compiled for them alone.
public protocol TensorScalar: KernelScalar {}

extension Float: TensorScalar {}
extension Double: TensorScalar {}
