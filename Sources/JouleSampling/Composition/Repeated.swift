public import JouleCore
public import JouleRandom
public import JouleTensor

/// Several steps of a kernel as one.
///
///     T = T_kernelⁿ
///
/// Draws what the kernel would draw in steps n·t, n·t + 1, …, so n times fewer steps end at the same bits.
public struct Repeated<Kernel: TransitionKernel>: TransitionKernel {
  public typealias Scalar = Kernel.Scalar
  public typealias State = Kernel.State
  public typealias Info = RepeatedTransition<Kernel.Info>

  public let kernel: Kernel
  /// n.
  public let count: Int

  /// - Parameter count: n, at least 1.
  public init(_ kernel: Kernel, count: Int) {
    precondition(count > 0, "a kernel repeats at least once, got \(count)")
    self.kernel = kernel
    self.count = count
  }

  public func makeState(at rows: Tensor<Kernel.Scalar>) -> State { kernel.makeState(at: rows) }

  public func restart(_ state: inout State, at rows: Tensor<Kernel.Scalar>) {
    kernel.restart(&state, at: rows)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> Info {
    Info(
      steps: (0..<count).map {
        kernel.step(&state, using: random.with(step: random.step * count + $0))
      })
  }

  public var isReversible: Bool { kernel.isReversible }

  public func position(of state: State) -> Tensor<Kernel.Scalar> { kernel.position(of: state) }

  public func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> Kernel.Adaptation {
    kernel.makeAdaptation(of: states, steps: steps, using: random)
  }

  /// The kernel learns from all its steps together.
  public func adapted(
    to step: WarmUpStep<Repeated>, learning adaptation: inout Kernel.Adaptation
  ) -> Repeated {
    let seen = WarmUpStep<Kernel>(
      index: step.index, count: step.count, states: step.states,
      infos: step.infos.flatMap(\.steps))
    return Repeated(kernel.adapted(to: seen, learning: &adaptation), count: count)
  }
}

/// What several steps tell.
public struct RepeatedTransition<Step: TransitionInfo>: TransitionInfo {
  public let steps: [Step]

  /// Means over the steps.
  public var acceptanceProbabilities: [Double]? {
    guard var sums = steps.first?.acceptanceProbabilities else { return nil }
    for step in steps.dropFirst() {
      guard let probabilities = step.acceptanceProbabilities else { return nil }
      for chain in sums.indices { sums[chain] += probabilities[chain] }
    }
    return sums.map { $0 / Double(steps.count) }
  }

  public var fault: TransitionFault? { steps.lazy.compactMap(\.fault).first }
}

extension Repeated: EnumerableKernel where Kernel: EnumerableKernel {
  public func transitions(
    over space: StateSpace<Kernel.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    let once = try kernel.transitions(over: space)
    return (1..<count).reduce(once) { table, _ in table.followed(by: once) }
  }
}
