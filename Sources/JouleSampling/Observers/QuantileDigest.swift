import RealModule

/// A summary of numbers from which their quantiles can be read: clusters of neighbours, small in the tails.
///
/// A cluster at quantile q holds a share of at most 2π √(q (1 − q)) / δ of all numbers, δ = 400; up to half
/// of it may be the error in rank, and interpolation usually makes it ten times less. Any quantile, up to
/// the smallest and the largest number, which are exact.
///
/// Reference: T. Dunning, O. Ertl, Computing extremely accurate quantiles using t-digests,
/// arXiv:1902.04039, algorithm 1 with the scale function k₁.
public struct QuantileDigest: Sendable, Equatable {
  private struct Cluster: Sendable, Equatable {
    var mean: Double
    var weight: Double
  }

  private static let compression = 400.0
  private static let room = 2000

  /// Ascending by their means.
  private var clusters: [Cluster] = []
  /// Not yet among the clusters.
  private var waiting: [Cluster] = []
  private var least = Double.infinity
  private var greatest = -Double.infinity
  /// How many numbers were NaN; they count for nothing else.
  public private(set) var undefinedCount = 0

  public init() {}

  /// Takes in one number.
  public mutating func add(_ value: Double) {
    guard !value.isNaN else {
      undefinedCount += 1
      return
    }
    least = min(least, value)
    greatest = max(greatest, value)
    waiting.append(Cluster(mean: value, weight: 1))
    if waiting.count >= Self.room { settle() }
  }

  /// Takes in what another digest has.
  public mutating func add(_ other: QuantileDigest) {
    undefinedCount += other.undefinedCount
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
    waiting += other.clusters + other.waiting
    settle()
  }

  /// Joins neighbours as far as the bound on their share allows.
  private mutating func settle() {
    guard !waiting.isEmpty else { return }
    let all = (clusters + waiting).sorted { ($0.mean, $0.weight) < ($1.mean, $1.weight) }
    waiting.removeAll(keepingCapacity: true)
    let total = all.reduce(0) { $0 + $1.weight }
    var result = [all[0]]
    var before = 0.0
    var limit = Self.limit(after: 0)
    for next in all.dropFirst() {
      let current = result[result.count - 1]
      let weight = current.weight + next.weight
      if (before + weight) / total <= limit {
        // The mean of equal numbers is that number, also where they are infinite.
        let mean =
          next.mean == current.mean
          ? next.mean : current.mean + (next.mean - current.mean) * next.weight / weight
        result[result.count - 1] = Cluster(mean: mean, weight: weight)
      } else {
        before += current.weight
        limit = Self.limit(after: before / total)
        result.append(next)
      }
    }
    clusters = result
  }

  /// Where a cluster that begins at quantile q must end: k₁(q) + 1, back from k₁ = δ asin(2q − 1) / 2π.
  private static func limit(after quantile: Double) -> Double {
    let k = compression * Double.asin(2 * quantile - 1) / (2 * .pi) + 1
    guard k < compression / 4 else { return 1 }
    return (Double.sin(k * 2 * .pi / compression) + 1) / 2
  }

  /// How many numbers there are.
  public var count: Int {
    Int((clusters + waiting).reduce(0) { $0 + $1.weight })
  }

  /// A quantile, interpolated between the middles of clusters; NaN of no numbers.
  ///
  /// - Precondition: the probability is in [0, 1].
  public func quantile(_ probability: Double) -> Double {
    precondition(
      probability >= 0 && probability <= 1, "a quantile is at a probability, got \(probability)")
    var settled = self
    settled.settle()
    let clusters = settled.clusters
    guard !clusters.isEmpty else { return .nan }
    let total = clusters.reduce(0) { $0 + $1.weight }
    let rank = probability * total
    var before = 0.0
    // The middles of clusters, between the smallest number at rank ½ and the largest at n − ½.
    var (lastRank, lastValue) = (0.5, least)
    if rank <= lastRank { return least }
    for cluster in clusters {
      let middle = before + cluster.weight / 2
      if rank < middle {
        return Self.between(lastValue, cluster.mean, (rank - lastRank) / (middle - lastRank))
      }
      before += cluster.weight
      (lastRank, lastValue) = (max(middle, lastRank), cluster.mean)
    }
    let end = total - 0.5
    guard rank < end, end > lastRank else { return greatest }
    return Self.between(lastValue, greatest, (rank - lastRank) / (end - lastRank))
  }

  /// Between two numbers in order. Next to an infinite one there is nothing but it; between −∞ and ∞ there is
  /// no telling.
  private static func between(_ a: Double, _ b: Double, _ share: Double) -> Double {
    if a == b || share == 0 { return a }
    if a.isInfinite { return b.isInfinite ? .nan : a }
    return a + (b - a) * share
  }
}
