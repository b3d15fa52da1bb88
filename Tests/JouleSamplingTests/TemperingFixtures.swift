import Foundation
import Joule
import JouleTestSupport
import Testing

/// A family of chains along a path of finitely many states, with the distribution at every β known, and the
/// types hidden: a line of the table of tests of tempering.
struct TemperingCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// What the kernel is made of.
  let typeName: String
  let betas: [Double]
  /// p_β of every state, for every β.
  let probabilities: [[Double]]
  private let run:
    @Sendable (_ starts: [Tensor<Double>], _ steps: Int, RandomKey) throws -> [Tensor<Double>]
  private let space: StateSpace<Double>

  var testDescription: String { name }

  init<Chains: PathKernel<Double>>(
    _ name: String, _ chains: Chains, betas: [Double], space: StateSpace<Double>,
    scheme: SwapScheme = .deterministicEvenOdd, probabilities: (Double) -> [Double]
  ) {
    self.name = name
    typeName = "\(ParallelTempering<Chains>.self)"
    self.betas = betas
    self.space = space
    self.probabilities = betas.map(probabilities)
    run = { starts, steps, key in
      let tempering = ParallelTempering(
        chains, ladder: try TemperatureLadder(betas), scheme: scheme)
      var state = tempering.makeState(atEveryTemperature: starts)
      for step in 0..<steps {
        let info = tempering.step(&state, using: ChainRandom(key: key, step: step))
        if let fault = info.fault { throw fault }
      }
      return betas.indices.map { tempering.position(of: state, at: $0) }
    }
  }

  /// The same law for tempered chains as training moves them; their replicas start where they are told by
  /// way of an archive.
  init<Path: PathKernel<Double>, Model: ParametricEnergy>(
    _ name: String, _ chains: TemperedChains<Path, Model>, space: StateSpace<Double>,
    probabilities: (Double) -> [Double]
  ) {
    self.name = name
    typeName = "\(TemperedChains<Path, Model>.self)"
    betas = chains.ladder.betas
    self.space = space
    self.probabilities = betas.map(probabilities)
    run = { starts, steps, key in
      var state = chains.makeState(at: starts[starts.count - 1])
      var archive = Archive()
      state.archive(into: &archive, prefix: "")
      for (level, rows) in starts.enumerated() { archive.store(rows, as: "replicas\(level)") }
      try state.restore(from: archive, prefix: "")
      for step in 0..<steps {
        let info = chains.step(&state, using: ChainRandom(key: key, step: step))
        if let fault = info.fault { throw fault }
      }
      return state.rows
    }
  }

  /// For each temperature the total variation between p_β and where chains are that started at exact draws
  /// from it, in units of the Monte-Carlo floor.
  func distances(after steps: Int, chains: Int = 20_000, key: RandomKey) throws -> [Double] {
    let starts = probabilities.enumerated().map { level, p in
      var stream = RandomStream(key: key.folded("starts").folded(UInt64(level)))
      let table = AliasTable(weights: p)
      return space.rows.rows(at: (0..<chains).map { _ in stream.categorical(table) })
    }
    let ends = try run(starts, steps, key.folded("steps"))
    return zip(ends, probabilities).map { rows, p in
      let states = space.indices(of: rows).compactMap { $0 }
      guard states.count == chains else { return .infinity }
      return MonteCarlo.totalVariation(of: states, from: p)
        / MonteCarlo.floor(of: p, count: chains)
    }
  }
}

/// Chains whose weights belong to other temperatures than they are asked for: swaps between them are
/// wrong.
struct WrongWeights<Chains: PathKernel>: PathKernel {
  typealias Scalar = Chains.Scalar
  typealias State = Chains.State
  typealias Info = Chains.Info
  let chains: Chains
  /// What the difference of β is multiplied by.
  let factor: Double

  func makeState(at rows: Tensor<Scalar>) -> State { chains.makeState(at: rows) }
  func position(of state: State) -> Tensor<Scalar> { chains.position(of: state) }
  func step(_ state: inout State, at beta: Double, using random: ChainRandom) -> Info {
    chains.step(&state, at: beta, using: random)
  }
  func weigh(_ state: inout State, from: Double, to: Double, logWeights: inout [Double]) {
    var right = [Double](repeating: 0, count: logWeights.count)
    chains.weigh(&state, from: from, to: to, logWeights: &right)
    for chain in right.indices { logWeights[chain] += factor * right[chain] }
  }
  func exchange(_ marks: [Bool], of first: inout State, with second: inout State) {
    chains.exchange(marks, of: &first, with: &second)
  }
}

/// The one-dimensional normal distributions N(0, 1/β), drawn exactly at every step: chains that explore at
/// once, for which the theory of round trips is exact.
struct ExactNormals: PathKernel {
  typealias Scalar = Double
  struct State: Sendable { var rows: Tensor<Double> }

  func makeState(at rows: Tensor<Double>) -> State { State(rows: rows) }
  func position(of state: State) -> Tensor<Double> { state.rows }
  func step(
    _ state: inout State, at beta: Double, using random: ChainRandom
  ) -> PlainTransition {
    state.rows.fillNormal(using: random)
    state.rows.scale(by: 1 / beta.squareRoot())
    return PlainTransition()
  }
  func weigh(_ state: inout State, from: Double, to: Double, logWeights: inout [Double]) {
    for chain in logWeights.indices {
      let x = state.rows[chain, 0]
      logWeights[chain] += (from - to) * x * x / 2
    }
  }
  func exchange(_ chains: [Bool], of first: inout State, with second: inout State) {
    first.rows.exchangeRows(where: chains, with: &second.rows)
  }
}

/// Two modes that nothing local gets between: ten visible units all on or all off, held together by one
/// hidden unit.
enum TwoModes {
  /// p(all mostly on) = σ(1), in closed form: the biases of the modes cancel but for 1.
  static let machine = RestrictedBoltzmannMachine<Double>(
    weights: Tensor([10, 1], repeating: 8), visibleBias: Tensor([10], repeating: -4),
    hiddenBias: Tensor([-39]))
  static let weight = 1 / (1 + exp(-1.0))

  /// The fraction of rows in the mode that is on.
  static func fraction(_ rows: Tensor<Double>, row: Int) -> Double {
    rows.row(row).sum(along: 0)[] > 5 ? 1 : 0
  }
}
