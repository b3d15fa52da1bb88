public import JouleCore
public import JouleTensor

/// A binary energy with fields and couplings, worked out in plain loops.
///
///     E(x) = −Σᵢ bᵢ xᵢ − Σ_{(i, j)} w_ij xᵢ xⱼ,   xᵢ in {0, 1}
public struct PairEnergy: LocalEnergy {
  public typealias Coupling = (Int, Int, Double)

  public let fields: [Double]
  /// `[site][neighbour and weight]`
  private let couplings: [[(site: Int, weight: Double)]]
  /// Pairs of sites that are left out of blankets, though they are coupled: for controls that must fail.
  private let forgotten: [Set<Int>]

  /// - Parameter forgotten: couplings that the blankets do not tell of.
  public init(fields: [Double], couplings: [Coupling], forgotten: [(Int, Int)] = []) {
    self.fields = fields
    var lists = [[(site: Int, weight: Double)]](repeating: [], count: fields.count)
    for (i, j, weight) in couplings {
      lists[i].append((j, weight))
      lists[j].append((i, weight))
    }
    self.couplings = lists
    var sets = [Set<Int>](repeating: [], count: fields.count)
    for (i, j) in forgotten {
      sets[i].insert(j)
      sets[j].insert(i)
    }
    self.forgotten = sets
  }

  public var variableCount: Int { fields.count }

  public func energy(of rows: Tensor<Double>) -> Tensor<Double> {
    Tensor(
      (0..<rows.shape[0]).map { row in
        var sum = 0.0
        for site in fields.indices where rows[row, site] == 1 {
          sum += fields[site]
          for (other, weight) in couplings[site] { sum += weight * rows[row, other] / 2 }
        }
        return -sum
      })
  }

  public func flipEnergies(of rows: Tensor<Double>, sites: [Int]) -> Tensor<Double> {
    var result = Tensor<Double>(zeros: [rows.shape[0], sites.count])
    for row in 0..<rows.shape[0] {
      for (index, site) in sites.enumerated() {
        let input = couplings[site].reduce(fields[site]) { $0 + $1.weight * rows[row, $1.site] }
        result[row, index] = rows[row, site] == 1 ? input : -input
      }
    }
    return result
  }

  public func markovBlanket(ofSite site: Int) -> [Int] {
    couplings[site].map(\.site).filter { !forgotten[site].contains($0) }.sorted()
  }

  /// The same as a table.
  public var table: TableEnergy {
    let states: Tensor<Double> = States.all(of: fields.count)
    return TableEnergy(
      values: fields.map { _ in [0, 1] }, energies: energy(of: states).elements)
  }
}
