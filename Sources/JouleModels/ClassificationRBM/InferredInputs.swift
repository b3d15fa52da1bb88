public import JouleCore
public import JouleTensor

/// The inputs of a classification machine, the class summed out, where some of them are missing (NaN): an energy that is never
/// below the true one.
///
///     E(x) ≥ −log Σ_{x_missing, y} exp(−E(x, y)),   by mean field over hidden units, class and missing inputs
///
/// Less log Z it is a lower bound of log p(x_given). `InputDistribution` is exact, and for complete rows alone.
public struct InferredInputs<Scalar: TensorScalar>: EnergyModel {
  private let classCount: Int
  private let inferring: DeepBoltzmannMachine<Scalar>

  /// - Parameter inferenceRounds: of mean-field updates; any number gives a valid bound.
  public init(_ model: ClassificationRBM<Scalar>, inferenceRounds: Int = 50) {
    classCount = model.classCount
    inferring = DeepBoltzmannMachine(
      BoltzmannMachine(model), inferenceRounds: inferenceRounds)
  }

  public var variableCount: Int { inferring.variableCount - classCount }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let free = Tensor<Scalar>([rows.shape[0], classCount], repeating: .nan)
    return inferring.energy(of: Tensor(concatenating: [rows, free], along: 1))
  }
}
