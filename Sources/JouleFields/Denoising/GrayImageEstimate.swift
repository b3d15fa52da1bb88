public import JouleRandom
import RealModule

/// J and σ of a noisy grey image, from the image alone: see ``BinaryImageEstimate``.
///
///     log PL(J) = −Σᵢ [J uᵢ(yᵢ) + log Σ_a exp(−J uᵢ(a))],   uᵢ(a) = Σⱼ min(|v(a) − v(yⱼ)|, T) / T
///
/// Works on tiles of the image, enough of them for the estimate and few enough to be quick.
public struct GrayImageEstimate: Sendable, Equatable {
  public let coupling: Double
  public let noise: Double

  public static let largestCoupling = 50.0
  private static let tileSide = 48
  private static let tileLimit = 6

  /// - Parameters:
  ///   - seen: x, row by row, in 0…255.
  ///   - coupling: J where it is known.
  ///   - noise: σ where it is known.
  ///   - rounds: of sampling and fitting.
  public init(
    seen: [UInt8], height: Int, width: Int, levelCount: Int,
    truncation: Double = GrayImageField.defaultTruncation, coupling: Double? = nil,
    noise: Double? = nil, rounds: Int = 30, key: RandomKey
  ) {
    precondition(seen.count == height * width, "\(height)×\(width) pixels, got \(seen.count)")
    precondition(rounds > 1, "an estimate takes at least 2 rounds, got \(rounds)")
    // More levels than these change the fit little and cost in proportion.
    let levels = min(levelCount, 32)
    var tiles = Self.tiles(height, width).map {
      GrayTile(seen: seen, width: width, rows: $0.rows, columns: $0.columns, levelCount: levels)
    }
    let prices = GrayPrices(levelCount: levels, truncation: truncation)
    var (j, sigma) = (coupling ?? 2, noise ?? 20)
    var sums = (coupling: 0.0, noise: 0.0)
    // The rounding to levels is noise too.
    let spacing = 255 / Double(levels - 1)
    for round in 0..<rounds {
      var squares = 0.0
      var count = 0
      var sites: [[Double]] = []
      for index in tiles.indices {
        tiles[index].sweep(
          prices, coupling: j, noise: sigma,
          key: key.folded(UInt64(round)).folded(UInt64(index)))
        squares += tiles[index].squaredNoise
        count += tiles[index].labels.count
        sites += tiles[index].prices(prices)
      }
      if noise == nil {
        sigma = max((squares / Double(max(count, 1))).squareRoot(), 0.3 * spacing)
      }
      if coupling == nil { j = Self.pseudoLikelihoodCoupling(sites, from: j) }
      if round >= rounds / 2 {
        sums.coupling += j
        sums.noise += sigma
      }
    }
    let kept = Double(rounds - rounds / 2)
    self.coupling = coupling ?? sums.coupling / kept
    self.noise = noise ?? sums.noise / kept
  }

  private static func tiles(_ height: Int, _ width: Int) -> [(
    rows: Range<Int>, columns: Range<Int>
  )] {
    func starts(_ extent: Int) -> [Int] {
      let count = max(1, extent / tileSide)
      return (0..<count).map { $0 * (extent - min(tileSide, extent)) / max(1, count - 1) }
    }
    let all = starts(height).flatMap { top in starts(width).map { (top, $0) } }
    let picked =
      all.count <= tileLimit
      ? all : (0..<tileLimit).map { all[(2 * $0 + 1) * all.count / (2 * tileLimit)] }
    return picked.map { top, left in
      (top..<min(height, top + tileSide), left..<min(width, left + tileSide))
    }
  }

