import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Independent binary variables.
///
///     p(x) = Πᵢ pᵢ^xᵢ (1 − pᵢ)^(1 − xᵢ),   x in {0, 1}ⁿ
public struct BernoulliProduct<Scalar: TensorScalar>: EnumerableDistribution {
  /// p, `[variables]`.
  public let probabilities: Tensor<Scalar>
  /// log p − log(1 − p)
  let logOdds: Tensor<Double>
  /// Σ log(1 − p)
  private let logAllOff: Double

  /// - Precondition: a vector, each strictly between 0 and 1.
  public init(probabilities: Tensor<Scalar>) {
    precondition(
      probabilities.rank == 1 && probabilities.elements.allSatisfy { $0 > 0 && $0 < 1 },
      "probabilities lie strictly between 0 and 1, got \(probabilities)")
    self.probabilities = probabilities
    let p = Tensor<Double>(probabilities)
    let logOff = (-p).log1p()
    logOdds = p.log() - logOff
    logAllOff = logOff.sum(along: 0)[]
  }

  public var variableCount: Int { probabilities.count }

  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    rows.fill(0)
    rows += probabilities
    VectorKernels.best.bernoulliInPlace(
      rows.elements.mutableSpan, columns: variableCount,
      random.address(purpose: DrawPurpose.proposal))
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    Tensor<Double>(rows).matmul(logOdds) + logAllOff
  }

  /// All 2ⁿ rows.
  public var support: Tensor<Scalar> { StateSpace(binary: variableCount).rows }

  public var supportProbabilities: [Double] { logDensity(of: support).exp().elements }
}
