public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleSampling
public import JouleTensor

/// Says whether a kernel leaves a distribution on finitely many states invariant, and how well it mixes.
///
///     let oracle = KernelOracle(energy, over: StateSpace(binary: 4))
///     let report = try oracle.report(on: kernel)
///     print(report)                              // and report.passes
///
/// A kernel that can list its transitions is judged exactly, and then held to its list by drawing from it;
/// any other is judged by counting, with the error that counting has. The proposals of a
/// Metropolis-Hastings kernel are checked by themselves: whether the densities that they state are
/// those with which they draw.
///
/// Up to some 4,096 states: the matrix is dense.
public struct KernelOracle<Scalar: TensorScalar>: Sendable {
  /// The states of positive probability.
  public let space: StateSpace<Scalar>
  /// π of each, in sum one.
  public let probabilities: [Double]
  let workers: Workers
  let key: RandomKey
  /// Draws, all states together, where transitions are counted.
  let draws: Int

  /// The largest number of states.
  public static var largestCount: Int { 4096 }

  /// An oracle for the distribution of an energy, p(x) ∝ exp(−E(x)).
  ///
  /// - Parameters:
  ///   - space: all states; those of energy +∞ are left out.
  ///   - draws: how many transitions are drawn, all states together, where there is something to count.
  ///   - key: what draws descend from.
  /// - Precondition: no energy is NaN or −∞, some are finite; at most 4,096 states.
  public init<Energy: EnergyModel>(
    _ energy: Energy, over space: StateSpace<Scalar>, draws: Int = 1_000_000,
    key: RandomKey = RandomKey(seed: 0), on workers: Workers = .single
  ) where Energy.Scalar == Scalar {
    let energies = Tensor<Double>(energy.energy(of: space.rows))
    precondition(
      energies.elements.allSatisfy { $0 > -.infinity },
      "an energy of the \(space.count) states is NaN or -infinity")
    let logPartition = LogSum.of(energies.elements.lazy.map { -$0 })
    precondition(
      logPartition.isFinite, "some of the \(space.count) states have a finite energy")
    self.init(
      over: space, probabilities: (-energies - logPartition).exp().elements, draws: draws,
      key: key, on: workers)
  }

  /// An oracle for given probabilities, one a state; those of zero are left out.
  ///
  /// - Precondition: not negative, in sum one within 10⁻⁶; at most 4,096 states.
  public init(
    over space: StateSpace<Scalar>, probabilities: [Double], draws: Int = 1_000_000,
    key: RandomKey = RandomKey(seed: 0), on workers: Workers = .single
  ) {
    precondition(
      probabilities.count == space.count,
      "\(probabilities.count) probabilities of \(space.count) states")
    let total = probabilities.reduce(0, +)
    precondition(
      probabilities.allSatisfy { $0 >= 0 } && abs(total - 1) < 1e-6,
      "probabilities are not negative and sum to one, not \(total)")
    let support = probabilities.indices.filter { probabilities[$0] > 0 }
    precondition(
      support.count <= Self.largestCount,
      "\(support.count) states of positive probability: at most \(Self.largestCount)")
    precondition(draws > 0, "transitions are counted in at least one draw, got \(draws)")
    self.space =
      support.count == space.count ? space : StateSpace(rows: space.rows.rows(at: support))
    self.probabilities = support.map { probabilities[$0] / total }
    self.draws = draws
    self.key = key
    self.workers = workers
  }

  /// A report on any kernel, by counting.
  ///
  /// - Throws: where a chain faults, or leaves the states of positive probability.
  public func report<Kernel: TransitionKernel>(
    on kernel: Kernel
  ) throws(OracleError) -> KernelReport where Kernel.Scalar == Scalar {
    try countedReport(on: kernel, proposal: nil)
  }

  /// A report on a kernel that lists its transitions: exact, and the list held against draws.
  ///
  /// - Throws: where a chain faults, or leaves the states of positive probability.
  public func report<Kernel: EnumerableKernel>(
    on kernel: Kernel
  ) throws(OracleError) -> KernelReport where Kernel.Scalar == Scalar {
    try exactReport(on: kernel, proposal: nil)
  }

  /// A report on a Metropolis-Hastings kernel, its proposal included.
  ///
  /// - Throws: where a chain faults, or leaves the states of positive probability.
  public func report<Energy: EnergyModel, Q: Proposal>(
    on kernel: MetropolisHastings<Energy, Q>
  ) throws(OracleError) -> KernelReport where Energy.Scalar == Scalar {
    try countedReport(on: kernel, proposal: audit(kernel.proposal))
  }

  /// A report on a Metropolis-Hastings kernel whose proposal lists its outcomes.
  ///
  /// - Throws: where a chain faults, or leaves the states of positive probability.
  public func report<Energy: EnergyModel, Q: EnumerableProposal>(
    on kernel: MetropolisHastings<Energy, Q>
  ) throws(OracleError) -> KernelReport where Energy.Scalar == Scalar {
    try exactReport(on: kernel, proposal: audit(kernel.proposal))
  }
}

/// Why there is no report.
public enum OracleError: Error, Sendable, CustomStringConvertible {
  /// A chain could not make its move: the row is the number of the state that it started from.
  case fault(TransitionFault)
  /// A transition leads to what is no state of positive probability.
  case leaves(StateSpaceError)
  /// The matrix could not be analysed.
  case chain(MarkovChainError)

  public var description: String {
    switch self {
    case .fault(let fault): "the kernel cannot move: \(fault)"
    case .leaves(let error): "\(error), or has no probability"
    case .chain(let error): "\(error)"
    }
  }
}
