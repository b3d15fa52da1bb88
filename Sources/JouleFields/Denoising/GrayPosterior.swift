public import JouleRandom
import RealModule

/// The posterior means of the levels of a field, by Gibbs sampling of one site after another.
///
/// Of an image with Gaussian noise the means have the least expected squared error.
public struct GrayPosterior: Sendable, Equatable {
  /// E[yᵢ | x] in labels, estimated.
  public let means: [Double]
  private let labelCount: Int

  /// - Parameter sweeps: those kept, after a quarter as many that are not.
  public init(of costs: PairwiseCosts, sweeps: Int, key: RandomKey) {
    precondition(sweeps > 0, "at least one sweep is needed, got \(sweeps)")
    labelCount = costs.labelCount
    let local = LocalCosts(costs)
    var labels = costs.cheapestUnaryLabels
    var sums = [Double](repeating: 0, count: labels.count)
    var weights = [Double](repeating: 0, count: costs.labelCount)
    let idle = (sweeps + 3) / 4
    for sweep in 0..<idle + sweeps {
      var stream = RandomStream(key: key.folded(UInt64(sweep)))
      for site in labels.indices {
        local.form(at: site, given: labels, into: &weights)
        let least = weights.min() ?? 0
        var (total, mean) = (0.0, 0.0)
        for label in weights.indices {
          let excess = weights[label] - least
          weights[label] = excess > 40 ? 0 : Double.exp(-excess)
          total += weights[label]
          mean += weights[label] * Double(label)
        }
        var left = stream.uniform() * total
        var label = 0
        while label < weights.count - 1 {
          left -= weights[label]
          if left < 0 { break }
          label += 1
        }
        labels[site] = UInt8(label)
        // The mean given the neighbours varies less than the label drawn with it.
        if sweep >= idle { sums[site] += mean / total }
      }
    }
    means = sums.map { $0 / Double(sweeps) }
  }

  /// The nearest labels.
  public var labels: [UInt8] { means.map { UInt8($0.rounded()) } }

  /// The means as grey levels of 0…255, finer than the labels.
  public var pixels: [UInt8] {
    means.map { UInt8((255 * $0 / Double(max(1, labelCount - 1))).rounded()) }
  }
}
