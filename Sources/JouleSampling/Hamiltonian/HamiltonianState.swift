import JouleCore
import JouleRandom
public import JouleTensor

/// Chains that move along trajectories of a fixed length: the state of HMC and MALA.
public struct HamiltonianState<Scalar: TensorScalar>: Sendable {
  /// Where the chains stand.
  public internal(set) var chains: DifferentiableChains<Scalar>
  /// The trajectories; nothing between steps.
  private var phase: PhaseBatch<Scalar>

  init<Model: DifferentiableEnergy>(_ model: Model, at rows: Tensor<Scalar>)
  where Model.Scalar == Scalar {
    chains = DifferentiableChains(model, at: rows)
    phase = PhaseBatch(rows: chains.count, variableCount: chains.variableCount)
  }

  mutating func restart<Model: DifferentiableEnergy>(_ model: Model, at rows: Tensor<Scalar>)
  where Model.Scalar == Scalar {
    chains.restart(model, at: rows)
    phase.setCount(chains.count)
  }

  mutating func restartSummingGradients<Model: DifferentiableEnergy>(
    _ model: Model, at rows: Tensor<Scalar>
  ) -> ParameterSums<Scalar>? where Model.Scalar == Scalar {
    let sums = chains.restartSummingGradients(model, at: rows)
    phase.setCount(chains.count)
    return sums
  }

  /// Fresh momenta, a trajectory for each chain, and the Metropolis test of its end.
  ///
  /// - Parameters:
  ///   - steps: ε of each chain.
  ///   - count: the number of leapfrog steps.
  mutating func step<Model: DifferentiableEnergy>(
    _ model: Model, _ metric: EuclideanMetric<Scalar>, steps: [Double], count: Int,
    using random: ChainRandom
  ) -> HamiltonianTransition where Model.Scalar == Scalar {
    begin(using: random)
    let kineticEnergies = phase.kineticEnergies
    let starts = zip(chains.energies, kineticEnergies).map(+)
    phase.leapfrog(model, metric, steps: steps, count: count)
    let ends = zip(phase.energies, phase.kineticEnergies).map(+)
    // A chain that cannot start keeps its place: NaN rejects.
    let logRatios = zip(starts, ends).map { $0.isFinite ? $0 - $1 : .nan }
    let test = MetropolisTest(logRatios: logRatios, using: random)
    let fault = firstFault(
      model, metric, steps: steps, count: count, logRatios: logRatios, using: random)
    accept(test.accepted)
    let hamiltonians = test.accepted.indices.map { test.accepted[$0] ? ends[$0] : starts[$0] }
    return HamiltonianTransition(
      acceptanceProbabilities: test.probabilities, moved: test.accepted,
      hamiltonians: hamiltonians,
      diverged: logRatios.map { !($0 >= -TrajectoryEnd.largestRise) },
      gradientCounts: [Int](repeating: count, count: chains.count), treeDepths: nil, fault: fault)
  }

  /// Trajectories where the chains stand, with fresh momenta.
  private mutating func begin(using random: ChainRandom) {
    phase.drawMomenta(using: random)
    phase.position.copyElements(of: chains.rows)
    phase.gradient.copyElements(of: chains.gradient)
  }

  /// The ends of trajectories become the chains' places. Most are accepted, so the storage is exchanged and
  /// what was rejected copied back.
  private mutating func accept(_ accepted: [Bool]) {
    swap(&chains.rows, &phase.position)
    swap(&chains.gradient, &phase.gradient)
    for chain in accepted.indices {
      if accepted[chain] {
        chains.energies[chain] = phase.energies[chain]
      } else {
        chains.rows.copyRow(chain, of: phase.position, to: chain)
        chains.gradient.copyRow(chain, of: phase.gradient, to: chain)
      }
    }
  }

  /// The first chain that could not start, or whose trajectory met a fault.
  ///
  /// Nothing is looked for on the way of a trajectory. One that ends in NaN is gone through again, step
  /// by step, to tell a fault of the model from numbers that overflow once a trajectory is lost.
  private func firstFault<Model: DifferentiableEnergy>(
    _ model: Model, _ metric: EuclideanMetric<Scalar>, steps: [Double], count: Int,
    logRatios: [Double], using random: ChainRandom
  ) -> TransitionFault? where Model.Scalar == Scalar {
    for chain in logRatios.indices where logRatios[chain].isNaN || logRatios[chain] == .infinity {
      if let reason = chains.startFault(of: chain, model)
        ?? trajectoryFault(
          model, metric, chain: chain, step: steps[chain], count: count, using: random)
      {
        return TransitionFault(row: chain, reason: reason)
      }
    }
    return nil
  }

  private func trajectoryFault<Model: DifferentiableEnergy>(
    _ model: Model, _ metric: EuclideanMetric<Scalar>, chain: Int, step: Double, count: Int,
    using random: ChainRandom
  ) -> TransitionFault.Reason? where Model.Scalar == Scalar {
    var path = PhaseBatch<Scalar>(rows: 1, variableCount: chains.variableCount, sumsMomenta: true)
    path.drawMomenta(using: random.advanced(by: chain))
    path.position = chains.rows.rows(chain..<chain + 1)
    path.gradient = chains.gradient.rows(chain..<chain + 1)
    let start = path.kineticEnergies[0]
    for _ in 0..<count {
      path.leapfrog(model, metric, steps: [step])
      let (energy, kinetic) = (path.energies[0], path.kineticEnergies[0])
      if TrajectoryEnd.isFault(
        energy: energy, hamiltonian: energy + kinetic, midway: path.midwayKineticEnergies[0],
        start: start)
      {
        return model.trajectoryFault(
          "the energy on its trajectory", energy, gradient: path.gradient.row(0),
          at: path.position.row(0))
      }
      if !(energy + kinetic).isFinite { return nil }
    }
    return nil
  }
}
