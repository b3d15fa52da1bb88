import RealModule

/// All states of a small torus, counted by energy and magnetisation: what has no formula, such as ⟨|m|⟩ of a finite
/// lattice, is exact where its states can be counted.
public struct TorusStates: Sendable {
  public let siteCount: Int
  /// How many states have an energy and a magnetisation.
  private let levels: [(energy: Int, magnetisation: Int, count: Int)]

  /// The largest number of sites: 2²⁰ states take a moment.
  public static let largestSiteCount = 20

  /// - Precondition: both extents are at least 2, there are at most 20 sites. An extent of 2 joins its two sites
  ///   twice.
  public init(height: Int, width: Int) {
    precondition(
      height >= 2 && width >= 2 && height * width <= Self.largestSiteCount,
      "states of at most \(Self.largestSiteCount) sites are counted, got \(height)×\(width)")
    siteCount = height * width
    let n = siteCount
    let pairs = (0..<n).flatMap { site in
      let (y, x) = (site / width, site % width)
      return [(site, y * width + (x + 1) % width), (site, (y + 1) % height * width + x)]
    }
    // By unequal pairs and ones.
    var counts = [Int](repeating: 0, count: (2 * n + 1) * (n + 1))
    for state in 0..<1 << n {
      var unequal = 0
      for (one, other) in pairs { unequal += (state >> one ^ state >> other) & 1 }
      counts[unequal * (n + 1) + state.nonzeroBitCount] += 1
    }
    levels = counts.enumerated().compactMap { place, count in
      let (unequal, ones) = (place / (n + 1), place % (n + 1))
      return count == 0 ? nil : (2 * unequal - 2 * n, 2 * ones - n, count)
    }
  }

  /// The means of ``IsingObservable/moments(energy:magnetisation:)`` at J = 1.
  public func moments(temperature: Double) -> [Double] {
    let n = Double(siteCount)
    // Energies count from the lowest, −2n.
    let weights = levels.map {
      Double($0.count) * Double.exp(-(Double($0.energy) + 2 * n) / temperature)
    }
    let total = weights.reduce(0, +)
    var means = [Double](repeating: 0, count: IsingObservable.momentCount)
    for (level, weight) in zip(levels, weights) {
      let moments = IsingObservable.moments(
        energy: Double(level.energy) / n, magnetisation: Double(level.magnetisation) / n)
      for index in means.indices { means[index] += weight / total * moments[index] }
    }
    return means
  }

  /// An observable at a temperature, J = 1.
  public func value(of observable: IsingObservable, temperature: Double) -> Double {
    observable.value(
      moments(temperature: temperature), siteCount: siteCount, temperature: temperature)
  }
}
