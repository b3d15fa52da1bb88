public import JouleRandom
import RealModule

/// Simulated annealing of single sites: Gibbs sampling at falling temperatures, the best state kept.
///
///     xᵢ ~ exp(−β costᵢ(a)),   β from β₀ to β₁, equal factors in equal times;   then descent
///
/// Finds low states of any field, given time, and proves nothing: the bound is the sum of the least terms.
///
/// Reference: S. Geman, D. Geman, Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of
/// images, IEEE Transactions on Pattern Analysis and Machine Intelligence 6 (1984), §XII.
public struct AnnealedSearch: MostProbableStateSolver {
  public let sweeps: Int
  public let key: RandomKey
  public let start: [UInt8]?
  public let betas: ClosedRange<Double>?

  /// - Parameters:
  ///   - sweeps: passes over all sites.
  ///   - betas: β₀ and β₁; nil takes them from the costs: at β₀ every move is likely, at β₁ none that costs
  ///     as much as the cheapest does.
  public init(
    sweeps: Int = 200, betas: ClosedRange<Double>? = nil, start: [UInt8]? = nil, key: RandomKey
  ) {
    precondition(sweeps > 0, "annealing makes at least one sweep, got \(sweeps)")
    precondition(
      betas.map { $0.lowerBound > 0 && $0.upperBound.isFinite } ?? true,
      "inverse temperatures are positive and finite, got \(String(describing: betas))")
    self.sweeps = sweeps
    self.betas = betas
    self.start = start
    self.key = key
  }

  public func solve(_ costs: PairwiseCosts) throws(FieldError) -> MostProbableState {
    var labels = start ?? costs.cheapestUnaryLabels
    costs.requireLabels(labels)
    let local = LocalCosts(costs)
    let range = betas ?? Self.suggestedBetas(local)
    var values = [Double](repeating: 0, count: costs.labelCount)
    var uniforms = [Double](repeating: 0, count: labels.count)
    var energy = costs.energy(of: labels)
    var best = (labels: labels, energy: energy)
    for sweep in 0..<sweeps {
      let progress = sweeps > 1 ? Double(sweep) / Double(sweeps - 1) : 1
      let beta =
        range.lowerBound * Double.pow(range.upperBound / range.lowerBound, progress)
      var stream = RandomStream(key: key.folded(UInt64(sweep)))
      stream.fillUniform(uniforms.mutableSpan)
      for site in labels.indices {
        local.form(at: site, given: labels, into: &values)
        let old = Int(labels[site])
        let new = Self.draw(values, beta: beta, uniform: uniforms[site])
        energy += values[new] - values[old]
        labels[site] = UInt8(new)
      }
      if energy < best.energy { best = (labels, energy) }
    }
    _ = IteratedConditionalModes.descend(&best.labels, local)
    return MostProbableState(best.labels, of: costs, bound: costs.trivialBound, iterations: sweeps)
  }

  /// A label with the probability exp(−β cost), by inversion.
  private static func draw(_ costs: [Double], beta: Double, uniform: Double) -> Int {
    if costs.count == 2 {
      return uniform * (1 + Double.exp(beta * (costs[1] - costs[0]))) < 1 ? 1 : 0
    }
    let least = costs.min() ?? 0
    var total = 0.0
    for cost in costs { total += Double.exp(beta * (least - cost)) }
    var left = uniform * total
    for label in costs.indices {
      left -= Double.exp(beta * (least - costs[label]))
      if left < 0 { return label }
    }
    return costs.count - 1
  }

  /// From one over the largest difference that a single site can make to many over the smallest.
  private static func suggestedBetas(_ local: LocalCosts) -> ClosedRange<Double> {
    var values = [Double](repeating: 0, count: local.costs.labelCount)
    let labels = local.costs.cheapestUnaryLabels
    var (smallest, largest) = (Double.infinity, 0.0)
    for site in labels.indices {
      local.form(at: site, given: labels, into: &values)
      let least = values.min() ?? 0
      for value in values where value > least {
        smallest = min(smallest, value - least)
        largest = max(largest, value - least)
      }
    }
    guard largest > 0 else { return 1...1 }
    // Tiny differences do not matter and would only keep the search from cooling.
    smallest = max(smallest, 0.02 * largest)
    return 0.5 / largest...max(8 / smallest, 1 / largest)
  }
}
