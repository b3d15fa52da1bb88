/// A scalar type of BLAS: `Float` or `Double`.
public protocol BLASScalar: BinaryFloatingPoint, Sendable {}

extension Float: BLASScalar {}
extension Double: BLASScalar {}
