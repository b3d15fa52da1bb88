import JouleCore
import JouleRandom
public import JouleTensor

/// Chains of the no-U-turn sampler, with room for their trees.
public struct NoUTurnState<Scalar: TensorScalar>: Sendable {
  /// Where the chains stand.
  public internal(set) var chains: DifferentiableChains<Scalar>
  /// The growing ends of the trees that are not finished, one a row.
  private var phase: PhaseBatch<Scalar>
  /// The chain of every row of `phase`.
  private var active: [Int] = []
  private var trees: [NoUTurnTree]
  private var rooms: TreeRooms<Scalar>

  init<Model: DifferentiableEnergy>(
    _ model: Model, at rows: Tensor<Scalar>, maximumDepth: Int
  ) where Model.Scalar == Scalar {
    chains = DifferentiableChains(model, at: rows)
    phase = PhaseBatch(rows: chains.count, variableCount: chains.variableCount, sumsMomenta: true)
    trees = []
    rooms = TreeRooms(
      chains: chains.count, variableCount: chains.variableCount, maximumDepth: maximumDepth)
  }

  /// One tree a chain.
  mutating func step<Model: DifferentiableEnergy>(
    _ model: Model, _ metric: EuclideanMetric<Scalar>, stepSize: Double, maximumDepth: Int,
    using random: ChainRandom
  ) -> HamiltonianTransition where Model.Scalar == Scalar {
    rooms.require(maximumDepth: maximumDepth)
    begin(model, using: random)
    while !active.isEmpty {
      phase.leapfrog(
        model, metric, steps: active.map { trees[$0].isForward ? stepSize : -stepSize })
      // From the last row on: a row that leaves is replaced by one that has had its turn.
      for row in active.indices.reversed() {
        grow(row, model, maximumDepth: maximumDepth)
        if trees[active[row]].isFinished {
          phase.removeRow(row)
          active[row] = active[active.count - 1]
          active.removeLast()
        }
      }
    }
    return transition()
  }

  /// Trees of one point each, and the direction of their first doubling.
  private mutating func begin<Model: DifferentiableEnergy>(
    _ model: Model, using random: ChainRandom
  ) where Model.Scalar == Scalar {
    phase.setCount(chains.count)
    phase.drawMomenta(using: random)
    phase.position.copyElements(of: chains.rows)
    phase.gradient.copyElements(of: chains.gradient)
    trees = (0..<chains.count).map { chain in
      NoUTurnTree(
        hamiltonian: chains.energies[chain] + phase.kineticEnergies[chain],
        kineticEnergy: phase.kineticEnergies[chain],
        stream: random.stream(chain: chain, purpose: DrawPurpose.proposal + 1))
    }
    active = Array(0..<chains.count)
    // A gradient of NaN where a chain stands would pass for a trajectory that has lost its energy.
    let broken = chains.gradient.firstNonFinite.map { $0 / chains.variableCount }
    for chain in active.reversed() {
      guard chains.energies[chain].isFinite, phase.kineticEnergies[chain].isFinite, chain != broken
      else {
        trees[chain].fault = chains.startFault(of: chain, model)
        phase.removeRow(chain)
        active[chain] = active[active.count - 1]
        active.removeLast()
        continue
      }
      rooms.plant(chain, phase, row: chain)
      trees[chain].startSubtree()
      rooms.loadEnd(chain, isForward: trees[chain].isForward, into: &phase, row: chain)
    }
  }

  /// Takes in the point that a row has arrived at.
  private mutating func grow<Model: DifferentiableEnergy>(
    _ row: Int, _ model: Model, maximumDepth: Int
  ) where Model.Scalar == Scalar {
    let chain = active[row]
    let accepts = trees[chain].add(
      energy: phase.energies[row], kineticEnergy: phase.kineticEnergies[row],
      midway: phase.midwayKineticEnergies[row])
    if trees[chain].isFaulty {
      trees[chain].fault = model.trajectoryFault(
        "the energy on its trajectory", phase.energies[row], gradient: phase.gradient.row(row),
        at: phase.position.row(row))
    }
    guard !trees[chain].isFinished else { return }
    if accepts { rooms.keepCandidate(chain, phase, row: row) }
    let leaf = trees[chain].leaf
    if rooms.turnsWithin(chain, leaf: leaf, phase, row: row) {
      trees[chain].isFinished = true
      return
    }
    if leaf + 1 < 1 << trees[chain].depth {
      rooms.prepare(chain, forLeaf: leaf + 1)
      trees[chain].leaf += 1
      return
    }
    finishSubtree(of: row, maximumDepth: maximumDepth)
  }

  /// Joins a complete sub-tree to its tree; ends the tree, or begins the next doubling.
  private mutating func finishSubtree(of row: Int, maximumDepth: Int) {
    let chain = active[row]
    let isForward = trees[chain].isForward
    if trees[chain].joinSubtree() {
      chains.energies[chain] = trees[chain].candidateEnergy
      rooms.takeCandidate(chain, into: &chains)
    }
    let turns = rooms.turnsWhole(chain, isForward: isForward)
    if turns || trees[chain].depth == maximumDepth {
      trees[chain].isFinished = true
      return
    }
    rooms.storeEnd(chain, isForward: isForward, phase, row: row)
    trees[chain].startSubtree()
    if trees[chain].isForward != isForward {
      rooms.loadEnd(chain, isForward: trees[chain].isForward, into: &phase, row: row)
    } else {
      rooms.beginSums(chain)
    }
  }

  private func transition() -> HamiltonianTransition {
    let faulty = trees.firstIndex { $0.fault != nil }
    return HamiltonianTransition(
      acceptanceProbabilities: trees.map(\.meanAcceptance), moved: trees.map(\.hasMoved),
      hamiltonians: trees.map(\.hamiltonian), diverged: trees.map(\.hasDiverged),
      gradientCounts: trees.map(\.leafCount), treeDepths: trees.map(\.depth),
      fault: faulty.flatMap { chain in
        trees[chain].fault.map { TransitionFault(row: chain, reason: $0) }
      })
  }
}
