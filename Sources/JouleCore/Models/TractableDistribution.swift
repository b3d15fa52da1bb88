public import JouleRandom
public import JouleTensor

/// A distribution that can be drawn from directly, and whose density is known with its constant:
/// an independence proposal, the base of an importance sampler, exact starts.
public protocol TractableDistribution<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar

  /// The number of variables in a row.
  var variableCount: Int { get }

  /// Independent draws, one a row.
  ///
  /// - Parameters:
  ///   - random: addresses the rows; row r draws as chain r of it.
  ///   - rows: `[count, variables]`, overwritten.
  func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>)

  /// log p(x) of every row, constants included, in nats; −∞ outside the support.
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Returns: `[batch]`.
  func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double>
}

extension TractableDistribution {
  /// So many independent draws, `[count, variables]`.
  public func sample(count: Int, using random: ChainRandom) -> Tensor<Scalar> {
    var rows = Tensor<Scalar>(zeros: [count, variableCount])
    sample(using: random, into: &rows)
    return rows
  }
}

// A distribution is an energy too, E = −log p with Z = 1.
extension EnergyModel where Self: TractableDistribution {
  /// −log p(x).
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    return -Tensor<Scalar>(logDensity(of: rows))
  }
}

/// A distribution on finitely many rows.
public protocol EnumerableDistribution: TractableDistribution {
  /// Every row that can be drawn, `[rows, variables]`.
  var support: Tensor<Scalar> { get }

  /// The probability with which each is drawn; they sum to one.
  var supportProbabilities: [Double] { get }
}
