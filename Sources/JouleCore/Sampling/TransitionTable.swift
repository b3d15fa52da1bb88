public import JouleTensor

/// The transition probabilities of a kernel on finitely many states: P(next | now), few of them not zero.
public struct TransitionTable: Sendable, Equatable {
  /// One state that may follow.
  public struct Successor: Sendable, Equatable {
    public let state: Int
    public let probability: Double

    public init(state: Int, probability: Double) {
      self.state = state
      self.probability = probability
    }
  }

  /// What may follow each state, by ascending number, each once.
  public private(set) var successors: [[Successor]]

  /// The number of states.
  public var count: Int { successors.count }

  /// - Parameter successors: of each state, in any order; the probabilities of one that comes several
  ///   times are added, and zeros are left out.
  public init(_ successors: [[Successor]]) {
    var sums = [Double](repeating: 0, count: successors.count)
    self.successors = successors.enumerated().map { state, list in
      Self.merged(list, from: state, sums: &sums)
    }
  }

  private static func merged(
    _ list: [Successor], from state: Int, sums: inout [Double]
  ) -> [Successor] {
    var seen: [Int] = []
    for successor in list {
      precondition(
        successor.state >= 0 && successor.state < sums.count,
        "state \(successor.state) follows state \(state), there are \(sums.count)")
      if sums[successor.state] == 0 { seen.append(successor.state) }
      sums[successor.state] += successor.probability
    }
    return seen.sorted().compactMap { next in
      let probability = sums[next]
      sums[next] = 0
      return probability == 0 ? nil : Successor(state: next, probability: probability)
    }
  }

  /// Every state stays where it is.
  public static func identity(_ count: Int) -> TransitionTable {
    TransitionTable((0..<count).map { [Successor(state: $0, probability: 1)] })
  }

  /// First these transitions, then others.
  ///
  /// - Complexity: O(Σ over transitions of what may follow them).
  public func followed(by next: TransitionTable) -> TransitionTable {
    requireCount(next)
    return TransitionTable(
      successors.map { list in
        list.flatMap { first in
          next.successors[first.state].map {
            Successor(state: $0.state, probability: first.probability * $0.probability)
          }
        }
      })
  }

  /// These transitions with the probability `weight`, others else.
  public func mixed(with other: TransitionTable, weight: Double) -> TransitionTable {
    requireCount(other)
    return TransitionTable(
      zip(successors, other.successors).map { own, others in
        own.map { Successor(state: $0.state, probability: weight * $0.probability) }
          + others.map { Successor(state: $0.state, probability: (1 - weight) * $0.probability) }
      })
  }

  private func requireCount(_ other: TransitionTable) {
    precondition(
      count == other.count, "transitions of \(count) states and of \(other.count)")
  }

  /// P(next | now); 0 where it cannot happen.
  public func probability(from now: Int, to next: Int) -> Double {
    successors[now].first { $0.state == next }?.probability ?? 0
  }

  /// The distribution after one step: p′[i] = Σⱼ P(i | j) p[j].
  public func advanced(_ distribution: [Double]) -> [Double] {
    precondition(
      distribution.count == count, "\(distribution.count) probabilities of \(count) states")
    var result = [Double](repeating: 0, count: count)
    for (now, list) in successors.enumerated() {
      for next in list { result[next.state] += next.probability * distribution[now] }
    }
    return result
  }

  /// T[i, j] = P(next = i | now = j), `[states, states]`: columns sum to one.
  public var matrix: Tensor<Double> {
    var elements = [Double](repeating: 0, count: count * count)
    for (now, list) in successors.enumerated() {
      for next in list { elements[next.state * count + now] = next.probability }
    }
    return Tensor(shape: [count, count], elements: elements)
  }
}
