public import JouleCore
public import JouleTensor

/// An energy given by a table over finitely many states, with all that discrete kernels may ask for worked
/// out from the table alone.
public struct TableEnergy: DiscreteEnergy {
  public let space: StateSpace<Double>
  private let siteValues: [[Double]]
  /// E of each state.
  public let energies: [Double]

  /// - Parameters:
  ///   - values: what each variable may be, ascending; the first runs fastest.
  ///   - energies: one a state; +∞ outside the support.
  public init(values: [[Double]], energies: [Double]) {
    siteValues = values
    space = StateSpace(values: values)
    self.energies = energies
    precondition(energies.count == space.count, "\(energies.count) energies, \(space.count) states")
  }

  public var variableCount: Int { siteValues.count }

  public func energy(of rows: Tensor<Double>) -> Tensor<Double> {
    Tensor(space.indices(of: rows).map { $0.map { energies[$0] } ?? .infinity })
  }

  public func values(ofSite site: Int) -> [Double] { siteValues[site] }

  public func conditionalEnergies(of rows: Tensor<Double>, sites: [Int]) -> Tensor<Double> {
    let batch = rows.shape[0]
    let most = sites.map { siteValues[$0].count }.max() ?? 0
    var result = Tensor<Double>([batch, sites.count, most], repeating: .infinity)
    for (index, site) in sites.enumerated() {
      for (number, value) in siteValues[site].enumerated() {
        var changed = rows
        for row in 0..<batch { changed[row, site] = value }
        let energies = energy(of: changed)
        for row in 0..<batch { result[row, index, number] = energies[row] }
      }
    }
    return result
  }

  /// exp(−E) / Z of each state.
  public var probabilities: [Double] {
    let weights = energies.map { exponential(-$0) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}
