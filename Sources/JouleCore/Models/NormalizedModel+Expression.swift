public import JouleTensor

// An energy written over values that is normalized is its own log-density.
extension EnergyExpression where Self: NormalizedModel {
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> { expressedEnergy(of: rows) }

  /// −E(x): log Z is zero.
  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    -Tensor<Double>(expressedEnergy(of: rows))
  }
}
