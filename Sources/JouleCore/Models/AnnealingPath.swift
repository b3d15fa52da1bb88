public import JouleRandom
public import JouleTensor

/// A path of distributions from one that is known exactly to a model, for annealed importance sampling.
///
///     p_β(x) ∝ p*_β(x),   p_0 exactly normalised by Z₀ and easy to draw,   p_1 the model
///
/// Any kernel on any path with such a beginning is one, by `KernelAlongPath/starting(from:)`. Reference:
/// R. Neal, Annealed importance sampling, Statistics and Computing 11 (2001), eq. 3–11.
public protocol AnnealingPath: PathKernel {
  /// log Z₀, in nats.
  var baseLogPartition: Double { get }

  /// Exact draws from p₀.
  ///
  /// - Parameter random: addresses the chains: `count` of them from `random.firstChain` on.
  func sampleBase(count: Int, using random: ChainRandom) -> State
}

extension AnnealingPath {
  /// Rows drawn from p₀, `[count, variables]`.
  public func sampledBaseRows(count: Int, using random: ChainRandom) -> Tensor<Scalar> {
    position(of: sampleBase(count: count, using: random))
  }
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
