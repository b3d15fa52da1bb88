/// A model small enough to sum over, for exact work.
///
/// The states that are enumerated need not be the visible ones: an RBM sums one layer out in closed
/// form and enumerates the other, the smaller. A block of states comes completed, so the expectation of
/// ∂E/∂θ under the model is a sum over blocks with the very code that training uses on samples.
public protocol EnumerableModel: ParametricEnergy {
  /// The number of states to enumerate, as a power of two: the sum has 2^`enumeratedBitCount` terms.
  var enumeratedBitCount: Int { get }

  /// How many states are best asked for at a time, a power of two: what a block costs once is spread over
  /// so many. Any range is answered correctly.
  var enumeratedBlockSize: Int { get }

  /// log p*(state) of each of some states: the logarithm of the unnormalised probability, with
  /// whatever is not enumerated summed out, in nats.
  ///
  /// - Parameter states: numbers of states; bit j of a number is the value of enumerated variable j.
  func enumeratedLogWeights(_ states: Range<Int>) -> [Double]

  /// Completed rows, one a state, whose ∂E/∂θ is the model's expectation given the enumerated state.
  func enumeratedCompletion(_ states: Range<Int>) -> Completion
}

extension EnumerableModel {
  /// States of one block: enough for an efficient product, few enough for the cache.
  public var enumeratedBlockSize: Int { 1024 }
}
