import Joule
import JouleTestSupport
import Testing

/// Every kernel on finite spaces is held to the same laws here.
///
/// To add one, add a line to `FiniteKernelTable.kernels`: a name, the kernel, and the target; where the
/// kernel leaves something else than exp(−E)/Z of the target's table invariant, also `probabilities`.
/// `FiniteTargets.bits` has 16 states of {0, 1}⁴, two of them outside the support; `.potts` has 24 states
/// of unlike variables.
/// A kernel that must fail goes to `wrongKernels`: a table whose tests cannot fail proves nothing.
enum FiniteKernelTable {
  static let bits = FiniteTargets.bits
  static let potts = FiniteTargets.potts
  static let ring = FiniteTargets.ring

  static let kernels: [FiniteKernelCase] =
    metropolis + gibbs + latent + composed + FiniteFieldKernels.right

  private static let metropolis: [FiniteKernelCase] = [
    FiniteKernelCase(
      "Metropolis, bit flip", MetropolisHastings(bits, BitFlip<Double>()), target: bits),
    FiniteKernelCase(
      "Metropolis, two bits", MetropolisHastings(bits, BitFlip<Double>(count: 2)), target: bits),
    FiniteKernelCase(
      "Metropolis, blocks",
      MetropolisHastings(bits, BlockFlip<Double>(blocks: [[0], [1, 2], [0, 2, 3], [3]])),
      target: bits),
    FiniteKernelCase(
      "Metropolis, swap", MetropolisHastings(bits, Swap<Double>()), target: bits),
    FiniteKernelCase(
      "Metropolis-Hastings, independent bits",
      MetropolisHastings(bits, Independence(FiniteTargets.independent)), target: bits),
    FiniteKernelCase(
      "Metropolis-Hastings, asymmetric",
      MetropolisHastings(bits, FiniteTargets.Drift()), target: bits),
    FiniteKernelCase(
      "Metropolis-Hastings within blocks",
      KernelSequence(
        [[3, 1], [0], [2, 0]].map {
          MetropolisHastings(bits, RestrictedProposal(FiniteTargets.Drift(), to: $0))
        }), target: bits),
    FiniteKernelCase(
      "Metropolis, change of a site",
      MetropolisHastings(
        potts, SiteChange(values: (0..<3).map { potts.values(ofSite: $0) })), target: potts),
  ]

  private static let gibbs: [FiniteKernelCase] = [
    FiniteKernelCase("Gibbs, chromatic", Gibbs(ring), target: ring.table),
    FiniteKernelCase("Gibbs, systematic", Gibbs(ring, scan: .systematic), target: ring.table),
    FiniteKernelCase("Gibbs, random", Gibbs(ring, scan: .random), target: ring.table),
    FiniteKernelCase("Gibbs, several values", Gibbs(potts), target: potts),
    FiniteKernelCase("Gibbs around what has no probability", Gibbs(bits), target: bits),
    FiniteKernelCase(
      "metropolized, chromatic", Gibbs(ring, rule: .metropolized), target: ring.table),
    FiniteKernelCase(
      "metropolized, several values", Gibbs(potts, scan: .random, rule: .metropolized),
      target: potts),
    FiniteKernelCase(
      "Gibbs with sites held", Gibbs(ring, holding: [1, 4]), target: ring.table),
    FiniteKernelCase(
      "Gibbs, tempered", Gibbs(ring).tempered(0.4), target: ring.table,
      probabilities: tempered(ring.table, 0.4)),
    FiniteKernelCase(
      "Gibbs of several values, tempered", Gibbs(potts).tempered(1.7), target: potts,
      probabilities: tempered(potts, 1.7)),
    FiniteKernelCase(
      "Gibbs within Metropolis",
      MetropolisHastings(bits, FiniteTargets.Drift()).followed(by: Gibbs(bits, scan: .random)),
      target: bits),
  ]

  private static let latent: [FiniteKernelCase] = [
    FiniteKernelCase(
      "block Gibbs", BlockGibbs(GradientTargets.machine), target: GradientTargets.machineTable),
    FiniteKernelCase(
      "block Gibbs with sites held",
      MadeAtStart<ClampedBlockGibbs<RestrictedBoltzmannMachine<Double>>> { rows in
        var values = rows
        for row in 0..<rows.shape[0] {
          for site in [0, 2, 3, 5] { values[row, site] = .nan }
        }
        return ClampedBlockGibbs(GradientTargets.machine, values: values)
      }, target: GradientTargets.machineTable),
    FiniteKernelCase(
      "a kernel as training has it",
      RowCompleting(
        MetropolisHastings(FiniteTargets.square, BitFlip<Double>()), for: FiniteTargets.square),
      target: TableEnergy(
        values: Array(repeating: [0, 1], count: 4),
        energies: FiniteTargets.square.energy(of: StateSpace(binary: 4).rows).elements)),
    FiniteKernelCase(
      "a chain by its matrix", FiniteChainKernel(FiniteTargets.walk), target: FiniteTargets.ends),
  ]

