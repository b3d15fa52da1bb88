public import JouleCore
public import JouleTensor

// Distributions are energies too, E = −log p with Z = 1, so that a path may begin at one.

extension BernoulliProduct: LocalEnergy {
  public func markovBlanket(ofSite site: Int) -> [Int] { [] }

  /// log(pᵢ / (1 − pᵢ)) where xᵢ = 1, less of it where xᵢ = 0.
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    requireRows(rows)
    let odds = (probabilities / (1 - probabilities)).log()
    var result = Tensor<Scalar>(zeros: [rows.shape[0], sites.count])
    for row in 0..<rows.shape[0] {
      for (column, site) in sites.enumerated() {
        result[row, column] = (2 * rows[row, site] - 1) * odds[site]
      }
    }
    return result
  }
}

extension BernoulliProduct: DifferentiableEnergy {
  /// −log p, and its gradient −log(pᵢ / (1 − pᵢ)), as continued from bits to real numbers: linear in each.
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    gradient.fill(0)
    gradient -= Tensor<Scalar>(logOdds)
    return energy(of: rows)
  }

  /// −Σ log p of ones, log 1 − p of zeros.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    -Tensor<Scalar>(logDensity(of: rows))
  }
}

extension NormalDistribution: DifferentiableEnergy {
  /// −log p, and its gradient (L Lᵀ)⁻¹ (x − μ).
  public func energy(
    of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>
  ) -> Tensor<Scalar> {
    requireRows(rows)
    let white = whitened(rows)
    Tensor.multiply(white, .none, whitening, .transposed, into: &gradient)
    return (white.squared().sum(along: 1) * 0.5) - Scalar(logConstant)
  }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    return (whitened(rows).squared().sum(along: 1) * 0.5) - Scalar(logConstant)
  }
}

extension UniformBox: DifferentiableEnergy {
  /// The logarithm of the volume inside, +∞ outside; the gradient is zero.
  public func energy(
    of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>
  ) -> Tensor<Scalar> {
    requireRows(rows)
    gradient.fill(0)
    return -Tensor<Scalar>(logDensity(of: rows))
  }
}
