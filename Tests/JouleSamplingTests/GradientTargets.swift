import Joule
import JouleTestSupport

/// Enumerable targets with gradients, for kernels that flip variables by them.
enum GradientTargets {
  /// Six visible and four hidden units with strong weights.
  static let machine = RestrictedBoltzmannMachine<Double>(
    weights: Tensor(normal: [6, 4], using: RandomKey(seed: 71)) * 1.2,
    visibleBias: Tensor(normal: [6], using: RandomKey(seed: 72)),
    hiddenBias: Tensor(normal: [4], using: RandomKey(seed: 73)))

  /// Its free energies as a table.
  static let machineTable = TableEnergy(
    values: Array(repeating: [0, 1], count: 6),
    energies: machine.energy(of: StateSpace(binary: 6).rows).elements)

  /// A table of energies with a gradient that has nothing to do with them: what is right about a kernel then is
  /// its correction alone.
  struct Slanted: DifferentiableEnergy {
    typealias Scalar = Double

    let table: TableEnergy
    let slopes: Tensor<Double>

    init(_ table: TableEnergy) {
      self.table = table
      slopes =
        Tensor(normal: table.space.rows.shape, using: RandomKey(seed: 74)) * 2
    }

    var variableCount: Int { table.variableCount }

    func energy(of rows: Tensor<Double>, gradient: inout Tensor<Double>) -> Tensor<Double> {
      gradient = slopes.rows(at: table.space.indices(of: rows).map { $0 ?? 0 })
      return table.energy(of: rows)
    }
  }

  /// Two of its 16 states are outside the support.
  static let slanted = Slanted(FiniteTargets.bits)

  /// Four spins of ±1.
  static let spins: Slanted = {
    var stream = RandomStream(key: RandomKey(seed: 75))
    return Slanted(
      TableEnergy(
        values: Array(repeating: [-1, 1], count: 4),
        energies: (0..<16).map { _ in 2 * stream.exponential() }))
  }()

  /// The proposals of Gibbs with gradients and of discrete Langevin, accepted always, or by energies alone.
  struct Uncorrected: TransitionKernel {
    let model: Slanted
    /// Whether several variables are flipped, as in discrete Langevin.
    let flipsSeveral: Bool
    let looksAtEnergies: Bool

    func makeState(at rows: Tensor<Double>) -> Tensor<Double> { rows }

    func position(of state: Tensor<Double>) -> Tensor<Double> { state }

    func step(_ state: inout Tensor<Double>, using random: ChainRandom) -> PlainTransition {
      let (count, width) = (state.shape[0], state.shape[1])
      var slopes = state
      let energies = model.energy(of: state, gradient: &slopes)
      var densities = [Double](repeating: 0, count: count)
      let address = random.address(purpose: DrawPurpose.proposal)
      var next = state.elements
      let (from, gradient) = (state.elements, slopes.elements)
      if flipsSeveral {
        VectorKernels.best.proposeFlips(
          of: from.span, gradient: gradient.span, columns: width, middle: 0.5, cost: 0.5, address,
          into: next.mutableSpan, logDensities: densities.mutableSpan)
      } else {
        let choices = VectorKernels.best.chooseFlips(
          of: from.span, gradient: gradient.span, columns: width, middle: 0.5,
          uniforms: Tensor<Double>(uniform: [count, 1], using: random).elements,
          logDensities: densities.mutableSpan)
        for (row, choice) in choices.enumerated() {
          next[row * width + choice] = 1 - next[row * width + choice]
        }
      }
      let proposed = Tensor(shape: state.shape, elements: next)
      let rises = model.table.energy(of: proposed) - energies
      let uniforms = Tensor<Double>(uniform: [count, 1], using: random, draw: 1)
      state.assignRows(
        where: (0..<count).map {
          rises[$0] < .infinity
            && (!looksAtEnergies || uniforms.elements[$0] < MonteCarlo.exp(-rises[$0]))
        }, from: proposed)
      return PlainTransition()
    }
  }
}
