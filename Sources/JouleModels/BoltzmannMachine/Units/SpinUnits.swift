import JouleAlgebra
public import JouleRandom
public import JouleTensor

/// Spins.
///
///     x ∈ {−1, 1},   U(x) = −b x,   Γ(I) = log 2 cosh(b + I),   E[x | I] = tanh(b + I)
public struct SpinUnits: Units {
  public static let kind = "spin"
  public let count: Int

  public init(_ count: Int) { self.count = count }

  public var states: [[Double]]? { [[-1], [1]] }
  public func resized(to count: Int) -> SpinUnits { SpinUnits(count) }
  public var valuesInWords: String { "-1 or 1" }

  /// b = atanh m, m kept off −1 and 1 by an imagined row of either kind.
  public func parameters<S: TensorScalar>(
    means: Tensor<S>, variances: Tensor<S>, rowCount: Int
  ) -> [Tensor<S>] {
    let rows = S(rowCount)
    let smooth = means * (rows / (rows + 2))
    return [((1 + smooth) / (1 - smooth)).log() * 0.5]
  }

  public func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    -Tensor<Double>(values.matmul(parameters[0]))
  }

  /// log 2 cosh y = softplus(2y) − y.
  public func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    let bias = parameters[0]
    var sums = Tensor<Double>(zeros: [input.shape[0]])
    VectorKernels.best.softplusRowSums(
      input.elements.span, bias: bias.elements.span, columns: count, scale: 2,
      into: sums.elements.mutableSpan)
    return sums - Tensor<Double>(input + parameters[0]).sum(along: 1)
  }

  public func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    input += parameters[0]
    input.formTanh()
  }

  public func formVariances<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>]
  ) {
    formMeans(&input, parameters)
    input = 1 - input.squared()
  }

  public func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    input += parameters[0]
    input.formThreshold(above: 0)
    input *= 2
    input -= 1
  }

  /// p(x = 1 | I) = σ(2 (b + I)).
  public func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>], using random: ChainRandom,
    purpose: UInt32
  ) {
    input *= 2
    let bias = parameters[0] * 2
    VectorKernels.best.addBiasLogisticSample(
      input.elements.mutableSpan, bias: bias.elements.span, columns: count,
      random.address(purpose: purpose))
    input *= 2
    input -= 1
  }

  public func firstImpossible(in values: ArraySlice<Float>) -> Int? {
    values.firstIndex { $0 != -1 && $0 != 1 }.map { $0 - values.startIndex }
  }
}
