import JouleAlgebra
import JouleCore
package import JouleRandom
import RealModule

/// The last stage of every Metropolis kernel: each chain's proposal is accepted or not.
///
///     accept with probability min(1, r),   log r = E(x) − E(x′) + log q(x|x′) − log q(x′|x)
///
/// Reference: W. K. Hastings, Monte Carlo sampling methods using Markov chains and their applications,
/// Biometrika 57 (1970), eq. 7 in the choice of Metropolis.
package struct MetropolisTest: Sendable {
  /// min(1, r) of each chain.
  package let probabilities: [Double]
  /// Whether each chain moves.
  package let accepted: [Bool]

  /// - Parameters:
  ///   - logRatios: log r, one a chain; −∞ rejects. A NaN rejects too: the caller reports it as a fault.
  ///   - random: addresses the chains, the first of them at row 0.
  package init(logRatios: [Double], using random: ChainRandom) {
    var uniforms = [Double](repeating: 0, count: logRatios.count)
    VectorKernels.best.fill(
      .uniform, uniforms.mutableSpan, columns: 1, random.address(purpose: DrawPurpose.acceptance))
    probabilities = logRatios.map(Self.probability(ofLogRatio:))
    accepted = zip(uniforms, probabilities).map { $0 < $1 }
  }

  /// min(1, r); 0 of NaN.
  static func probability(ofLogRatio logRatio: Double) -> Double {
    logRatio >= 0 ? 1 : logRatio.isNaN ? 0 : Double.exp(logRatio)
  }
}
