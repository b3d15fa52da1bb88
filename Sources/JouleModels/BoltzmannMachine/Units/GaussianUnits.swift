import JouleAlgebra
public import JouleRandom
public import JouleTensor
import RealModule

/// Real numbers of a normal distribution, their variances learnt or held at 1.
///
///     U(x) = x² / 2s − b x,   Γ(I) = s (b + I)² / 2 + ½ log 2πs,   x | I ~ N(s (b + I), s)
///     s = exp(L tanh(z / L)),  L = log 100
///
/// The variance s is positive and within a factor of 100 of 1 whatever z is, and close to e^z near 1. The
/// coupling to other layers is x I without a factor 1/s: its gradient then has none either, which is the usual
/// one scaled by the variance, and does not blow up as a variance falls.
///
/// Reference: K. Cho, A. Ilin, T. Raiko, Improved learning of Gaussian-Bernoulli restricted Boltzmann machines,
/// ICANN 2011, eq. 5–7, there in the parameters b s and W s.
public struct GaussianUnits: Units {
  public static let kind = "gaussian"
  public let count: Int
  /// Whether z is a parameter; else s is 1.
  public let learnsVariance: Bool

  public init(_ count: Int, learnsVariance: Bool = true) {
    self.count = count
    self.learnsVariance = learnsVariance
  }

  public var text: String { learnsVariance ? "gaussian:\(count)" : "standard-gaussian:\(count)" }
  public var shapeNames: [String] { learnsVariance ? ["log_variance"] : [] }
  public func resized(to count: Int) -> GaussianUnits {
    GaussianUnits(count, learnsVariance: learnsVariance)
  }
  public var valuesInWords: String { "finite numbers" }

  /// L
  private static let limit = 4.605_170_185_988_092

  /// s of every unit, `[width]`.
  public func variances<S: TensorScalar>(_ parameters: [Tensor<S>]) -> Tensor<S> {
    guard learnsVariance else { return Tensor([width], repeating: 1) }
    return ((parameters[1] * S(1 / Self.limit)).tanh() * S(Self.limit)).exp()
  }

  /// b and z that give the mean and nine tenths of the variance, some of which hidden units will explain.
  public func parameters<S: TensorScalar>(
    means: Tensor<S>, variances: Tensor<S>, rowCount: Int
  ) -> [Tensor<S>] {
    guard learnsVariance else { return [means] }
    var logs = (variances * 0.9).maximum(with: Tensor([width], repeating: 0.011)).log()
    logs.clamp(to: S(-0.99 * Self.limit)...S(0.99 * Self.limit))
    let ratios = Tensor<Double>(logs * S(1 / Self.limit))
    let z = Tensor<S>(
      Tensor<Double>(ratios.elements.map { Self.limit * Double.atanh($0) }))
    return [means / self.variances([means, z]), z]
  }

  public func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    let squares = Tensor<Double>(values).squared()
    let halves = Tensor<Double>(variances(parameters)).reciprocal() * 0.5
    return squares.matmul(halves) - Tensor<Double>(values.matmul(parameters[0]))
  }

  public func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    let variances = Tensor<Double>(self.variances(parameters))
    let constant = 0.5 * (variances * (2 * Double.pi)).log().sum()
    let fields = Tensor<Double>(input + parameters[0]).squared()
    return fields.matmul(variances * 0.5) + constant
  }

  public func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    input += parameters[0]
    if learnsVariance { input *= variances(parameters) }
  }

  public func formVariances<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>]
  ) {
    input.fill(0)
    input += variances(parameters)
  }

  public func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    formMeans(&input, parameters)
  }

  public func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>], using random: ChainRandom,
    purpose: UInt32
  ) {
    formMeans(&input, parameters)
    var noise = Tensor<S>(zeros: input.shape)
    VectorKernels.best.fill(
      .normal, noise.elements.mutableSpan, columns: count, random.address(purpose: purpose))
    if learnsVariance { noise *= variances(parameters).sqrt() }
    input += noise
  }

  /// ∂U/∂z = −x²/2s · ds/dz / s.
  public func shapeSlopes<S: TensorScalar>(
    atValues values: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] {
    slopes(squares: values.squared(), weights: weights, parameters)
  }

  /// Slopes in the mean μ = s b and in z, that of the mean scaled by the variance, converted back to b and z.
  ///
  /// In b and z a step of z would move the mean by its own size, however narrow the distribution is. With Δx and the slope
  /// G_z at fixed μ, a step of −Δx in μ, and b = μ/s:
  ///
  ///     G_z = ∂z + b Δx d log s/dz,   G_b = −Δx/s − b G_z d log s/dz
  public func decoupledSlopes<S: TensorScalar>(
    bias sum: Tensor<S>, shape: [Tensor<S>], _ centered: [Tensor<S>]
  ) -> (bias: Tensor<S>, shape: [Tensor<S>]) {
    guard learnsVariance else { return (-sum, shape) }
    let growth = growth(centered)
    let leverage = centered[0] * growth
    let slope = shape[0] + leverage * sum
    return (-(sum / variances(centered)) - leverage * slope, [slope])
  }

  /// d log s / dz
  private func growth<S: TensorScalar>(_ parameters: [Tensor<S>]) -> Tensor<S> {
    1 - (parameters[1] * S(1 / Self.limit)).tanh().squared()
  }

  /// With E[x² | I] = (s (b + I))² + s.
  public func shapeSlopes<S: TensorScalar>(
    expectedAt input: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] {
    var means = input
    formMeans(&means, parameters)
    return slopes(squares: means.squared() + variances(parameters), weights: weights, parameters)
  }

  private func slopes<S: TensorScalar>(
    squares: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] {
    guard learnsVariance else { return [] }
    return [weights.matmul(squares) * growth(parameters) / variances(parameters) * S(-0.5)]
  }

  public func firstImpossible(in values: ArraySlice<Float>) -> Int? {
    values.firstIndex { !$0.isFinite }.map { $0 - values.startIndex }
  }
}
