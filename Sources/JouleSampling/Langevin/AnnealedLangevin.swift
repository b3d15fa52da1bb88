public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// Langevin dynamics from strong noise to weak, with steps that shrink with the noise.
///
///     for σ₁ > … > σ_L:   T steps of  x ← x − η ∇E(x; σᵢ) + √(2η) ξ,   η = ε σᵢ² / σ_L²
///
/// Each level starts where the last one ended, so that modes are found while the noise still joins them. The
/// draws are of the weakest level, as well as T steps a level allow.
///
/// Reference: Y. Song, S. Ermon, Generative modeling by estimating gradients of the data distribution,
/// NeurIPS 2019, arXiv:1907.05600, algorithm 1, with η = α/2.
public struct AnnealedLangevin: Sendable, Hashable {
  /// σ, descending.
  public let noises: [Double]
  /// T.
  public let stepsPerNoise: Int
  /// ε, of the last level.
  public let stepSize: Double

  /// - Parameters:
  ///   - noises: σ of the levels, strictly descending, all positive.
  ///   - stepsPerNoise: T, at least 1.
  ///   - stepSize: ε > 0.
  public init(noises: [Double], stepsPerNoise: Int, stepSize: Double) {
    precondition(
      !noises.isEmpty && noises.allSatisfy { $0 > 0 && $0.isFinite }
        && zip(noises, noises.dropFirst()).allSatisfy { $0 > $1 },
      "noise levels are positive and descend, got \(noises)")
    precondition(stepsPerNoise > 0, "a level has at least 1 step, got \(stepsPerNoise)")
    precondition(
      stepSize > 0 && stepSize.isFinite, "the step size is positive and finite, got \(stepSize)")
    self.noises = noises
    self.stepsPerNoise = stepsPerNoise
    self.stepSize = stepSize
  }

  /// Levels at equal factors.
  public static func geometric(
    from strongest: Double, to weakest: Double, levels: Int, stepsPerNoise: Int, stepSize: Double
  ) -> AnnealedLangevin {
    precondition(levels > 1, "a geometric sequence has at least 2 levels, got \(levels)")
    return AnnealedLangevin(
      noises: (0..<levels).map {
        strongest * Double.pow(weakest / strongest, Double($0) / Double(levels - 1))
      }, stepsPerNoise: stepsPerNoise, stepSize: stepSize)
  }

  /// Anneals chains of a noise-conditional energy.
  ///
  /// - Parameters:
  ///   - rows: where the chains start, `[chains, variables]`: N(0, σ₁²) or wider.
  ///   - workers: the result does not depend on their number.
  /// - Returns: where they end, `[chains, variables]`.
  /// - Throws: the first fault of a chain; its step counts over all levels.
  public func sample<Model: NoiseConditionalEnergy>(
    _ model: Model, from rows: Tensor<Model.Scalar>, key: RandomKey, on workers: Workers = .single
  ) throws(ChainFault) -> Tensor<Model.Scalar> {
    var rows = rows
    for (level, noise) in noises.enumerated() {
      let ratio = noise / noises[noises.count - 1]
      let kernel = UnadjustedLangevin(
        model.at(noise: Model.Scalar(noise)), stepSize: stepSize * ratio * ratio)
      var chains = ParallelChains(kernel, at: rows, key: key.folded(UInt64(level)))
      do {
        try chains.advance(by: stepsPerNoise, on: workers)
      } catch {
        throw ChainFault(
          chain: error.chain, step: level * stepsPerNoise + error.step, reason: error.reason)
      }
      rows = chains.position
    }
    return rows
  }
}
