public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// An energy of inputs and answers that a network gives for every answer at once.
///
///     E(x, y) = Σₖ yₖ fₖ(x; θ),   p(y = k | x) ∝ exp(−fₖ(x))
///
/// A row is x followed by y: one of the answers, as a one among zeros. The network sees x alone, so the energies of all
/// answers cost one evaluation; energies of answers that are not finitely many are `NeuralEnergy` over rows (x, y).
/// Parameters: the network's.
public struct ConditionalEnergy<Scalar: TensorScalar>: EnergyExpression {
  /// Variables of x.
  public let inputCount: Int
  /// Answers that y is one of.
  public let answerCount: Int
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()
  private let network: Sequential

  /// - Parameters:
  ///   - network: f, from `[batch, inputs]` to `[batch, answers]`.
  ///   - inputCount: variables of x.
  ///   - answerCount: the network's outputs, at least 2.
  public init(
    _ network: Sequential, inputCount: Int, answerCount: Int, using key: RandomKey
  ) {
    precondition(
      inputCount > 0 && answerCount > 1,
      "at least one input and two answers, got \(inputCount) and \(answerCount)")
    self.network = network
    self.inputCount = inputCount
    self.answerCount = answerCount
    parameters = network.initialParameters(using: key)
  }

  public var variableCount: Int { inputCount + answerCount }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let energies = energies(of: rows.columns(0..<inputCount), parameters)
    return (energies * rows.columns(inputCount..<variableCount)).sum(along: 1)
  }

  /// fₖ(x) of every answer k, `[batch, answers]`.
  ///
  /// - Parameter inputs: x, `[batch, inputs]`.
  public func energies(of inputs: Tensor<Scalar>) -> Tensor<Scalar> {
    workspace.withTape { tape in
      energies(of: tape.value(inputs), ParameterValues(parameters, on: tape)).tensor
    }
  }

  private func energies(
    of inputs: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let energies = network(inputs, parameters)
    precondition(
      energies.shape == [inputs.shape[0], answerCount],
      "a network's output of shape \(energies.shape) for \(answerCount) answers, expected "
        + "[\(inputs.shape[0]), \(answerCount)]")
    return energies
  }
}
