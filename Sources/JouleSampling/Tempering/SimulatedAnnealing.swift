public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Simulated annealing: chains are cooled until they settle near minima of the energy.
///
///     for β in schedule:  x ← T_β(x),  T_β leaves exp(−β E) invariant
///
/// Any kernel along any path serves; for the path of one energy over temperatures:
///
///     let chains = KernelAlongPath(TemperingPath(energy)) { energy, _ in
///       MetropolisHastings(energy, BitFlip<Double>())
///     }
///     let annealing = SimulatedAnnealing(
///       chains, schedule: try .geometric(from: 0.1, to: 10, steps: 2000))
///     let found = try annealing.minimize(energy, from: rows, key: key)
///
/// Each chain's best state on its way is kept. No schedule that ends guarantees the minimum: many chains and
/// several lengths that agree are the sign of it.
///
/// Reference: S. Kirkpatrick, C. Gelatt, M. Vecchi, Optimization by simulated annealing, Science 220 (1983).
public struct SimulatedAnnealing<Chains: PathKernel>: Sendable {
  /// The kernels T_β.
  public var chains: Chains
  public let schedule: CoolingSchedule

  public init(_ chains: Chains, schedule: CoolingSchedule) {
    self.chains = chains
    self.schedule = schedule
  }

  /// Cools chains from given rows.
  ///
  /// - Parameters:
  ///   - energy: what is to be small; usually that of the path.
  ///   - rows: where the chains start, `[chains, variables]`, at least one.
  ///   - workers: the result does not depend on their number.
  ///   - progress: called now and then with the fraction done.
  /// - Throws: the first fault of a chain; an energy that is NaN is one.
  /// - Complexity: a transition and an energy of every chain a step.
  public func minimize<Energy: EnergyModel>(
    _ energy: Energy, from rows: Tensor<Chains.Scalar>, key: RandomKey,
    on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> AnnealedStates<Chains.Scalar>
  where Energy.Scalar == Chains.Scalar {
    precondition(
      rows.rank == 2 && rows.shape[0] > 0,
      "annealing starts at rows of a matrix, at least one; got shape \(rows.shape)")
    let (chains, betas) = (chains, schedule.betas)
    var pieces = RowPieces.ranges(rows.shape[0]).map { range in
      Piece(first: range.lowerBound, at: rows.rows(range), chains, energy)
    }
    // Rounds of steps let progress be shown at little cost.
    let round = Swift.max(1, Swift.min(100, betas.count / 50))
    for start in stride(from: 0, to: betas.count, by: round) {
      let steps = start..<Swift.min(start + round, betas.count)
      workers.mutateEach(&pieces) { _, piece in
        for step in steps where piece.fault == nil {
          piece.cool(
            chains, energy, to: betas[step],
            using: ChainRandom(key: key, firstChain: piece.first, step: step))
        }
      }
      if let fault = pieces.lazy.compactMap(\.fault).first { throw fault }
      progress(Double(steps.upperBound) / Double(betas.count))
    }
    return AnnealedStates(
      rows: Tensor(concatenating: pieces.map(\.best), along: 0),
      energies: pieces.flatMap(\.energies),
      finalRows: Tensor(concatenating: pieces.map { chains.position(of: $0.state) }, along: 0))
  }

  /// Some of the chains, with the best that each has seen.
  private struct Piece: Sendable {
    let first: Int
    var state: Chains.State
    var best: Tensor<Chains.Scalar>
    var energies: [Double]
    var fault: TransitionFault?

    init<Energy: EnergyModel>(
      first: Int, at rows: Tensor<Chains.Scalar>, _ chains: Chains, _ energy: Energy
    ) where Energy.Scalar == Chains.Scalar {
      self.first = first
      state = chains.makeState(at: rows)
      best = rows
      energies = energy.energy(of: rows).elements.map { Double($0) }
      noteNaN(in: energies)
    }

    mutating func cool<Energy: EnergyModel>(
      _ chains: Chains, _ energy: Energy, to beta: Double, using random: ChainRandom
    ) where Energy.Scalar == Chains.Scalar {
      if let fault = chains.step(&state, at: beta, using: random).fault?.located(at: beta) {
        self.fault = TransitionFault(row: first + fault.row, reason: fault.reason)
        return
      }
      let rows = chains.position(of: state)
      let found = energy.energy(of: rows).elements.map { Double($0) }
      noteNaN(in: found)
      let better = found.indices.map { found[$0] < energies[$0] }
      best.assignRows(where: better, from: rows)
      for chain in found.indices where better[chain] { energies[chain] = found[chain] }
    }

    private mutating func noteNaN(in values: [Double]) {
      guard let chain = values.firstIndex(where: \.isNaN) else { return }
      fault = TransitionFault(row: first + chain, reason: .notFinite("its energy"))
    }
  }
}

/// What simulated annealing found.
public struct AnnealedStates<Scalar: TensorScalar>: Sendable, Equatable {
  /// The best state of each chain, `[chains, variables]`.
  public let rows: Tensor<Scalar>
  /// The energies of ``rows``, in nats.
  public let energies: [Double]
  /// Where the chains ended, `[chains, variables]`.
  public let finalRows: Tensor<Scalar>

  /// The chain whose best state is the best of all, the first of equals.
  public var bestChain: Int {
    energies.indices.reduce(0) { energies[$1] < energies[$0] ? $1 : $0 }
  }

  /// The best state of all, `[variables]`.
  public var best: Tensor<Scalar> { rows.row(bestChain) }

  /// Its energy, in nats.
  public var lowestEnergy: Double { energies[bestChain] }
}
