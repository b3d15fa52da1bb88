/// A grey image y of which a copy x with Gaussian noise was seen.
///
///     E(y) = Σᵢ (xᵢ − v(yᵢ))² / 2σ² + J Σ₍ᵢⱼ₎ min(|v(yᵢ) − v(yⱼ)|, T) / T
///
/// v(a) = 255 a / (q − 1) are q levels at equal distances. J is the price in nats of an edge: of a jump of T
/// or more, which costs the same however great it is, so that edges stay sharp.
public struct GrayImageField: Sendable, Equatable {
  /// x, row by row, in 0…255.
  public let seen: [UInt8]
  public let lattice: Lattice
  /// q
  public let levelCount: Int
  /// J, in nats.
  public let coupling: Double
  /// σ, in grey levels of 0…255.
  public let noise: Double
  /// T, in grey levels of 0…255.
  public let truncation: Double

  /// - Precondition: as many pixels as sites; 2 to 256 levels; σ and T positive, J not negative, all finite.
  public init(
    seen: [UInt8], lattice: Lattice, levelCount: Int, coupling: Double, noise: Double,
    truncation: Double = defaultTruncation
  ) {
    precondition(
      seen.count == lattice.siteCount,
      "\(lattice.siteCount) sites have as many pixels, got \(seen.count)")
    precondition((2...256).contains(levelCount), "levels are 2 to 256, got \(levelCount)")
    precondition(
      noise > 0 && noise.isFinite && truncation > 0 && truncation.isFinite && coupling >= 0
        && coupling.isFinite,
      "noise and truncation are positive and the coupling not negative, got \(noise), \(truncation), "
        + "\(coupling)")
    self.seen = seen
    self.lattice = lattice
    self.levelCount = levelCount
    self.coupling = coupling
    self.noise = noise
    self.truncation = truncation
  }

  public static let defaultTruncation = 64.0

  /// v(a), `[levels]`.
  public static func values(_ levelCount: Int) -> [Double] {
    (0..<levelCount).map { 255 * Double($0) / Double(levelCount - 1) }
  }

  /// The grey levels of labels, rounded to bytes.
  public func pixels(of labels: [UInt8]) -> [UInt8] {
    let values = Self.values(levelCount).map { UInt8($0.rounded()) }
    return labels.map { values[Int($0)] }
  }
}

extension GrayImageField: PairwiseField {
  public var costs: PairwiseCosts {
    let values = Self.values(levelCount)
    let graph = FieldGraph(lattice)
    // A pixel has one of 256 levels: its costs are copied.
    let rows = (0..<256).map { level in
      values.map { ($0 - Double(level)) * ($0 - Double(level)) / (2 * noise * noise) }
    }
    var unary: [Double] = []
    unary.reserveCapacity(seen.count * levelCount)
    for level in seen { unary += rows[Int(level)] }
    let step = 255 / Double(levelCount - 1) / truncation
    var table: [Double] = []
    for a in 0..<levelCount {
      for b in 0..<levelCount { table.append(min(step * Double(abs(a - b)), 1)) }
    }
    return PairwiseCosts(
      trusting: graph, labelCount: levelCount, unary: unary,
      pairwise: .weighted([Double](repeating: coupling, count: graph.edgeCount), table: table),
      constant: 0)
  }
}
