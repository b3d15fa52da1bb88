public import JouleTensor

/// What kernels and proposals learn that do not adapt.
public struct NoAdaptation: Sendable, Hashable {
  public init() {}
}

/// One step of warm-up, as all chains made it.
public struct WarmUpStep<Kernel: TransitionKernel>: Sendable {
  /// 0, 1, …, `count` − 1.
  public let index: Int
  /// Steps of the whole warm-up.
  public let count: Int
  /// The chains after the step, in pieces that follow one another.
  public let states: [Kernel.State]
  /// What the step told, piece by piece.
  public let infos: [Kernel.Info]

  public init(index: Int, count: Int, states: [Kernel.State], infos: [Kernel.Info]) {
    precondition(
      index >= 0 && index < count, "step \(index) of a warm-up of \(count) steps")
    self.index = index
    self.count = count
    self.states = states
    self.infos = infos
  }

  /// Whether no step follows, and the kernel is to be the one to sample with.
  public var isLast: Bool { index == count - 1 }

  /// The mean over all chains of the probability of acceptance; nil where nothing is ever rejected.
  public var meanAcceptance: Double? { infos.meanAcceptance }
}

/// One step of warm-up, as a proposal sees it.
public struct ProposalWarmUpStep<Scalar: TensorScalar>: Sendable {
  /// 0, 1, …, `count` − 1.
  public let index: Int
  /// Steps of the whole warm-up.
  public let count: Int
  /// Where the chains are after the step, in pieces of `[chains, variables]`.
  public let rows: [Tensor<Scalar>]
  /// The mean over all chains of the probability of acceptance.
  public let meanAcceptance: Double

  public init(index: Int, count: Int, rows: [Tensor<Scalar>], meanAcceptance: Double) {
    self.index = index
    self.count = count
    self.rows = rows
    self.meanAcceptance = meanAcceptance
  }

  /// Whether no step follows, and the proposal is to be the one to sample with.
  public var isLast: Bool { index == count - 1 }
}

extension Collection where Element: TransitionInfo {
  /// The mean over all chains of the probability of acceptance; nil where nothing is ever rejected.
  public var meanAcceptance: Double? {
    var sum = 0.0
    var count = 0
    for info in self {
      guard let probabilities = info.acceptanceProbabilities else { return nil }
      for probability in probabilities { sum += probability }
      count += probabilities.count
    }
    return count > 0 ? sum / Double(count) : nil
  }
}
