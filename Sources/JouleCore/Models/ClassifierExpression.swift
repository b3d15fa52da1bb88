public import JouleAutodiff
public import JouleRandom
public import JouleTensor

/// A classifier whose energies E(x, y) are written over values, so that it learns by differentiating them.
public protocol ClassifierExpression: EnergyExpression, ClassifierModel {
  /// E(x, y) of every input with every class.
  ///
  /// - Parameters:
  ///   - inputs: x, `[batch, inputs]`.
  ///   - dropout: units that are left out of this evaluation.
  /// - Returns: `[batch, classes]`, in nats.
  func classEnergies(
    of inputs: Value<Scalar>, _ parameters: ParameterValues<Scalar>, dropout: UnitDropout
  ) -> Value<Scalar>
}

/// Which units of a network an evaluation leaves out: each one of a layer with the same probability, drawn anew for
/// every row. Those that stay are scaled up, so that sums keep their means and a trained network needs no change.
///
///     h ← h m / (1 − p),   m = 0 with the probability p, else 1
///
/// Reference: N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Dropout: a simple way to
/// prevent neural networks from overfitting, JMLR 15 (2014), §4 and §10.
public struct UnitDropout: Sendable, Equatable {
  /// p of the inputs.
  public let inputs: Double
  /// p of hidden units.
  public let hidden: Double
  /// What is drawn with; a row of the batch is a chain.
  private let random: ChainRandom

  /// No unit is left out.
  public static let none = UnitDropout(
    inputs: 0, hidden: 0, using: ChainRandom(key: RandomKey(seed: 0)))

  /// - Parameters:
  ///   - inputs: the probability of an input to be left out, in [0, 1).
  ///   - hidden: that of a hidden unit.
  public init(inputs: Double, hidden: Double, using random: ChainRandom) {
    precondition(
      inputs >= 0 && inputs < 1 && hidden >= 0 && hidden < 1,
      "probabilities of leaving out lie in [0, 1), got \(inputs) and \(hidden)")
    self.inputs = inputs
    self.hidden = hidden
    self.random = random
  }

  /// A layer's units without those that are left out.
  ///
  /// - Parameters:
  ///   - units: `[batch, units]`.
  ///   - layer: 0 for the inputs, 1 for the hidden layer next to them.
  public func callAsFunction<Scalar: TensorScalar>(
    _ units: Value<Scalar>, layer: Int
  ) -> Value<Scalar> {
    let probability = layer == 0 ? inputs : hidden
    guard probability > 0 else { return units }
    var mask = Tensor<Scalar>(uniform: units.shape, using: random, draw: layer)
    // Thresholds are strict: 1 where u > t, of which the share is 1 − t.
    mask.formThreshold(above: Scalar(probability))
    mask.scale(by: Scalar(1 / (1 - probability)))
    return units * units.tape.value(mask)
  }
}
