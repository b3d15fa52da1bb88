public import JouleTensor

/// A kernel that can tell its transition probabilities on finitely many states exactly, with the very
/// formulas that its steps use.
public protocol EnumerableKernel: TransitionKernel {
  /// P(next | now) for every state of a space.
  ///
  /// - Throws: where a state may lead out of the space.
  func transitions(over space: StateSpace<Scalar>) throws(StateSpaceError) -> TransitionTable
}

/// A proposal on finitely many states that can list what it may draw.
public protocol EnumerableProposal: Proposal {
  /// Everything that may be proposed from a row.
  ///
  /// - Parameter row: `[variables]`.
  func outcomes(from row: Tensor<Scalar>) -> ProposalOutcomes<Scalar>
}

/// A symmetric proposal on finitely many states that can list what it may draw.
public protocol EnumerableSymmetricProposal: SymmetricProposal {
  /// Everything that may be proposed from a row.
  ///
  /// - Parameter row: `[variables]`.
  func outcomes(from row: Tensor<Scalar>) -> ProposalOutcomes<Scalar>
}

/// Everything that a proposal may draw from one row.
public struct ProposalOutcomes<Scalar: TensorScalar>: Sendable {
  /// The rows, with the densities that the proposal states for them.
  public let proposed: Proposed<Scalar>
  /// The probability with which each is drawn; they sum to one.
  public let probabilities: [Double]

  /// - Parameters:
  ///   - proposed: the rows, with the densities that the proposal states for them.
  ///   - probabilities: one a row.
  public init(_ proposed: Proposed<Scalar>, probabilities: [Double]) {
    precondition(
      proposed.rows.shape[0] == probabilities.count,
      "\(probabilities.count) probabilities of \(proposed.rows.shape[0]) outcomes")
    self.proposed = proposed
    self.probabilities = probabilities
  }

  /// Outcomes of a symmetric proposal, `[outcomes, variables]`, whose densities cancel.
  ///
  /// - Parameter probabilities: one a row; by default all alike.
  public init(rows: Tensor<Scalar>, probabilities: [Double]? = nil) {
    var proposed = Proposed<Scalar>(shape: rows.shape)
    proposed.rows = rows
    let count = rows.shape[0]
    self.init(
      proposed,
      probabilities: probabilities ?? [Double](repeating: 1 / Double(count), count: count))
  }
}

/// A transition that leads out of the states that were listed.
public struct StateSpaceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The number of the state that it starts from.
  public let state: Int
  /// Where it leads.
  public let row: [Double]

  public init(state: Int, row: [Double]) {
    self.state = state
    self.row = row
  }

  public var description: String {
    "state \(state) leads to \(row), which is none of the states that were listed"
  }
}

extension StateSpace {
  /// The numbers of rows that must be states.
  ///
  /// - Parameter state: where they come from, for the error.
  public func requireIndices(
    of rows: Tensor<Scalar>, from state: Int
  ) throws(StateSpaceError) -> [Int] {
    var result: [Int] = []
    for (row, index) in indices(of: rows).enumerated() {
      guard let index else {
        throw StateSpaceError(state: state, row: Tensor<Double>(rows.row(row)).elements)
      }
      result.append(index)
    }
    return result
  }
}
