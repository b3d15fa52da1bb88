public import JouleAlgebra
public import JouleRandom
import RealModule

/// An Ising model with one coupling and one field on a periodic grid of four neighbours, one bit a site.
///
///     E(s) = −K Σ₍ᵢⱼ₎ sᵢ sⱼ − h Σᵢ sᵢ,   K = J / T
///
/// Half of the sites are updated at once, 512 at a time.
///
/// Reference: L. Jacobs, C. Rebbi, Multi-spin coding, Journal of Computational Physics 41 (1981).
public struct SpinTorus: Sendable, Equatable {
  /// How a site is updated.
  public enum Rule: String, Sendable, CaseIterable {
    /// Flips with the probability min(1, exp(−ΔE)).
    case metropolis
    /// Drawn anew given its neighbours.
    case gibbs
  }

  public let height: Int
  public let width: Int
  private let words: Int
  /// Sites with an even sum of coordinates, and the others, `[height, words]`.
  private var planes: [[UInt64]]

  /// All spins down.
  ///
  /// - Precondition: both extents are even and at least 4.
  public init(height: Int, width: Int) {
    precondition(
      height >= 4 && width >= 4 && height % 2 == 0 && width % 2 == 0,
      "a torus of spins has even extents of at least 4, got \(height)×\(width)")
    self.height = height
    self.width = width
    words = (width / 2 + 63) / 64
    planes = [[UInt64]](repeating: [UInt64](repeating: 0, count: height * words), count: 2)
  }

  /// - Parameter bits: 1 where the spin is up, row by row.
  public init(height: Int, width: Int, bits: [UInt8]) {
    self.init(height: height, width: width)
    precondition(
      bits.count == height * width, "\(height)×\(width) sites have as many bits, got \(bits.count)")
    for y in 0..<height {
      for x in 0..<width where bits[y * width + x] != 0 {
        planes[(x + y) % 2][y * words + x / 2 / 64] |= 1 << UInt64(x / 2 % 64)
      }
    }
  }

  /// 1 where the spin is up, row by row.
  public var bits: [UInt8] {
    var bits: [UInt8] = []
    bits.reserveCapacity(height * width)
    for y in 0..<height {
      for x in 0..<width {
        let word = planes[(x + y) % 2][y * words + x / 2 / 64]
        bits.append(UInt8(truncatingIfNeeded: word >> UInt64(x / 2 % 64) & 1))
      }
    }
    return bits
  }

  /// The probabilities of a rule; see `SpinRule`.
  static func probabilities(_ rule: Rule, coupling: Double, field: Double) -> SpinRule {
    let changes = (0..<5).map { 2 * (coupling * Double(2 * $0 - 4) + field) }
    switch rule {
    case .gibbs: return SpinRule(zero: changes.map { 1 / (1 + Double.exp(-$0)) })
    case .metropolis:
      return SpinRule(
        zero: changes.map { $0 >= 0 ? 1 : Double.exp($0) },
        one: changes.map { $0 <= 0 ? 0 : -Double.expMinusOne(-$0) })
    }
  }

  /// Sweeps over all sites.
  ///
  /// - Parameters:
  ///   - coupling: K = J / T.
  ///   - field: h / T.
  ///   - random: its step is the number of the first sweep; the following ones count on.
  ///   - workers: the result does not depend on their number.
  public mutating func sweep(
    _ count: Int = 1, rule: Rule, coupling: Double, field: Double = 0, using random: ChainRandom,
    on workers: Workers = .single
  ) {
    let probabilities = Self.probabilities(rule, coupling: coupling, field: field)
    for sweep in 0..<count {
      let random = random.with(step: random.step + sweep)
      for colour in 0..<2 {
        // Taken out, so that its storage is held once while it is written.
        var own: [UInt64] = []
        swap(&own, &planes[colour])
        let other = planes[1 - colour]
        let address = random.address(purpose: Self.purpose + UInt32(colour))
        let (height, halfWidth) = (self.height, width / 2)
        workers.mutateRows(of: own.mutableSpan, rowLength: words, rowsPerPiece: 128) {
          rows, block in
          VectorKernels.best.sweepSpins(
            block, other: other.span, height: height, halfWidth: halfWidth,
            firstRow: rows.lowerBound, colour: colour, rule: probabilities, address)
        }
        planes[colour] = own
      }
    }
  }

  private static let purpose: UInt32 = 32

  private var counts: (ones: Int, unequalEdges: Int) {
    let (black, white) = (planes[0], planes[1])
    return VectorKernels.best.measureSpins(
      black.span, white.span, height: height, halfWidth: width / 2)
  }

  /// −Σ sᵢ sⱼ over edges and Σ sᵢ over sites: the energy at J = 1 without a field, and the magnetisation.
  public var energyAndMagnetisation: (energy: Int, magnetisation: Int) {
    let counts = self.counts
    let sites = height * width
    return (2 * counts.unequalEdges - 2 * sites, 2 * counts.ones - sites)
  }
}
