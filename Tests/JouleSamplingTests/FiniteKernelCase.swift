import Joule
import JouleTestSupport
import Testing

/// A kernel on finitely many states and the distribution that it should leave invariant, with the kernel's
/// type hidden: a line of the table of tests.
struct FiniteKernelCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// What the kernel is made of.
  let typeName: String
  /// Every state, and p of each.
  let space: StateSpace<Double>
  let probabilities: [Double]
  private let move: @Sendable (Tensor<Double>, _ steps: Int, RandomKey) -> Tensor<Double>
  /// Whether some states are faults to the kernel: outside the support of a distribution on its way.
  let faultsSomewhere: Bool
  /// What the oracle says of the kernel, by counting.
  let report: @Sendable (_ draws: Int) throws -> KernelReport

  var testDescription: String { name }

  /// - Parameters:
  ///   - probabilities: what the kernel should leave invariant; those of `target` without it.
  init<Kernel: TransitionKernel>(
    _ name: String, _ kernel: Kernel, target: TableEnergy, probabilities: [Double]? = nil,
    faultsSomewhere: Bool = false
  ) where Kernel.Scalar == Double {
    self.name = name
    typeName = "\(Kernel.self)"
    self.faultsSomewhere = faultsSomewhere
    space = target.space
    self.probabilities = probabilities ?? target.probabilities
    move = { rows, steps, key in
      var state = kernel.makeState(at: rows)
      for step in 0..<steps {
        kernel.step(&state, using: ChainRandom(key: key, step: step))
      }
      return kernel.position(of: state)
    }
    let (space, expected) = (self.space, self.probabilities)
    report = { draws in
      try KernelOracle(over: space, probabilities: expected, draws: draws).report(on: kernel)
    }
  }

  /// The total variation between p and where chains are that started at exact draws from p, in units
  /// of the Monte-Carlo floor.
  func distance(after steps: Int, chains: Int = 20_000, key: RandomKey) -> Double {
    var stream = RandomStream(key: key.folded("starts"))
    let table = AliasTable(weights: probabilities)
    let starts = space.rows.rows(at: (0..<chains).map { _ in stream.categorical(table) })
    let ends = space.indices(of: move(starts, steps, key.folded("steps"))).compactMap { $0 }
    guard ends.count == chains else { return .infinity }
    return MonteCarlo.totalVariation(of: ends, from: probabilities)
      / MonteCarlo.floor(of: probabilities, count: chains)
  }
}
