public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// States of a machine that stand for rows of data, weighted: what is left of a sum over columns that are latent.
///
///     E[w φ(v, u)] = Σ_u p*(v, u) φ(v, u)   for every φ
///
/// Several chains stand for each row. Without latent columns u they are the row itself, and w is p*(v).
public struct RowCompletions<Scalar: TensorScalar>: Sendable {
  /// `[rows · chains, variables]`, the chains of a row next to each other.
  public let states: Tensor<Scalar>
  /// log w of every state, in nats.
  public let logWeights: [Double]
  /// How many states stand for a row.
  public let chains: Int

  /// - Precondition: as many weights as states, the same number for every row.
  public init(states: Tensor<Scalar>, logWeights: [Double], chains: Int) {
    precondition(
      chains > 0 && states.shape[0] == logWeights.count && logWeights.count % chains == 0,
      "\(logWeights.count) weights of \(states.shape[0]) states, \(chains) a row")
    self.states = states
    self.logWeights = logWeights
    self.chains = chains
  }

  /// Rows of a model that has no other columns: w is p*(v), exactly.
  ///
  /// - Parameter rows: `[batch, variables]`.
  public init<Model: EnergyModel>(_ rows: Tensor<Scalar>, of model: Model, chains: Int)
  where Model.Scalar == Scalar {
    let places = (0..<rows.shape[0] * chains).map { $0 / chains }
    let energies = model.energy(of: rows).elements
    self.init(
      states: rows.rows(at: places), logWeights: places.map { -Double(energies[$0]) },
      chains: chains)
  }

  /// The weights of every row: each one's log mean estimates log p*(v) = log Σ_u p*(v, u), too low on average.
  public var rows: [ImportanceWeights] { Self.byRow(logWeights, chains: chains) }

  static func byRow(_ logWeights: [Double], chains: Int) -> [ImportanceWeights] {
    stride(from: 0, to: logWeights.count, by: chains).map {
      ImportanceWeights(Array(logWeights[$0..<$0 + chains]))
    }
  }
}

extension AnnealedImportanceSampling {
  /// Estimates of how probable rows are, which need no log Z and err low: RAISE.
  ///
  /// Annealing from p₀ towards the model is a way of drawing rows, and p_ann(v) is how often it draws v: a distribution
  /// with its constant, close to the model where annealing is slow. Run back from a row, weights estimate it without bias,
  ///
  ///     p_ann(v) = E[w Πₖ p*_{k−1}(xₖ) / p*ₖ(xₖ)] / Z₀,   w and x from the completions of v
  ///
  /// so the logarithm of their mean is too low on average; and over rows of the model itself the mean of
  /// log p_ann is below that of log p. The annealing meant is the one whose last transition is at the last but one β.
  ///
  /// - Returns: for every row its weights, whose log mean estimates log p_ann(v), in nats.
  /// - Precondition: transitions are reversible, as block Gibbs sampling of two blocks is.
  /// - Throws: the first fault of a chain.
  ///
  /// Reference: Y. Burda, R. Grosse, R. Salakhutdinov, Accurate and conservative estimates of MRF log-likelihood using
  /// reverse annealing, AISTATS 2015, §3.
  public func rowProbabilities(
    of completions: RowCompletions<Path.Scalar>, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> [ImportanceWeights] {
    let base = path.baseLogPartition
    let back = try reverse(from: completions.states, key: key, on: workers, progress: progress)
    return RowCompletions<Path.Scalar>.byRow(
      zip(completions.logWeights, back.logWeights).map { $0 + $1 - base },
      chains: completions.chains)
  }
}
