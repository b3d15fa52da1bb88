public import JouleCore
public import JouleRandom
public import JouleTensor

/// Any kernel along any path.
///
///     let path = GeometricPath(from: base, to: target)
///     let chains = KernelAlongPath(path) { energy, beta in
///       MetropolisHastings(energy, GaussianWalk(scale: 0.5 / max(beta, 0.1).squareRoot()))
///     }
///
/// The kernel is made anew where β changes, and its chains restart where they stand: what it knows of
/// them, such as their energies, is worked out again.
public struct KernelAlongPath<Path: EnergyPath, Kernel: TransitionKernel>: PathKernel
where Kernel.Scalar == Path.Energy.Scalar {
  public typealias Scalar = Kernel.Scalar
  public typealias Info = Kernel.Info

  public let path: Path
  private let makeKernel: @Sendable (Path.Energy, Double) -> Kernel

  /// - Parameter kernel: makes the kernel that leaves exp(−E_β) invariant of E_β and β; its step size
  ///   may depend on β. For several steps at each point return `kernel.repeated(n)`.
  public init(
    _ path: Path, kernel: @escaping @Sendable (_ energy: Path.Energy, _ beta: Double) -> Kernel
  ) {
    self.path = path
    makeKernel = kernel
  }

  /// The kernel at β.
  public func kernel(at beta: Double) -> Kernel { makeKernel(path.energy(at: beta), beta) }

  public struct State: Sendable {
    /// Where the chains stand unless they have moved since.
    fileprivate var rows: Tensor<Kernel.Scalar>
    /// Chains under the kernel of the last step.
    fileprivate var moving: (beta: Double, kernel: Kernel, chains: Kernel.State)?
  }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    precondition(
      rows.rank == 2, "chains stand at rows of a matrix, got a tensor of shape \(rows.shape)")
    return State(rows: rows, moving: nil)
  }

  public func position(of state: State) -> Tensor<Scalar> {
    state.moving.map { $0.kernel.position(of: $0.chains) } ?? state.rows
  }

  @discardableResult
  public func step(_ state: inout State, at beta: Double, using random: ChainRandom) -> Info {
    // Taken out of the state, so that the chains are held once and change in place.
    var moving = take(&state, at: beta)
    let info = moving.kernel.step(&moving.chains, using: random)
    state.moving = moving
    return info
  }

  private func take(
    _ state: inout State, at beta: Double
  ) -> (beta: Double, kernel: Kernel, chains: Kernel.State) {
    guard var moving = state.moving else {
      let kernel = kernel(at: beta)
      return (beta, kernel, kernel.makeState(at: state.rows))
    }
    state.moving = nil
    guard moving.beta != beta else { return moving }
    let rows = moving.kernel.position(of: moving.chains)
    moving.beta = beta
    moving.kernel = kernel(at: beta)
    moving.kernel.restart(&moving.chains, at: rows)
    return moving
  }

  public func weigh(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double]
  ) {
    let ratios = path.logRatios(of: position(of: state), from: from, to: to)
    precondition(
      ratios.count == logWeights.count,
      "\(logWeights.count) weights for \(ratios.count) chains")
    for chain in ratios.indices where logWeights[chain] > -.infinity || logWeights[chain].isNaN {
      logWeights[chain] += ratios[chain]
    }
  }

  public func exchange(_ chains: [Bool], of first: inout State, with second: inout State) {
    guard chains.contains(true) else { return }
    var firstRows = position(of: first)
    var secondRows = position(of: second)
    firstRows.exchangeRows(where: chains, with: &secondRows)
    move(&first, to: firstRows)
    move(&second, to: secondRows)
  }

  private func move(_ state: inout State, to rows: Tensor<Scalar>) {
    guard var moving = state.moving else {
      state.rows = rows
      return
    }
    state.moving = nil
    moving.kernel.restart(&moving.chains, at: rows)
    state.moving = moving
  }
}
