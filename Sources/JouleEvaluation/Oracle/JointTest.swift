public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleSampling
public import JouleTensor

extension StationarityTest {
  /// The joint test of a posterior sampler: rows hold parameters and data together, the kernel moves the
  /// parameters given the data, and then data are drawn anew given the parameters.
  ///
  ///     (θ, y) ~ p(θ) p(y|θ),   θ ← T_y(θ),   y ~ p(y|θ)
  ///
  /// That leaves the joint distribution invariant if and only if prior, simulator and kernel belong
  /// together, so it finds mistakes in a model's density that no run on one data set shows. The test's own
  /// draws are those of the joint distribution.
  ///
  /// Reference: J. Geweke, Getting it right: joint distribution tests of posterior simulators, JASA 99
  /// (2004), §3; with many chains from exact draws in place of one long one, so that no autocorrelation has
  /// to be estimated.
  ///
  /// - Parameters:
  ///   - simulate: draws the data of every row anew given its parameters, row r as chain r.
  public func jointReport<Kernel: TransitionKernel>(
    on kernel: Kernel,
    simulating simulate: @escaping @Sendable (inout Tensor<Scalar>, ChainRandom) -> Void,
    after steps: [Int] = [1, 4, 16], chains: Int = 20_000,
    key: RandomKey = RandomKey(seed: 0), on workers: Workers = .single
  ) throws(ChainFault) -> StationarityReport where Kernel.Scalar == Scalar {
    try report(
      on: Resimulation(kernel: kernel, simulate: simulate), after: steps, chains: chains,
      key: key, on: workers)
  }
}

/// A step of a kernel, then data drawn anew.
private struct Resimulation<Kernel: TransitionKernel>: TransitionKernel {
  typealias Scalar = Kernel.Scalar
  typealias State = Kernel.State
  typealias Info = Kernel.Info
  typealias Adaptation = NoAdaptation

  let kernel: Kernel
  let simulate: @Sendable (inout Tensor<Kernel.Scalar>, ChainRandom) -> Void

  func makeState(at rows: Tensor<Kernel.Scalar>) -> State { kernel.makeState(at: rows) }

  func restart(_ state: inout State, at rows: Tensor<Kernel.Scalar>) {
    kernel.restart(&state, at: rows)
  }

  func step(_ state: inout State, using random: ChainRandom) -> Info {
    let info = kernel.step(&state, using: random.folded(0))
    var rows = kernel.position(of: state)
    simulate(&rows, random.folded(1))
    kernel.restart(&state, at: rows)
    return info
  }

  func position(of state: State) -> Tensor<Kernel.Scalar> { kernel.position(of: state) }
}
