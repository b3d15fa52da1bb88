import JouleAlgebra
public import JouleRandom

extension Tensor {
  /// Independent draws from the standard normal distribution.
  ///
  /// The key determines every bit; a new draw needs a new key, such as `key.folded("weights")`.
  public init(normal shape: [Int], using key: RandomKey) {
    self.init(zeros: shape)
    fillNormal(using: key)
  }

  /// Independent draws from the uniform distribution on [0, 1).
  ///
  /// The key determines every bit; a new draw needs a new key.
  public init(uniform shape: [Int], using key: RandomKey) {
    self.init(zeros: shape)
    fillUniform(using: key)
  }

  /// Overwrites every element with a draw from the standard normal distribution, in place.
  public mutating func fillNormal(using key: RandomKey) { fill(.normal, using: key) }

  /// Overwrites every element with a draw from the uniform distribution on [0, 1), in place.
  public mutating func fillUniform(using key: RandomKey) { fill(.uniform, using: key) }

  /// Elements in row-major order take the words of the key's first chain in order: the shape does not
  /// matter, only the count.
  private mutating func fill(_ distribution: FillDistribution, using key: RandomKey) {
    let count = count
    VectorKernels.best.fill(
      distribution, elements.mutableSpan, columns: count,
      ChainRandom(key: key).address(purpose: 0))
  }
}
