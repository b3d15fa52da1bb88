public import JouleRandom
import RealModule

/// J and p of a noisy binary image, from the image alone.
///
/// By turns y is sampled given x, and the parameters are fitted to the sample: J by the pseudo-likelihood of
/// y, which is concave in J, and p as the fraction of pixels changed. The estimates are means over the later
/// half of the rounds.
///
///     log PL(J) = Σᵢ log σ(2J sᵢ Σⱼ sⱼ)
///
/// Fitting to the single best y instead would feed on itself: ever smoother images ask for ever stronger
/// couplings.
///
/// References: J. Besag, Statistical analysis of non-lattice data, The Statistician 24 (1975); B. Chalmond,
/// An iterative Gibbsian technique for reconstruction of m-ary images, Pattern Recognition 22 (1989).
public struct BinaryImageEstimate: Sendable, Equatable {
  public let coupling: Double
  public let noise: Double

  /// The strongest coupling that is reported: images without an edge would ask for ever more.
  public static let largestCoupling = 3.0

  /// - Parameters:
  ///   - seen: x, row by row, 0 or 1.
  ///   - coupling: J where it is known.
  ///   - noise: p where it is known.
  ///   - rounds: of sampling and fitting.
  public init(
    seen: [UInt8], height: Int, width: Int, coupling: Double? = nil, noise: Double? = nil,
    rounds: Int = 40, key: RandomKey
  ) {
    precondition(seen.count == height * width, "\(height)×\(width) pixels, got \(seen.count)")
    precondition(rounds > 1, "an estimate takes at least 2 rounds, got \(rounds)")
    var sampler = BinaryImageSampler(seen: seen, height: height, width: width)
    var (j, p) = (coupling ?? 0.5, noise ?? 0.2)
    var sums = (coupling: 0.0, noise: 0.0)
    for round in 0..<rounds {
      var counts = [Int](repeating: 0, count: 9)
      var disagreement = 0.0
      for sweep in 0..<2 {
        sampler.sweep(coupling: j, noise: p, key: key.folded(UInt64(2 * round + sweep)))
        for (u, count) in sampler.agreements.enumerated() { counts[u] += count }
        disagreement += 0.5 * sampler.disagreement
      }
      if coupling == nil { j = Self.pseudoLikelihoodCoupling(counts) }
      // A pixel at the least: a noise of zero would forbid ever to change one.
      if noise == nil { p = min(0.49, max(disagreement, 1 / Double(2 * seen.count + 2))) }
      if round >= rounds / 2 {
        sums.coupling += j
        sums.noise += p
      }
    }
    let count = Double(rounds - rounds / 2)
    self.coupling = coupling ?? sums.coupling / count
    self.noise = noise ?? sums.noise / count
  }

  /// The J ≥ 0 of greatest pseudo-likelihood, by Newton's method on counts of u = sᵢ Σⱼ sⱼ = −4 … 4.
  static func pseudoLikelihoodCoupling(_ counts: [Int]) -> Double {
    var j = 0.4
    for _ in 0..<100 {
      var (slope, curvature) = (0.0, 1e-9)
      for (index, count) in counts.enumerated() {
        let u = 2 * Double(index - 4)
        let wrong = 1 / (1 + Double.exp(j * u))
        slope += Double(count) * u * wrong
        curvature += Double(count) * u * u * wrong * (1 - wrong)
      }
      let step = min(0.2, max(-0.2, slope / curvature))
      let next = min(largestCoupling, max(0, j + step))
      if abs(next - j) < 1e-10 { return next }
      j = next
    }
    return j
  }
}

/// The pixels that are more likely 1 than 0 given what was seen, by Gibbs sampling: each pixel alone is then
/// right as often as can be, where the most probable state is right as a whole.
///
/// Reference: J. Marroquin, S. Mitter, T. Poggio, Probabilistic solution of ill-posed problems in
/// computational vision, Journal of the American Statistical Association 82 (1987), §4.
public struct PosteriorPixels: Sendable, Equatable {
  /// p(yᵢ = 1 | x), estimated.
  public let means: [Double]

  /// - Parameter sweeps: those kept, after a quarter as many that are not.
  public init(of field: BinaryImageField, sweeps: Int, key: RandomKey) {
    precondition(sweeps > 0, "at least one sweep is needed, got \(sweeps)")
    precondition(
      field.lattice.extents.count == 2 && field.lattice.boundary == .open
        && field.lattice.neighbourhood == .nearest,
      "the sampler takes open grids of 4 neighbours, got \(field.lattice)")
    let (height, width) = (field.lattice.extents[0], field.lattice.extents[1])
    var sampler = BinaryImageSampler(seen: field.seen, height: height, width: width)
    var counts = [Int](repeating: 0, count: field.seen.count)
    let idle = (sweeps + 3) / 4
    for sweep in 0..<idle + sweeps {
      sampler.sweep(
        coupling: field.coupling, noise: field.noise, key: key.folded(UInt64(sweep)))
      guard sweep >= idle else { continue }
      for site in counts.indices { counts[site] += Int(sampler.labels[site]) }
    }
    means = counts.map { Double($0) / Double(sweeps) }
  }

  /// 1 where the mean is above ½.
  public var labels: [UInt8] { means.map { $0 > 0.5 ? 1 : 0 } }
}
