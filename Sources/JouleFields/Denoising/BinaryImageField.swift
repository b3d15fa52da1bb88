public import JouleTensor
import RealModule

/// The lecture's example: a binary image y of which a corrupted copy x was seen.
///
///     E(y) = −Σᵢ log P(xᵢ | yᵢ) − J Σ₍ᵢⱼ₎ sᵢ sⱼ,   s = 2y − 1
///     P(x | y) = 1 − p where they agree, p where not
///
/// over neighbours on an open grid; p(y | x) ∝ exp(−E(y)). The first term ties each pixel to what was seen, the
/// second makes neighbours alike.
///
/// Reference: S. Geman, D. Geman, Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of
/// images, IEEE Transactions on Pattern Analysis and Machine Intelligence 6 (1984).
public struct BinaryImageField: Sendable, Equatable {
  /// x, row by row, 0 or 1.
  public let seen: [UInt8]
  public let lattice: Lattice
  /// J, in nats.
  public let coupling: Double
  /// p, strictly between 0 and 1; beyond ½ pixels are more likely inverted than not.
  public let noise: Double

  /// - Precondition: as many pixels as sites, all 0 or 1; 0 < p < 1; J finite and not negative.
  public init(seen: [UInt8], lattice: Lattice, coupling: Double, noise: Double) {
    precondition(
      seen.count == lattice.siteCount && seen.allSatisfy { $0 < 2 },
      "\(lattice.siteCount) sites have as many pixels of 0 and 1, got \(seen.count)")
    precondition(noise > 0 && noise < 1, "the noise lies strictly between 0 and 1, got \(noise)")
    precondition(
      coupling >= 0 && coupling.isFinite, "the coupling is not negative, got \(coupling)")
    self.seen = seen
    self.lattice = lattice
    self.coupling = coupling
    self.noise = noise
  }

  /// hᵢ = ± ½ log((1 − p) / p), the sign of what was seen.
  var pull: Double { 0.5 * (Double.log(1 - noise) - Double.log(noise)) }

  /// E as an Ising model of spins, with its constant.
  public var model: IsingModel<Double> {
    let pull = self.pull
    let graph = FieldGraph(lattice)
    return IsingModel(
      graph, couplings: .init([graph.edgeCount], repeating: coupling),
      field: .init(seen.map { $0 == 1 ? pull : -pull }),
      constant: -0.5 * Double(seen.count) * (Double.log(1 - noise) + Double.log(noise)))
  }
}

extension BinaryImageField: PairwiseField {
  public var costs: PairwiseCosts { model.costs }
}
