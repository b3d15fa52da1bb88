/// Where the random words of a block of rows stand in the sequence of a key.
///
/// Row r draws as chain `firstChain` + r. A row's sequence of words is Philox4x32-10 of the counters
///
///     (block, purpose | chain[32..<40] · 2¹⁶ | step[32..<40] · 2²⁴, chain[0..<32], step[0..<32])
///
/// for block = `firstBlock`, `firstBlock` + 1, …, four words each. So rows, steps and purposes never
/// share a word, and cutting a block of rows in pieces changes no bit of any row.
public struct RandomAddress: Sendable, Hashable {
  /// The Philox key.
  public var key: UInt64
  /// The chain of the first row, below 2⁴⁰.
  public var firstChain: UInt64
  /// The step of all rows, below 2⁴⁰.
  public var step: UInt64
  /// What the draw is for, below 2¹⁶; keeps several draws of one chain in one step apart.
  public var purpose: UInt32
  /// The number of four-word blocks to leave out at the beginning of every row.
  public var firstBlock: UInt32

  /// - Precondition: `firstChain` and `step` are below 2⁴⁰, `purpose` below 2¹⁶.
  public init(
    key: UInt64, firstChain: UInt64 = 0, step: UInt64 = 0, purpose: UInt32 = 0,
    firstBlock: UInt32 = 0
  ) {
    precondition(firstChain < 1 << 40, "a chain's number is below 2^40, got \(firstChain)")
    precondition(step < 1 << 40, "a step's number is below 2^40, got \(step)")
    precondition(purpose < 1 << 16, "a purpose is below 2^16, got \(purpose)")
    self.key = key
    self.firstChain = firstChain
    self.step = step
    self.purpose = purpose
    self.firstBlock = firstBlock
  }

  /// The same address for the rows that begin `rows` further on.
  public func advanced(by rows: Int) -> RandomAddress {
    precondition(rows >= 0, "an address moves forward, got \(rows) rows")
    return RandomAddress(
      key: key, firstChain: firstChain + UInt64(rows), step: step, purpose: purpose,
      firstBlock: firstBlock)
  }
}
