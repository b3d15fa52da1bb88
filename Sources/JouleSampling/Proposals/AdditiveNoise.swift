public import JouleCore
public import JouleRandom
public import JouleTensor

/// x + noise, with noise of any known distribution; it need not be symmetric.
///
///     x′ = x + ε,   q(x′|x) = p(ε),   q(x|x′) = p(−ε)
public struct AdditiveNoise<Noise: TractableDistribution>: Proposal {
  public let noise: Noise

  public init(_ noise: Noise) { self.noise = noise }

  public func propose(
    from rows: Tensor<Noise.Scalar>, using random: ChainRandom,
    into proposed: inout Proposed<Noise.Scalar>
  ) {
    noise.sample(using: random, into: &proposed.rows)
    proposed.logForward = noise.logDensity(of: proposed.rows)
    proposed.logReverse = noise.logDensity(of: -proposed.rows)
    proposed.rows += rows
  }
}
