public import JouleRandom
import JouleTensor

/// Which units of a network of layers see which, so that every output depends on the variables before it
/// in an order, and on no other.
///
/// A hidden unit of degree m sees the first m variables of the order, and hidden units of degrees up to
/// its own. The output of the variable at place p, from 0, sees hidden units of degrees up to p: so
/// whatever it sees has seen places before p alone.
///
/// Reference: M. Germain, K. Gregor, I. Murray, H. Larochelle, MADE: masked autoencoder for distribution
/// estimation, ICML 2015, eq. 8–9 and 12–13.
public struct AutoregressiveMask: Sendable, Equatable {
  /// The variables in the order in which they are predicted.
  public let order: [Int]
  /// The degree of every unit of every hidden layer.
  public let degrees: [[Int]]

  /// A mask of given degrees.
  ///
  /// - Parameters:
  ///   - order: a permutation of the variables.
  ///   - degrees: one array a hidden layer, each degree in 1…max(1, n − 1) for n variables.
  public init(order: [Int], degrees: [[Int]]) {
    precondition(
      !order.isEmpty && order.sorted() == Array(order.indices),
      "the order is no permutation of 0 to \(order.count - 1): \(order)")
    let range = Self.range(variables: order.count)
    precondition(
      !degrees.isEmpty && degrees.allSatisfy { !$0.isEmpty && $0.allSatisfy(range.contains) },
      "degrees are in \(range), in at least one hidden layer of at least one unit")
    self.order = order
    self.degrees = degrees
  }

  /// A mask of random degrees: uniform, and in each layer no lower than the lowest of the layer before,
  /// since such units would see nothing.
  ///
  /// - Parameters:
  ///   - order: a permutation of the variables.
  ///   - hiddenCounts: how many units each hidden layer has.
  public init(order: [Int], hiddenCounts: [Int], using key: RandomKey) {
    let range = Self.range(variables: order.count)
    var stream = RandomStream(key: key)
    var lowest = range.lowerBound
    let degrees = hiddenCounts.map { count in
      let layer = (0..<count).map { _ in
        lowest + stream.integer(below: range.upperBound - lowest + 1)
      }
      lowest = layer.min() ?? lowest
      return layer
    }
    self.init(order: order, degrees: degrees)
  }

  /// The degrees that hidden units can have.
  static func range(variables: Int) -> ClosedRange<Int> { 1...max(1, variables - 1) }

  /// The place of every variable in the order, from 0.
  var places: [Int] {
    var places = [Int](repeating: 0, count: order.count)
    for (place, variable) in order.enumerated() { places[variable] = place }
    return places
  }

  /// One where a unit (column) sees a unit of the layer before (row), else zero: a matrix for every hidden
  /// layer, and one from the last of them to the outputs.
  func connections<Scalar: TensorScalar>() -> [Tensor<Scalar>] {
    let places = places
    // A variable at place p can be seen from degree p + 1 on, as a unit of that degree is.
    let senders = [places.map { $0 + 1 }] + degrees
    return zip(senders, degrees + [places]).map(Self.connections)
  }

  /// The same from the variables to the outputs directly.
  func directConnections<Scalar: TensorScalar>() -> Tensor<Scalar> {
    let places = places
    return Self.connections(from: places.map { $0 + 1 }, to: places)
  }

  private static func connections<Scalar: TensorScalar>(
    from senders: [Int], to receivers: [Int]
  ) -> Tensor<Scalar> {
    Tensor(
      shape: [senders.count, receivers.count],
      elements: senders.flatMap { sender in receivers.map { sender <= $0 ? 1 : 0 } })
  }
}
