public import JouleAlgebra
public import JouleCore
public import JouleTensor

/// A deep Boltzmann machine as a model of its first layer: the data v below, everything above latent.
///
///     p(v) = Σ_{h¹…h^L} exp(−E(v, h¹, …, h^L)) / Z,    E couples neighbouring layers
///
/// The joint model is ``machine``: sampling, annealing and exact sums are its own, layers 0, 2, … being its
/// visible block and 1, 3, … its hidden one. Here is what remains to do when only v is known: mean-field
/// inference, which gives a lower bound of log p(v) and the rows that gradients need.
///
/// With one hidden layer inference is exact, and everything is that of a restricted Boltzmann machine. The first
/// layer may be of any units; those above have no parameters but biases, as bits, spins and categories do, because
/// means are all that inference hands to gradients.
///
/// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, §2–3.
public struct DeepBoltzmannMachine<Scalar: TensorScalar>: Sendable, Equatable {
  /// The joint model of all layers.
  public var machine: BoltzmannMachine<Scalar>
  /// Rounds of mean-field updates; see ``posterior(of:)``.
  public var inferenceRounds: Int

  /// - Parameter inferenceRounds: at least 0.
  public init(_ machine: BoltzmannMachine<Scalar>, inferenceRounds: Int = 10) {
    precondition(
      inferenceRounds >= 0, "rounds of inference are not negative, got \(inferenceRounds)")
    for layer in machine.layers.dropFirst() where !layer.isInferred {
      preconditionFailure("inference by means cannot do for hidden units \(layer.text)")
    }
    self.machine = machine
    self.inferenceRounds = inferenceRounds
  }

  /// The machine's.
  public var parameters: ParameterSet<Scalar> {
    get { machine.parameters }
    // In place: a copy of all weights an update would cost as much as a pass of the optimizer.
    _modify { yield &machine.parameters }
  }

  /// The units of the first layer.
  public var variableCount: Int { machine.layers[0].width }
}

extension DeepBoltzmannMachine: DeepModel {
  /// The variational free energy of every row: −(E_Q[−E] + H(Q)), an upper bound of −log Σ_h exp(−E).
  ///
  /// - Parameter rows: v, `[batch, variables]`.
  /// - Returns: `[batch]`, in nats.
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    -Tensor<Scalar>(evidence(of: posterior(of: rows)))
  }

  /// - Precondition: values are missing (NaN) of data units only whose parameters are all biases, because a gradient at
  ///   means knows nothing of the others.
  public func complete(_ rows: Tensor<Scalar>) -> LatentRows<Scalar> {
    precondition(
      machine.layers[0].isInferred || !rows.containsNaN,
      "inference by means cannot do for missing values of units \(machine.layers[0].text)")
    let posterior = posterior(of: rows)
    return LatentRows(
      visible: machine.block(of: posterior.means, parity: 0),
      hiddenMean: machine.block(of: posterior.means, parity: 1))
  }

  /// See `DeepModel`. What is missing of v (NaN) is its mean.
  public func inferredRows(for rows: Tensor<Scalar>) -> Tensor<Scalar> {
    machine.block(of: posterior(of: rows).means, parity: 0)
  }

  /// The weighted sum of variational free-energy gradients: at the means of Q, those of the joint energy.
  /// Where Q has settled they are the gradients of the bound itself; its own change adds nothing.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    machine.accumulateGradient(
      of: terms.map {
        GradientTerm($0.completion, weight: $0.weight, rowWeights: $0.rowWeights)
      }, into: &gradient, scalingPreviousBy: scale, on: workers)
  }
}
