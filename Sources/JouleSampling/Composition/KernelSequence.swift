public import JouleCore
public import JouleRandom
public import JouleTensor

/// Any number of kernels of one type, which share their state: a sweep over blocks of variables, or several
/// step sizes.
///
/// - Precondition: all are kernels of the same energy, for what the state knows of one it knows of all.
public struct KernelSequence<Kernel: TransitionKernel>: TransitionKernel {
  /// How a step uses the kernels.
  public enum Scan: Sendable, Hashable {
    /// All, one after another.
    case cycle
    /// One, each as likely, the same for all chains.
    case mixture
  }

  public typealias Scalar = Kernel.Scalar
  public typealias State = Kernel.State
  public typealias Info = RepeatedTransition<Kernel.Info>

  public let kernels: [Kernel]
  public let scan: Scan

  /// - Parameter kernels: at least one.
  public init(_ kernels: [Kernel], scan: Scan = .cycle) {
    precondition(!kernels.isEmpty, "a sequence of kernels has at least one")
    self.kernels = kernels
    self.scan = scan
  }

  public func makeState(at rows: Tensor<Kernel.Scalar>) -> State {
    kernels[0].makeState(at: rows)
  }

  public func restart(_ state: inout State, at rows: Tensor<Kernel.Scalar>) {
    kernels[0].restart(&state, at: rows)
  }

  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> Info {
    switch scan {
    case .cycle:
      return Info(
        steps: kernels.indices.map { kernels[$0].step(&state, using: random.folded($0)) })
    case .mixture:
      let choice = min(Int(random.sharedUniform() * Double(kernels.count)), kernels.count - 1)
      return Info(steps: [kernels[choice].step(&state, using: random.folded(choice))])
    }
  }

  public var isReversible: Bool {
    (scan == .mixture || kernels.count == 1) && kernels.allSatisfy(\.isReversible)
  }

  public func position(of state: State) -> Tensor<Kernel.Scalar> {
    kernels[0].position(of: state)
  }

  public func makeAdaptation(
    of states: [State], steps: Int, using random: ChainRandom
  ) -> [Kernel.Adaptation] {
    kernels.indices.map {
      kernels[$0].makeAdaptation(of: states, steps: steps, using: random.folded($0))
    }
  }

  /// In a cycle each kernel learns from its own part of the steps. The kernels of a mixture do not learn.
  public func adapted(
    to step: WarmUpStep<KernelSequence>, learning adaptation: inout [Kernel.Adaptation]
  ) -> KernelSequence {
    guard scan == .cycle else { return self }
    return KernelSequence(
      kernels.indices.map { index in
        let seen = WarmUpStep<Kernel>(
          index: step.index, count: step.count, states: step.states,
          infos: step.infos.map { $0.steps[index] })
        return kernels[index].adapted(to: seen, learning: &adaptation[index])
      }, scan: scan)
  }
}

extension KernelSequence: EnumerableKernel where Kernel: EnumerableKernel {
  public func transitions(
    over space: StateSpace<Kernel.Scalar>
  ) throws(StateSpaceError) -> TransitionTable {
    var table = try kernels[0].transitions(over: space)
    for (index, kernel) in kernels.enumerated().dropFirst() {
      let next = try kernel.transitions(over: space)
      switch scan {
      case .cycle: table = table.followed(by: next)
      // The first k + 1 kernels together, each as likely as the next.
      case .mixture: table = table.mixed(with: next, weight: Double(index) / Double(index + 1))
      }
    }
    return table
  }
}
