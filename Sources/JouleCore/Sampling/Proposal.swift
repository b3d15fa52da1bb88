public import JouleRandom
public import JouleTensor

/// Where a Metropolis-Hastings step may go, with the densities that its correction needs.
///
///     x′ ~ q(·|x),   together with log q(x′|x) and log q(x|x′)
///
/// Both densities leave out the same constant, or none. A proposal with q(x′|x) = q(x|x′) for every pair
/// is a `SymmetricProposal`, another type: leaving the densities out of one that is not symmetric does
/// not compile.
public protocol Proposal<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar

  /// Draws a proposal for every row.
  ///
  /// - Parameters:
  ///   - rows: x, `[chains, variables]`.
  ///   - random: addresses the chains; row r draws as chain r of it.
  ///   - proposed: everything in it is overwritten; it comes in the shapes of the rows.
  func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Proposed<Scalar>)

  /// Why the proposal cannot propose anything, such as a scale of zero; nil when it can. A kernel reports
  /// it as a fault.
  var defect: String? { get }

  /// What the proposal learns while chains warm up; `NoAdaptation` where nothing.
  associatedtype Adaptation: Sendable = NoAdaptation

  /// What is known before the first of so many steps of warm-up, by chains of so many variables.
  func makeAdaptation(variableCount: Int, steps: Int) -> Adaptation

  /// The proposal of the next step; see `TransitionKernel.adapted(to:learning:)`.
  func adapted(
    to step: ProposalWarmUpStep<Scalar>, learning adaptation: inout Adaptation
  ) -> Self
}

/// A proposal that goes from x to x′ as readily as from x′ to x.
///
///     x′ ~ q(·|x),   q(x′|x) = q(x|x′) for every pair
public protocol SymmetricProposal<Scalar>: Sendable {
  associatedtype Scalar: TensorScalar

  /// Draws a proposal for every row.
  ///
  /// - Parameters:
  ///   - rows: x, `[chains, variables]`.
  ///   - random: addresses the chains; row r draws as chain r of it.
  ///   - proposed: x′, of the shape of `rows`, overwritten.
  func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Tensor<Scalar>)

  /// Why the proposal cannot propose anything, such as a scale of zero; nil when it can. A kernel reports
  /// it as a fault.
  var defect: String? { get }

  /// What the proposal learns while chains warm up; `NoAdaptation` where nothing.
  associatedtype Adaptation: Sendable = NoAdaptation

  /// What is known before the first of so many steps of warm-up, by chains of so many variables.
  func makeAdaptation(variableCount: Int, steps: Int) -> Adaptation

  /// The proposal of the next step; see `TransitionKernel.adapted(to:learning:)`.
  func adapted(
    to step: ProposalWarmUpStep<Scalar>, learning adaptation: inout Adaptation
  ) -> Self
}

extension Proposal {
  public var defect: String? { nil }
}

extension Proposal where Adaptation == NoAdaptation {
  public func makeAdaptation(variableCount: Int, steps: Int) -> NoAdaptation { NoAdaptation() }

  public func adapted(
    to step: ProposalWarmUpStep<Scalar>, learning adaptation: inout NoAdaptation
  ) -> Self { self }
}

extension SymmetricProposal {
  public var defect: String? { nil }
}

extension SymmetricProposal where Adaptation == NoAdaptation {
  public func makeAdaptation(variableCount: Int, steps: Int) -> NoAdaptation { NoAdaptation() }

  public func adapted(
    to step: ProposalWarmUpStep<Scalar>, learning adaptation: inout NoAdaptation
  ) -> Self { self }
}

/// Proposed rows with their densities there and back.
public struct Proposed<Scalar: TensorScalar>: Sendable {
  /// x′, `[chains, variables]`.
  public var rows: Tensor<Scalar>
  /// log q(x′|x) of each chain, `[chains]`.
  public var logForward: Tensor<Double>
  /// log q(x|x′) of each chain, `[chains]`; −∞ where there is no way back.
  public var logReverse: Tensor<Double>

  /// Room for the proposals of so many chains.
  public init(shape: [Int]) {
    rows = Tensor(zeros: shape)
    logForward = Tensor(zeros: [shape[0]])
    logReverse = Tensor(zeros: [shape[0]])
  }
}

/// A proposal given as a function.
public struct ProposalFunction<Scalar: TensorScalar>: Proposal {
  private let function: @Sendable (Tensor<Scalar>, ChainRandom, inout Proposed<Scalar>) -> Void

  /// - Parameter propose: takes rows `[chains, variables]` and the address of their draws, and sets
  ///   everything in the last argument.
  public init(
    _ propose:
      @escaping @Sendable (
        _ rows: Tensor<Scalar>, _ random: ChainRandom, _ proposed: inout Proposed<Scalar>
      ) -> Void
  ) {
    function = propose
  }

  public func propose(
    from rows: Tensor<Scalar>, using random: ChainRandom, into proposed: inout Proposed<Scalar>
  ) {
    function(rows, random, &proposed)
  }
}