  private static let composed: [FiniteKernelCase] = [
    FiniteKernelCase(
      "cycle",
      MetropolisHastings(bits, FiniteTargets.Drift())
        .followed(by: MetropolisHastings(bits, BitFlip<Double>())), target: bits),
    FiniteKernelCase(
      "mixture",
      MetropolisHastings(bits, FiniteTargets.Drift())
        .mixed(with: MetropolisHastings(bits, Swap<Double>()), weight: 0.3), target: bits),
    FiniteKernelCase(
      "mixture of a sequence",
      KernelSequence(
        [1, 2, 3].map { MetropolisHastings(bits, BitFlip<Double>(count: $0)) }, scan: .mixture),
      target: bits),
    FiniteKernelCase(
      "repeated", MetropolisHastings(bits, FiniteTargets.Drift()).repeated(3), target: bits),
    FiniteKernelCase(
      "Gibbs with gradients", GibbsWithGradients(GradientTargets.machine),
      target: GradientTargets.machineTable),
    FiniteKernelCase(
      "Gibbs with gradients that mislead", GibbsWithGradients(GradientTargets.slanted),
      target: bits),
    FiniteKernelCase(
      "Gibbs with gradients, spins", GibbsWithGradients(GradientTargets.spins, values: (-1, 1)),
      target: GradientTargets.spins.table),
    FiniteKernelCase(
      "discrete Langevin", DiscreteLangevin(GradientTargets.machine, stepSize: 0.5),
      target: GradientTargets.machineTable),
    FiniteKernelCase(
      "discrete Langevin with gradients that mislead",
      DiscreteLangevin(GradientTargets.slanted, stepSize: 1), target: bits),
    FiniteKernelCase(
      "discrete Langevin, spins",
      DiscreteLangevin(GradientTargets.spins, stepSize: 4, values: (-1, 1)),
      target: GradientTargets.spins.table),
    FiniteKernelCase(
      "tempered", MetropolisHastings(bits, FiniteTargets.Drift()).tempered(0.5), target: bits,
      probabilities: tempered(bits, 0.5)),
    FiniteKernelCase(
      "tempered to nothing but the support",
      MetropolisHastings(bits, FiniteTargets.Drift()).tempered(0), target: bits,
      probabilities: tempered(bits, 0)),
    FiniteKernelCase(
      "tempered transitions between two energies",
      TemperedTransitions(TemperingTable.between, ladder: ladder), target: bits,
      faultsSomewhere: true),
    FiniteKernelCase(
      "tempered transitions of a machine",
      TemperedTransitions(
        TemperingTable.machine.annealingPath(fromMeans: Tensor(TemperingTable.means)),
        ladder: ladder),
      target: machine),
  ]

  /// A machine's free energies by a table.
  static let machine = TableEnergy(
    values: Array(repeating: [0, 1], count: 4),
    energies: TemperingTable.machine(1).map { -MonteCarlo.log($0) })

  private static let ladder: TemperatureLadder = {
    guard let ladder = try? TemperatureLadder(TemperingTable.betas) else {
      preconditionFailure("\(TemperingTable.betas) are no ladder")
    }
    return ladder
  }()

  static let wrongKernels: [FiniteKernelCase] = wrongForAnyEnergy + FiniteFieldKernels.wrong

  private static let wrongForAnyEnergy: [FiniteKernelCase] = [
    FiniteKernelCase(
      "block Gibbs of another machine",
      BlockGibbs(
        RestrictedBoltzmannMachine(
          weights: GradientTargets.machine.weights * 0.8,
          visibleBias: GradientTargets.machine.visibleBias,
          hiddenBias: GradientTargets.machine.hiddenBias)),
      target: GradientTargets.machineTable),
    FiniteKernelCase(
      "no Hastings term", MetropolisHastings(bits, FiniteTargets.Drift(correction: 0)),
      target: bits),
    FiniteKernelCase(
      "Hastings term with the sign flipped",
      MetropolisHastings(bits, FiniteTargets.Drift(correction: -1)), target: bits),
    FiniteKernelCase(
      "Gibbs with two neighbours missing from each other's blanket",
      Gibbs(FiniteTargets.ring(forgetting: [(1, 2)])), target: ring.table),
    FiniteKernelCase(
      "tempered transitions with the wrong temperature",
      TemperedTransitions(
        WrongWeights(chains: TemperingTable.temperatures, factor: 0.5), ladder: ladder),
      target: bits),
    FiniteKernelCase(
      "flips by gradients, always accepted",
      GradientTargets.Uncorrected(
        model: GradientTargets.slanted, flipsSeveral: false, looksAtEnergies: false),
      target: bits),
    FiniteKernelCase(
      "flips by gradients, no Hastings term",
      GradientTargets.Uncorrected(
        model: GradientTargets.slanted, flipsSeveral: false, looksAtEnergies: true),
      target: bits),
    FiniteKernelCase(
      "discrete Langevin, always accepted",
      GradientTargets.Uncorrected(
        model: GradientTargets.slanted, flipsSeveral: true, looksAtEnergies: false),
      target: bits),
    FiniteKernelCase(
      "discrete Langevin, no Hastings term",
      GradientTargets.Uncorrected(
        model: GradientTargets.slanted, flipsSeveral: true, looksAtEnergies: true),
      target: bits),
    FiniteKernelCase(
      "another temperature", MetropolisHastings(bits, BitFlip<Double>()).tempered(0.8),
      target: bits),
  ]

  private static func tempered(_ target: TableEnergy, _ beta: Double) -> [Double] {
    TableEnergy(
      values: (0..<target.variableCount).map { target.values(ofSite: $0) },
      energies: target.energies.map { $0 == .infinity ? .infinity : beta * $0 }
    ).probabilities
  }
}

@Suite struct FiniteKernelTests {
  static let key = RandomKey(seed: 2026)

  @Test(arguments: FiniteKernelTable.kernels)
  func leavesItsTargetInvariant(_ kernel: FiniteKernelCase) {
    for steps in [1, 4, 16] {
      let distance = kernel.distance(after: steps, key: Self.key.folded(UInt64(steps)))
      #expect(distance < 4, "after \(steps) steps, key \(Self.key)")
    }
  }

  @Test(arguments: FiniteKernelTable.wrongKernels)
  func aWrongKernelIsFoundOut(_ kernel: FiniteKernelCase) {
    #expect(kernel.distance(after: 16, key: Self.key) > 4)
  }
}
