import JouleAlgebra
public import JouleRandom
public import JouleTensor

// Draws for chains: row r of a tensor takes the words of chain r, so a batch may be cut in pieces at will.
extension Tensor {
  /// Standard normal numbers, a row a chain.
  ///
  /// - Parameters:
  ///   - shape: `[chains, …]`.
  ///   - draw: 0, 1, … for the several draws of one proposal in one step; the same number draws the
  ///     same again.
  public init(normal shape: [Int], using random: ChainRandom, draw: Int = 0) {
    self.init(zeros: shape)
    fillNormal(using: random, draw: draw)
  }

  /// Numbers uniform in [0, 1), a row a chain; see ``init(normal:using:draw:)``.
  public init(uniform shape: [Int], using random: ChainRandom, draw: Int = 0) {
    self.init(zeros: shape)
    fillUniform(using: random, draw: draw)
  }

  /// Overwrites every element with a standard normal number; see ``init(normal:using:draw:)``.
  public mutating func fillNormal(using random: ChainRandom, draw: Int = 0) {
    fill(.normal, using: random, draw: draw)
  }

  /// Overwrites every element with a number uniform in [0, 1); see ``init(normal:using:draw:)``.
  public mutating func fillUniform(using random: ChainRandom, draw: Int = 0) {
    fill(.uniform, using: random, draw: draw)
  }

  private mutating func fill(
    _ distribution: FillDistribution, using random: ChainRandom, draw: Int
  ) {
    precondition(rank > 0, "draws of chains have a row a chain, got shape \(shape)")
    precondition(draw >= 0, "draws of a step are numbered from 0, got \(draw)")
    guard count > 0 else { return }
    let columns = count / shape[0]
    VectorKernels.best.fill(
      distribution, elements.mutableSpan, columns: columns,
      random.address(purpose: DrawPurpose.proposal + UInt32(draw)))
  }
}
