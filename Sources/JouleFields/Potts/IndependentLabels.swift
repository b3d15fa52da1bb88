public import JouleCore
public import JouleRandom
public import JouleTensor

/// Independent variables of q labels: where paths to a field begin, at β = 0.
///
///     p(x) = Πᵢ pᵢ(xᵢ),   E(x) = −log p(x)
///
///     let base = try IndependentLabels<Double>(MeanField().sum(model))
///     let chains = KernelAlongPath(GeometricPath(from: base, to: model)) { energy, _ in Gibbs(energy) }
///     let weights = try AnnealedImportanceSampling(chains.starting(from: base), steps: 1000)
///       .forward(chains: 100, key: key)
public struct IndependentLabels<Scalar: TensorScalar>: TractableDistribution {
  /// p, `[sites, labels]`.
  public let probabilities: Tensor<Scalar>
  private let logProbabilities: Tensor<Double>

  /// - Parameter probabilities: `[sites, labels]`, all positive; rows are scaled to a sum of 1.
  public init(probabilities: Tensor<Scalar>) {
    precondition(
      probabilities.rank == 2 && probabilities.elements.allSatisfy { $0 > 0 && $0.isFinite },
      "probabilities are positive, [sites, labels], got \(probabilities)")
    let wide = Tensor<Double>(probabilities)
    let sums = wide.sum(along: 1).reshaped(to: [wide.shape[0], 1])
    self.probabilities = Tensor<Scalar>(wide / sums)
    logProbabilities = (wide / sums).log()
  }

  /// All labels of all sites equally likely.
  public init(uniform siteCount: Int, labelCount: Int) {
    self.init(probabilities: Tensor([siteCount, labelCount], repeating: 1))
  }

  /// The marginals of a sum, exact or not, mixed with a little of the uniform distribution so that no label is
  /// out of reach.
  ///
  /// - Precondition: site marginals were asked for.
  public init(_ sum: FieldSum, uniformPart: Double = 0.01) {
    precondition(
      !sum.siteMarginals.isEmpty && uniformPart > 0 && uniformPart <= 1,
      "site marginals and a part in (0, 1] are needed, got \(sum.siteMarginals.count) and "
        + "\(uniformPart)")
    let even = uniformPart / Double(sum.labelCount)
    self.init(
      probabilities: Tensor(
        shape: [sum.siteMarginals.count / sum.labelCount, sum.labelCount],
        elements: sum.siteMarginals.map { Scalar((1 - uniformPart) * $0 + even) }))
  }

  public var variableCount: Int { probabilities.shape[0] }
  public var labelCount: Int { probabilities.shape[1] }

  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    requireRows(rows)
    let tables = (0..<variableCount).map { site in
      AliasTable(weights: (0..<labelCount).map { Double(probabilities[site, $0]) })
    }
    var elements: [Scalar] = []
    elements.reserveCapacity(rows.count)
    for row in 0..<rows.shape[0] {
      var stream = random.stream(chain: row, purpose: DrawPurpose.start)
      for table in tables { elements.append(Scalar(stream.categorical(table))) }
    }
    rows = Tensor(shape: rows.shape, elements: elements)
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    requireRows(rows)
    let count = variableCount
    return Tensor(
      (0..<rows.shape[0]).map { row in
        var sum = 0.0
        for site in 0..<count {
          let value = rows.elements[row * count + site]
          precondition(
            value >= 0 && value < Scalar(labelCount),
            "labels are whole numbers from 0 to \(labelCount - 1), got \(value)")
          sum += logProbabilities[site, Int(value)]
        }
        return sum
      })
  }
}

extension IndependentLabels: DiscreteEnergy {
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    -Tensor<Scalar>(logDensity(of: rows))
  }

  public func values(ofSite site: Int) -> [Scalar] { (0..<labelCount).map { Scalar($0) } }

  public func markovBlanket(ofSite site: Int) -> [Int] { [] }

  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    requireRows(rows)
    let own = sites.flatMap { site in
      (0..<labelCount).map { Scalar(-logProbabilities[site, $0]) }
    }
    return Tensor(
      shape: [rows.shape[0], sites.count, labelCount],
      elements: (0..<rows.shape[0]).flatMap { _ in own })
  }
}
