/// A pairwise field worked out by brute force: costs given as closures, states run through one by one, none of
/// the library's mathematics.
///
///     E(x) = Σᵢ unary(i, xᵢ) + Σ_e pairwise(e, x_first, x_second)
public struct BruteForceField: Sendable {
  public let siteCount: Int
  public let labelCount: Int
  public let edges: [(Int, Int)]
  public let unary: @Sendable (_ site: Int, _ label: Int) -> Double
  public let pairwise: @Sendable (_ edge: Int, _ first: Int, _ second: Int) -> Double

  public init(
    siteCount: Int, labelCount: Int, edges: [(Int, Int)],
    unary: @escaping @Sendable (Int, Int) -> Double,
    pairwise: @escaping @Sendable (Int, Int, Int) -> Double
  ) {
    self.siteCount = siteCount
    self.labelCount = labelCount
    self.edges = edges
    self.unary = unary
    self.pairwise = pairwise
  }

  public var stateCount: Int { (0..<siteCount).reduce(1) { count, _ in count * labelCount } }

  /// The labels of a state's number: site 0 is the lowest digit.
  public func labels(of state: Int) -> [Int] {
    var rest = state
    return (0..<siteCount).map { _ in
      defer { rest /= labelCount }
      return rest % labelCount
    }
  }

  public func energy(of labels: [Int]) -> Double {
    var sum = 0.0
    for site in 0..<siteCount { sum += unary(site, labels[site]) }
    for (number, edge) in edges.enumerated() {
      sum += pairwise(number, labels[edge.0], labels[edge.1])
    }
    return sum
  }

  public var energies: [Double] { (0..<stateCount).map { energy(of: labels(of: $0)) } }

  public var logPartition: Double {
    let energies = self.energies
    let least = energies.min() ?? 0
    return logarithm(energies.reduce(0) { $0 + exponential(least - $1) }) - least
  }

  public var probabilities: [Double] {
    let logPartition = self.logPartition
    return energies.map { exponential(-$0 - logPartition) }
  }

  /// p(xᵢ = a), `[sites][labels]`.
  public var marginals: [[Double]] {
    var result = [[Double]](
      repeating: [Double](repeating: 0, count: labelCount), count: siteCount)
    for (state, probability) in probabilities.enumerated() {
      for (site, label) in labels(of: state).enumerated() { result[site][label] += probability }
    }
    return result
  }

  public var leastEnergy: Double { energies.min() ?? 0 }
}
