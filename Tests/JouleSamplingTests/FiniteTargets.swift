import Joule
import JouleTestSupport

/// Small targets with nothing symmetric about them, and proposals of the kinds that users write.
enum FiniteTargets {
  /// Four bits. Energies from a fixed stream, and two of the 16 states outside the support.
  static let bits: TableEnergy = {
    var stream = RandomStream(key: RandomKey(seed: 51))
    var energies = (0..<16).map { _ in 2 * stream.uniform() - 1 + stream.exponential() }
    energies[5] = .infinity
    energies[11] = .infinity
    return TableEnergy(values: Array(repeating: [0, 1], count: 4), energies: energies)
  }()

  /// Three variables of two, three and four values.
  static let potts: TableEnergy = {
    var stream = RandomStream(key: RandomKey(seed: 52))
    return TableEnergy(
      values: [[-1, 1], [0, 1, 2], [0, 1, 2, 5]],
      energies: (0..<24).map { _ in stream.exponential() * 1.5 })
  }()

  /// A ring of five sites with a chord: three colours, and strong couplings of both signs.
  static let ring = ring(forgetting: [])

  static func ring(forgetting forgotten: [(Int, Int)]) -> PairEnergy {
    PairEnergy(
      fields: [0.3, -0.6, 0.1, 0.8, -0.4],
      couplings: [
        (0, 1, 1.6), (1, 2, -1.1), (2, 3, 0.9), (3, 4, -1.8), (4, 0, 1.3), (1, 3, 0.7),
      ], forgotten: forgotten)
  }

  /// Four spins on a square with fields.
  static let square = IsingModel<Double>(
    Lattice(height: 2, width: 2), coupling: 0.7, field: Tensor([0.3, -0.2, 0.5, 0.1]))

  /// Three states in a row: π is (1, 2, 4)/7 by the flows between neighbours.
  static let walk: MarkovChain = {
    let matrix = Tensor<Double>([[0.4, 0.3, 0], [0.6, 0.3, 0.2], [0, 0.4, 0.8]])
    guard let chain = try? MarkovChain(columns: matrix) else {
      preconditionFailure("\(matrix) is no transition matrix")
    }
    return chain
  }()
  static let ends = TableEnergy(
    values: [[0, 1, 2]], energies: [0, -MonteCarlo.log(2), -MonteCarlo.log(4)])

  static let independent = BernoulliProduct<Double>(probabilities: Tensor([0.2, 0.7, 0.4, 0.9]))

  /// Turns each bit on with probability 0.6 and off with 0.25, whatever its neighbours do: as asymmetric
  /// as it gets.
  struct Drift: Proposal {
    static let (on, off) = (0.6, 0.25)
    /// 1 as it should be, −1 with the sign of the correction flipped, 0 without it.
    var correction = 1.0

    func propose(
      from rows: Tensor<Double>, using random: ChainRandom, into proposed: inout Proposed<Double>
    ) {
      let uniforms = Tensor<Double>(uniform: rows.shape, using: random)
      for row in 0..<rows.shape[0] {
        var (forward, reverse) = (1.0, 1.0)
        for site in 0..<rows.shape[1] {
          let isOn = rows[row, site] == 1
          let flips = uniforms[row, site] < (isOn ? Self.off : Self.on)
          proposed.rows[row, site] = isOn != flips ? 1 : 0
          forward *= Self.probability(isOn, flips)
          reverse *= Self.probability(isOn != flips, flips)
        }
        proposed.logForward[row] = correction * MonteCarlo.log(forward)
        proposed.logReverse[row] = correction * MonteCarlo.log(reverse)
      }
    }

    private static func probability(_ isOn: Bool, _ flips: Bool) -> Double {
      let flip = isOn ? off : on
      return flips ? flip : 1 - flip
    }
  }
}

/// A kernel that is made where its chains start, such as one that holds variables at the values there.
struct MadeAtStart<Kernel: TransitionKernel>: TransitionKernel {
  typealias Scalar = Kernel.Scalar
  typealias Info = Kernel.Info
  let make: @Sendable (Tensor<Scalar>) -> Kernel

  struct State: Sendable {
    let kernel: Kernel
    var chains: Kernel.State
  }

  func makeState(at rows: Tensor<Scalar>) -> State {
    let kernel = make(rows)
    return State(kernel: kernel, chains: kernel.makeState(at: rows))
  }

  func position(of state: State) -> Tensor<Scalar> { state.kernel.position(of: state.chains) }

  func step(_ state: inout State, using random: ChainRandom) -> Info {
    state.kernel.step(&state.chains, using: random)
  }
}
