import JouleAlgebra
public import JouleRandom
public import JouleTensor

/// Bits.
///
///     x ∈ {0, 1},   U(x) = −b x,   Γ(I) = softplus(b + I),   p(x = 1 | I) = σ(b + I)
public struct BernoulliUnits: Units {
  public static let kind = "bernoulli"
  public let count: Int

  public init(_ count: Int) { self.count = count }

  public var isDeterminedByMean: Bool { true }
  public var states: [[Double]]? { [[0], [1]] }
  public func resized(to count: Int) -> BernoulliUnits { BernoulliUnits(count) }
  public var valuesInWords: String { "0 or 1" }

  /// b = log(m / (1 − m)), m kept off 0 and 1 by an imagined row of either kind.
  public func parameters<S: TensorScalar>(
    means: Tensor<S>, variances: Tensor<S>, rowCount: Int
  ) -> [Tensor<S>] {
    let rows = S(rowCount)
    let smooth = (means * rows + 1) * (1 / (rows + 2))
    return [(smooth / (1 - smooth)).log()]
  }

  public func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    -Tensor<Double>(values.matmul(parameters[0]))
  }

  public func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    let bias = parameters[0]
    var sums = Tensor<Double>(zeros: [input.shape[0]])
    VectorKernels.best.softplusRowSums(
      input.elements.span, bias: bias.elements.span, columns: count, scale: 1,
      into: sums.elements.mutableSpan)
    return sums
  }

  public func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    let bias = parameters[0]
    VectorKernels.best.addBiasLogistic(
      input.elements.mutableSpan, bias: bias.elements.span, columns: count)
  }

  public func formVariances<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>]
  ) {
    formMeans(&input, parameters)
    input -= input.squared()
  }

  public func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    input += parameters[0]
    input.formThreshold(above: 0)
  }

  public func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>], using random: ChainRandom,
    purpose: UInt32
  ) {
    let bias = parameters[0]
    VectorKernels.best.addBiasLogisticSample(
      input.elements.mutableSpan, bias: bias.elements.span, columns: count,
      random.address(purpose: purpose))
  }

  public func formDraws<S: TensorScalar>(
    ofMeans means: inout Tensor<S>, using random: ChainRandom, purpose: UInt32
  ) {
    VectorKernels.best.bernoulliInPlace(
      means.elements.mutableSpan, columns: count, random.address(purpose: purpose))
  }

  public func firstImpossible(in values: ArraySlice<Float>) -> Int? {
    values.firstIndex { $0 != 0 && $0 != 1 }.map { $0 - values.startIndex }
  }
}
