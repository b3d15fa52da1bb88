public import JouleAlgebra

/// The random numbers of a block of chains (or rows) in one step.
///
/// Chain c = `firstChain` + r of row r, the step and the purpose of a draw address its words; see
/// `RandomAddress`. So a block may be cut in pieces anywhere, and in any number of threads, with the
/// same bits. Chains, steps and purposes never share a word.
public struct ChainRandom: Sendable, Hashable, Codable {
  /// The key of the sequences.
  public let key: RandomKey
  /// The chain of the first row.
  public let firstChain: Int
  /// The number of the step.
  public let step: Int

  /// - Precondition: `firstChain` and `step` are in 0..<2⁴⁰.
  public init(key: RandomKey, firstChain: Int = 0, step: Int = 0) {
    precondition(
      firstChain >= 0 && firstChain < 1 << 40,
      "a chain's number is in 0..<2^40, got \(firstChain)")
    precondition(step >= 0 && step < 1 << 40, "a step's number is in 0..<2^40, got \(step)")
    self.key = key
    self.firstChain = firstChain
    self.step = step
  }

  /// The same for the chains that begin so many further on: for a piece of the block.
  public func advanced(by chains: Int) -> ChainRandom {
    ChainRandom(key: key, firstChain: firstChain + chains, step: step)
  }

  /// The same chains in another step.
  public func with(step: Int) -> ChainRandom {
    ChainRandom(key: key, firstChain: firstChain, step: step)
  }

  /// The same chains and step under a key of their own: for the parts of a kernel that is made of several,
  /// so that two parts that draw for the same purpose do not draw the same.
  public func folded(_ part: Int) -> ChainRandom {
    ChainRandom(key: key.folded(UInt64(part)), firstChain: firstChain, step: step)
  }

  /// The address of the block's words for one draw.
  ///
  /// - Parameter purpose: what the draw is for, below 65,280; draws of one step for different purposes
  ///   are independent, for the same purpose they are the same.
  public func address(purpose: UInt32) -> RandomAddress {
    precondition(
      purpose < Purpose.firstReserved, "a purpose is below \(Purpose.firstReserved), got \(purpose)"
    )
    return RandomAddress(
      key: key.value, firstChain: UInt64(firstChain), step: UInt64(step), purpose: purpose)
  }

  /// The words of one chain of the block, in order: 2³⁴ of them.
  ///
  /// - Parameter chain: its row in the block.
  public func stream(chain: Int = 0, purpose: UInt32) -> RandomStream {
    RandomStream(at: advanced(by: chain).address(purpose: purpose))
  }
}