  /// The J ≥ 0 of greatest pseudo-likelihood, by Newton's method.
  ///
  /// - Parameter sites: of each site u of its own label, then u of every label.
  private static func pseudoLikelihoodCoupling(_ sites: [[Double]], from start: Double) -> Double {
    var j = start
    for _ in 0..<20 {
      var (slope, curvature) = (0.0, 1e-9)
      for site in sites {
        var (total, first, second) = (0.0, 0.0, 0.0)
        let least = site[1...].min() ?? 0
        for u in site[1...] {
          let weight = Double.exp(-j * (u - least))
          total += weight
          first += weight * u
          second += weight * u * u
        }
        let mean = first / total
        slope += mean - site[0]
        curvature += second / total - mean * mean
      }
      let step = min(2, max(-2, slope / curvature))
      let next = min(largestCoupling, max(0, j + step))
      if abs(next - j) < 1e-6 { return next }
      j = next
    }
    return j
  }
}

/// min(|v(a) − v(b)|, T) / T of all pairs of levels.
struct GrayPrices: Sendable {
  let levelCount: Int
  let table: [Double]

  init(levelCount: Int, truncation: Double) {
    self.levelCount = levelCount
    let step = 255 / Double(levelCount - 1) / truncation
    table = (0..<levelCount * levelCount).map {
      min(step * Double(abs($0 / levelCount - $0 % levelCount)), 1)
    }
  }
}

/// A part of an image, sampled by itself.
struct GrayTile: Sendable {
  private let height: Int
  private let width: Int
  private let seen: [Double]
  private let values: [Double]
  private(set) var labels: [UInt8]

  init(seen: [UInt8], width: Int, rows: Range<Int>, columns: Range<Int>, levelCount: Int) {
    height = rows.count
    self.width = columns.count
    values = GrayImageField.values(levelCount)
    self.seen = rows.flatMap { row in columns.map { Double(seen[row * width + $0]) } }
    labels = self.seen.map { UInt8(($0 / 255 * Double(levelCount - 1)).rounded()) }
  }

  /// Σ (x − v(y))²
  var squaredNoise: Double {
    zip(seen, labels).reduce(0) { $0 + ($1.0 - values[Int($1.1)]) * ($1.0 - values[Int($1.1)]) }
  }

  /// uᵢ(a) of all labels.
  private func formPrices(_ site: Int, _ prices: GrayPrices, into result: inout [Double]) {
    let q = prices.levelCount
    for label in 0..<q { result[label] = 0 }
    let (y, x) = (site / width, site % width)
    func add(_ other: Int) {
      let row = Int(labels[other]) * q
      for label in 0..<q { result[label] += prices.table[row + label] }
    }
    if x > 0 { add(site - 1) }
    if x < width - 1 { add(site + 1) }
    if y > 0 { add(site - width) }
    if y < height - 1 { add(site + width) }
  }

  /// u of the own label, then u of every label, for a quarter of the sites.
  func prices(_ prices: GrayPrices) -> [[Double]] {
    var u = [Double](repeating: 0, count: prices.levelCount)
    return stride(from: 0, to: labels.count, by: 4).map { site in
      formPrices(site, prices, into: &u)
      return [u[Int(labels[site])]] + u
    }
  }

  /// One sweep of Gibbs sampling, site after site.
  mutating func sweep(_ prices: GrayPrices, coupling: Double, noise: Double, key: RandomKey) {
    let q = prices.levelCount
    var costs = [Double](repeating: 0, count: q)
    var stream = RandomStream(key: key)
    let precision = 0.5 / (noise * noise)
    for site in labels.indices {
      formPrices(site, prices, into: &costs)
      var least = Double.infinity
      for label in 0..<q {
        let difference = seen[site] - values[label]
        costs[label] = coupling * costs[label] + precision * difference * difference
        least = min(least, costs[label])
      }
      var total = 0.0
      for label in 0..<q {
        costs[label] = costs[label] - least > 40 ? 0 : Double.exp(least - costs[label])
        total += costs[label]
      }
      var left = stream.uniform() * total
      var label = 0
      while label < q - 1 {
        left -= costs[label]
        if left < 0 { break }
        label += 1
      }
      labels[site] = UInt8(label)
    }
  }
}
