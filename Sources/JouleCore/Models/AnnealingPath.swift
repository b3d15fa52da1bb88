public import JouleRandom
public import JouleTensor

/// A path of distributions from one that is known exactly to a model, for annealed importance sampling.
///
///     p_β(x) ∝ p*_β(x),   p_0 exactly normalised by Z₀ and easy to draw,   p_1 the model
///
/// A path is an immutable value; the chains are the state. Reference: R. Neal, Annealed importance
/// sampling, Statistics and Computing 11 (2001), eq. 3–11.
public protocol AnnealingPath: Sendable {
  associatedtype Scalar: TensorScalar
  associatedtype State: Sendable

  /// log Z₀, in nats.
  var baseLogPartition: Double { get }

  /// Exact draws from p₀.
  ///
  /// - Parameter random: addresses the chains: `count` of them from `random.firstChain` on.
  func sampleBase(count: Int, using random: ChainRandom) -> State

  /// Chains that stand at given rows, `[chains, variables]`.
  func makeState(at rows: Tensor<Scalar>) -> State

  /// Where the chains stand, `[chains, variables]`.
  func position(of state: State) -> Tensor<Scalar>

  /// Weighs, then moves.
  ///
  ///     logWeights[c] ← logWeights[c] + log p*_to(x_c) − log p*_from(x_c)
  ///     x_c ← T_to(x_c),   a transition that leaves p_to invariant
  func advance(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double],
    using random: ChainRandom)
}

/// A model for which annealing paths exist.
public protocol AnnealableModel: EnergyModel {
  associatedtype Path: AnnealingPath where Path.Scalar == Scalar

  /// The path from independent variables of given means to the model.
  ///
  /// - Parameter baseMeans: `[variables]`, each strictly between 0 and 1; nil takes what the model
  ///   itself suggests. Closer to the model's own means is better; any choice is valid.
  func annealingPath(fromMeans baseMeans: Tensor<Scalar>?) -> Path
}
