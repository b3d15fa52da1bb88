import JouleAlgebra
public import JouleRandom
public import JouleTensor

extension Tensor {
  /// A class drawn for every row of probabilities, as a one among zeros, by inversion of the cumulative
  /// distribution.
  ///
  /// - Parameter random: row r draws as chain r of it, for `DrawPurpose.label`.
  /// - Returns: of the same shape, `[batch, classes]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func drawnClasses(using random: ChainRandom) -> Tensor {
    let (batch, classCount) = (shape[0], shape[1])
    var uniforms = [Scalar](repeating: 0, count: batch)
    VectorKernels.best.fill(
      .uniform, uniforms.mutableSpan, columns: 1, random.address(purpose: DrawPurpose.label))
    var drawn = [Scalar](repeating: 0, count: batch * classCount)
    for row in 0..<batch {
      var rest = uniforms[row]
      var label = 0
      // Rounding may leave a rest behind the last class, which then is the one.
      while label < classCount - 1, rest >= elements[row * classCount + label] {
        rest -= elements[row * classCount + label]
        label += 1
      }
      drawn[row * classCount + label] = 1
    }
    return Tensor(shape: shape, elements: drawn)
  }
}
