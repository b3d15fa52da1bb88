import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Any kernel along any path that begins at a distribution that can be drawn from directly: what annealed
/// importance sampling takes.
///
///     log Z₀ = −E₀(x) − log p₀(x),   the same for every x
public struct AnchoredPath<
  Path: EnergyPath, Kernel: TransitionKernel, Base: TractableDistribution<Kernel.Scalar>
>: AnnealingPath where Kernel.Scalar == Path.Energy.Scalar {
  public typealias Scalar = Kernel.Scalar
  public typealias State = KernelAlongPath<Path, Kernel>.State
  public typealias Info = Kernel.Info

  public let chains: KernelAlongPath<Path, Kernel>
  public let base: Base
  public let baseLogPartition: Double

  /// - Parameter base: p₀; the path's energy at β = 0 is −log p₀ up to a constant.
  /// - Precondition: it is so at 32 draws from p₀, to within the rounding of the scalar type.
  public init(_ chains: KernelAlongPath<Path, Kernel>, from base: Base) {
    self.chains = chains
    self.base = base
    let rows = base.sample(count: 32, using: ChainRandom(key: RandomKey(seed: 0)))
    let energies = chains.path.energy(at: 0).energy(of: rows).elements.map { Double($0) }
    let densities = base.logDensity(of: rows).elements
    let constants = zip(energies, densities).map { -$0 - $1 }
    let largest = zip(energies, densities).reduce(1) { max($0, abs($1.0), abs($1.1)) }
    let constant = constants[0]
    let spread = constants.reduce(0) { max($0, abs($1 - constant)) }
    precondition(
      spread <= 1e4 * Double(Scalar.ulpOfOne) * largest,
      "the path does not begin at the base: −E₀ − log p₀ varies by \(spread) over draws from it")
    // Rounding of single precision aside the constants are one number; their mean is the best of it.
    baseLogPartition = constants.reduce(0, +) / Double(constants.count)
  }

  public func sampleBase(count: Int, using random: ChainRandom) -> State {
    chains.makeState(at: base.sample(count: count, using: random))
  }

  public func makeState(at rows: Tensor<Scalar>) -> State { chains.makeState(at: rows) }

  public func position(of state: State) -> Tensor<Scalar> { chains.position(of: state) }

  @discardableResult
  public func step(_ state: inout State, at beta: Double, using random: ChainRandom) -> Info {
    chains.step(&state, at: beta, using: random)
  }

  public func weigh(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double]
  ) {
    chains.weigh(&state, from: from, to: to, logWeights: &logWeights)
  }

  public func exchange(_ chains: [Bool], of first: inout State, with second: inout State) {
    self.chains.exchange(chains, of: &first, with: &second)
  }
}

extension KernelAlongPath {
  /// The same with a beginning that can be drawn from, for annealed importance sampling.
  ///
  /// - Parameter base: the distribution that the path has at β = 0; see ``AnchoredPath``.
  public func starting<Base: TractableDistribution<Kernel.Scalar>>(
    from base: Base
  ) -> AnchoredPath<Path, Kernel, Base> {
    AnchoredPath(self, from: base)
  }
}
