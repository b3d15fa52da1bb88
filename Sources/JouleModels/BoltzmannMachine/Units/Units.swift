public import JouleRandom
public import JouleTensor

/// Units of one kind, side by side in a layer: what a unit is, from its input alone.
///
///     p(x | I) = exp(−U(x) + Σᵢ Iᵢ xᵢ − Γ(I)),   Γ(I) = log Σₓ exp(−U(x) + Σᵢ Iᵢ xᵢ)
///
/// with an integral where x is continuous. U is the units' own energy, I the input from other layers. The
/// first parameter of every kind is its bias b, of one number a column, and enters as −b x; so means are
/// E[x | I] = ∂Γ/∂I. Everything that a Boltzmann machine does is written over this.
///
/// Inputs and values are blocks `[batch, width]`.
public protocol Units: Sendable {
  /// The name of the kind, as in "bernoulli:784".
  static var kind: String { get }

  /// The number of units.
  var count: Int { get }
  /// The number of columns that they take.
  var width: Int { get }
  /// Kind and size: "bernoulli:784", "potts:53x21".
  var text: String { get }

  /// Another number of the same units.
  func resized(to count: Int) -> Self

  /// The names of parameters beyond the bias, each of `[width]`.
  var shapeNames: [String] { get }

  /// Whether E[x | I] says all of p(x | I), so that draws can be made of means.
  var isDeterminedByMean: Bool { get }

  /// The states of one unit, each as the values of its columns; nil where there is no finite number.
  var states: [[Double]]? { get }

  /// Parameters that make units without input follow what is known of data; a guess is enough.
  ///
  /// - Parameters:
  ///   - means: of every column.
  ///   - variances: of every column.
  ///   - rowCount: how many rows these are from.
  func parameters<S: TensorScalar>(
    means: Tensor<S>, variances: Tensor<S>, rowCount: Int
  ) -> [Tensor<S>]

  /// Parameters of units that nothing is known of.
  func restingParameters<S: TensorScalar>() -> [Tensor<S>]

  /// U(x) of every row, summed over the units, in nats.
  func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double>

  /// Γ(I) of every row, summed over the units, in nats.
  func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double>

  /// I becomes E[x | I].
  func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>])

  /// I becomes the variance of every column, ∂²Γ/∂Iᵢ².
  func formVariances<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>])

  /// I becomes the likeliest x.
  func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>])

  /// I becomes a draw from p(x | I).
  ///
  /// - Parameters:
  ///   - random: addresses the rows.
  ///   - purpose: of the draws.
  func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>], using random: ChainRandom,
    purpose: UInt32)

  /// Means become draws, the same as from their inputs.
  ///
  /// - Precondition: ``isDeterminedByMean``.
  func formDraws<S: TensorScalar>(
    ofMeans means: inout Tensor<S>, using random: ChainRandom, purpose: UInt32)

  /// Σᵣ rᵣ ∂U(x)/∂θ of every shape parameter, in the order of ``shapeNames``.
  func shapeSlopes<S: TensorScalar>(
    atValues values: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>]

  /// Σᵣ rᵣ E[∂U(x)/∂θ | I] of every shape parameter.
  func shapeSlopes<S: TensorScalar>(
    expectedAt input: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>]

  /// Slopes for centred learning: in parameters that do not pull on each other, converted back. By default as they are.
  ///
  /// - Parameters:
  ///   - sum: Σ w x of weights that add to zero; the bias's own slope is its negative.
  ///   - shape: the slopes of the shape.
  ///   - centered: the parameters, the bias with the input that the other layers give at their offsets.
  func decoupledSlopes<S: TensorScalar>(
    bias sum: Tensor<S>, shape: [Tensor<S>], _ centered: [Tensor<S>]
  ) -> (bias: Tensor<S>, shape: [Tensor<S>])

  /// What values the units take, in words: "0 or 1".
  var valuesInWords: String { get }

  /// The first column of a row whose value no unit can take; nil when all can be.
  func firstImpossible(in values: ArraySlice<Float>) -> Int?
}

extension Units {
  public var width: Int { count }
  public var text: String { "\(Self.kind):\(count)" }
  public var shapeNames: [String] { [] }
  public var isDeterminedByMean: Bool { false }
  public var states: [[Double]]? { nil }

  public func restingParameters<S: TensorScalar>() -> [Tensor<S>] {
    (0...shapeNames.count).map { _ in Tensor(zeros: [width]) }
  }

  public func formDraws<S: TensorScalar>(
    ofMeans means: inout Tensor<S>, using random: ChainRandom, purpose: UInt32
  ) {
    preconditionFailure("\(Self.kind) units are not determined by their means")
  }

  public func shapeSlopes<S: TensorScalar>(
    atValues values: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] { [] }

  public func shapeSlopes<S: TensorScalar>(
    expectedAt input: Tensor<S>, weights: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> [Tensor<S>] { [] }

  public func decoupledSlopes<S: TensorScalar>(
    bias sum: Tensor<S>, shape: [Tensor<S>], _ centered: [Tensor<S>]
  ) -> (bias: Tensor<S>, shape: [Tensor<S>]) { (-sum, shape) }
}
