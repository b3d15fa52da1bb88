import Joule

/// Stationary autoregressive chains of order one, xₜ = φ xₜ₋₁ + √(1 − φ²) εₜ, with unit variance: their
/// effective sample size is S (1 − φ)/(1 + φ).
func autoregressive(
  _ phi: Double, chains: Int, draws: Int, key: RandomKey
) -> [Double] {
  var values = Tensor<Double>(normal: [chains, draws], using: key).elements
  let scale = (1 - phi * phi).squareRoot()
  for chain in 0..<chains {
    for draw in 1..<draws {
      let place = chain * draws + draw
      values[place] = phi * values[place - 1] + scale * values[place]
    }
  }
  return values
}

/// Chains of independent normal draws.
func independent(chains: Int, draws: Int, seed: UInt64) -> [Double] {
  autoregressive(0, chains: chains, draws: draws, key: RandomKey(seed: seed))
}
