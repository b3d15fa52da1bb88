import JouleAlgebra
import JouleCore
public import JouleTensor

extension DeepBoltzmannMachine {
  /// Q(h | v) = Πₗ Πⱼ q(hˡⱼ): independent units, each of its own kind, at an input of its own.
  public struct Posterior: Sendable {
    /// v, and the means of every layer above, `[batch, width]` each.
    public internal(set) var means: [Tensor<Scalar>]
    /// The inputs that the means belong to; the first layer has none.
    var inputs: [Tensor<Scalar>]
  }

  /// The mean-field approximation of p(h¹, …, h^L | v).
  ///
  ///     mean of layer l ← its mean at the input from the means of layers l − 1 and l + 1
  ///
  /// Layers start at the means that they have by themselves. A round updates the odd layers, then the even
  /// ones; the odd ones are updated once more at the end. Layers of one parity do not touch, so every update
  /// is an exact maximum of the bound over half of all layers: the bound never falls, and nothing
  /// has to be damped. Any number of rounds gives a valid bound. Rows do not depend on each other.
  ///
  /// - Parameter rows: v, `[batch, variables]`.
  /// - Complexity: a round costs all products above the first layer twice.
  ///
  /// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, eq. 8 and 9.
  public func posterior(of rows: Tensor<Scalar>) -> Posterior {
    requireRows(rows)
    let layers = machine.layers
    var inputs = layers.map { Tensor<Scalar>(zeros: [rows.shape[0], $0.width]) }
    var means = [rows]
    for layer in layers.indices.dropFirst() {
      means.append(machine.mean(ofLayer: layer, inputs[layer]))
    }
    func update(_ layer: Int) {
      inputs[layer] = machine.input(toLayer: layer, from: means)
      means[layer] = machine.mean(ofLayer: layer, inputs[layer])
    }
    // Without a second hidden layer there is nothing to go back and forth between.
    for _ in 0..<(layers.count > 2 ? inferenceRounds : 0) {
      for layer in stride(from: 1, to: layers.count, by: 2) { update(layer) }
      for layer in stride(from: 2, to: layers.count, by: 2) { update(layer) }
    }
    for layer in stride(from: 1, to: layers.count, by: 2) { update(layer) }
    return Posterior(means: means, inputs: inputs)
  }

  /// E_Q[−E(v, h)] + H(Q) of every row: log Z plus a lower bound of log p(v).
  ///
  /// A layer's entropy and the mean of its own energy are A(x) − xᵀμ, x being its input and A its
  /// log-partition function. The couplings are in the inputs of the odd layers, which
  /// were updated last:
  ///
  ///     −E⁰(v) + Σ_{l odd} Aˡ(xˡ) + Σ_{l even, > 0} (Aˡ(xˡ) − xˡᵀμˡ)
  ///
  /// - Returns: `[batch]`, in nats.
  public func evidence(of posterior: Posterior) -> Tensor<Double> {
    var sum = Tensor<Double>(machine.ownExponent(ofLayer: 0, posterior.means[0]))
    for layer in machine.layers.indices.dropFirst() {
      let input = posterior.inputs[layer]
      sum += Tensor<Double>(machine.logPartition(ofLayer: layer, input))
      if layer % 2 == 0 {
        sum -= Tensor<Double>((input * posterior.means[layer]).sum(along: 1))
      }
    }
    return sum
  }

  /// E_Q[−E(v, h)] + H(Q) of every row, at the posterior of that row: less log Z it is a lower bound of
  /// log p(v), and equal to it with one hidden layer.
  public func evidence(of rows: Tensor<Scalar>) -> Tensor<Double> {
    evidence(of: posterior(of: rows))
  }
}
