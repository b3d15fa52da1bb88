public import JouleCore
public import JouleRandom
public import JouleTensor

/// The uniform distribution on a box: x[i] in [lower[i], upper[i]).
public struct UniformBox<Scalar: TensorScalar>: TractableDistribution {
  /// `[variables]`
  public let lower: Tensor<Scalar>
  /// `[variables]`
  public let upper: Tensor<Scalar>
  private let logVolume: Double

  /// - Precondition: vectors of one length; each lower bound below its upper one, all finite.
  public init(lower: Tensor<Scalar>, upper: Tensor<Scalar>) {
    precondition(
      lower.rank == 1 && lower.shape == upper.shape
        && zip(lower.elements, upper.elements).allSatisfy { $0 < $1 && ($1 - $0).isFinite },
      "a box has finite lower bounds below its upper ones, got \(lower) and \(upper)")
    self.lower = lower
    self.upper = upper
    logVolume = Tensor<Double>(upper - lower).log().sum(along: 0)[]
  }

  public var variableCount: Int { lower.count }

  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    rows.fillUniform(using: random)
    rows *= upper - lower
    rows += lower
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    // How far inside the nearer side each variable lies; below zero is outside.
    let room = Tensor<Double>((rows - lower).minimum(with: -(rows - upper)).min(along: 1))
    return Tensor(room.elements.map { $0 >= 0 ? -logVolume : -.infinity })
  }
}
