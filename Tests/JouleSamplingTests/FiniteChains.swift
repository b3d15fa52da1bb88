import Joule
import Testing

/// Chains that tests of finite Markov chains run over.
struct FiniteChain: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let chain: MarkovChain

  init(_ name: String, _ chain: MarkovChain) {
    testDescription = name
    self.chain = chain
  }

  static let key = RandomKey(seed: 20_250_301).folded("finite chains")

  static func all() throws -> [FiniteChain] {
    [
      FiniteChain("weather", try weather()),
      FiniteChain("one state", try MarkovChain(columns: Tensor([[1]]))),
      FiniteChain("cycle of 6", try cycle(6)),
      FiniteChain("walk on a ring of 8", try ring(8)),
      FiniteChain("gambler's ruin", try gamblersRuin(7, up: 0.4)),
      FiniteChain("two classes and ways in", try reducible()),
      FiniteChain("dense", try random(12, density: 1, key: key.folded(0))),
      FiniteChain("sparse", try random(30, density: 0.15, key: key.folded(1))),
      FiniteChain("several blocks", try random(150, density: 0.5, key: key.folded(2))),
      FiniteChain("Metropolis", try metropolis(10, key: key.folded(3))),
      FiniteChain("nearly uncoupled", try nearlyUncoupled(1e-9)),
    ]
  }

  /// Today's weather given yesterday's, T[i, j] = P(next = i | now = j).
  static func weather() throws -> MarkovChain {
    try MarkovChain(
      columns: Tensor([[0.9, 0.2, 0.1], [0.08, 0.6, 0.4], [0.02, 0.2, 0.5]]),
      stateNames: ["sun", "cloud", "rain"])
  }

  /// 0 → 1 → … → n−1 → 0.
  static func cycle(_ count: Int) throws -> MarkovChain {
    try MarkovChain(
      stateCount: count,
      transitions: (0..<count).map { .init(from: $0, to: ($0 + 1) % count, probability: 1) })
  }

  /// To either neighbour with probability one half.
  static func ring(_ count: Int) throws -> MarkovChain {
    try MarkovChain(
      stateCount: count,
      transitions: (0..<count).flatMap { state in
        [1, count - 1].map { .init(from: state, to: (state + $0) % count, probability: 0.5) }
      })
  }

  /// One up or one down until 0 or n.
  static func gamblersRuin(_ count: Int, up: Double) throws -> MarkovChain {
    try MarkovChain(
      stateCount: count + 1,
      transitions: (0...count).flatMap { state -> [MarkovChain.Transition] in
        if state == 0 || state == count { return [.init(from: state, to: state, probability: 1)] }
        return [
          .init(from: state, to: state + 1, probability: up),
          .init(from: state, to: state - 1, probability: 1 - up),
        ]
      })
  }

  /// From 0 to the pair {1, 2}, which alternates, or to the three {3, 4, 5}, which mix.
  static func reducible() throws -> MarkovChain {
    try MarkovChain(
      rows: Tensor([
        [0.25, 0.5, 0, 0.25, 0, 0], [0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0],
        [0, 0, 0, 0.5, 0.25, 0.25], [0, 0, 0, 0.2, 0.5, 0.3], [0, 0, 0, 0.1, 0.1, 0.8],
      ]))
  }

  /// Random transitions; each state can go to about a share of all, at least to one.
  static func random(_ count: Int, density: Double, key: RandomKey) throws -> MarkovChain {
    var stream = RandomStream(key: key)
    var transitions: [MarkovChain.Transition] = []
    for state in 0..<count {
      var weights = (0..<count).map { _ in
        stream.bernoulli(density) ? stream.exponential(as: Double.self) : 0
      }
      if weights.allSatisfy({ $0 == 0 }) { weights[stream.integer(below: count)] = 1 }
      let sum = weights.reduce(0, +)
      for (next, weight) in weights.enumerated() where weight > 0 {
        transitions.append(.init(from: state, to: next, probability: weight / sum))
      }
    }
    return try MarkovChain(stateCount: count, transitions: transitions)
  }

  /// Uniform proposals, accepted by Metropolis for random π.
  static func metropolis(_ count: Int, key: RandomKey) throws -> MarkovChain {
    var stream = RandomStream(key: key)
    let weights = (0..<count).map { _ in stream.exponential(as: Double.self) }
    var transitions: [MarkovChain.Transition] = []
    for state in 0..<count {
      var stays = 1.0
      for next in 0..<count where next != state {
        let probability = min(1, weights[next] / weights[state]) / Double(count)
        transitions.append(.init(from: state, to: next, probability: probability))
        stays -= probability
      }
      transitions.append(.init(from: state, to: state, probability: stays))
    }
    return try MarkovChain(stateCount: count, transitions: transitions)
  }

  /// Two pairs of states; the chain changes the pair with probability ε one way and 2ε the other.
  static func nearlyUncoupled(_ epsilon: Double) throws -> MarkovChain {
    let row = [0.3, 0.7]
    var transitions: [MarkovChain.Transition] = []
    for (pair, leaving) in [epsilon, 2 * epsilon].enumerated() {
      for state in 0..<2 {
        for next in 0..<2 {
          transitions.append(
            .init(
              from: 2 * pair + state, to: 2 * pair + next, probability: row[next] * (1 - leaving)))
        }
        transitions.append(
          .init(from: 2 * pair + state, to: 2 * (1 - pair) + state, probability: leaving))
      }
    }
    return try MarkovChain(stateCount: 4, transitions: transitions)
  }
}

extension MarkovChain {
  /// T p.
  func moved(_ p: [Double]) -> [Double] {
    (0..<stateCount).map { i in
      (0..<stateCount).reduce(0) { $0 + probability(of: i, after: $1) * p[$1] }
    }
  }

  /// Whether j can reach i, for all pairs [i][j], by closing the relation (Warshall).
  var reachability: [[Bool]] {
    var can = (0..<stateCount).map { i in
      (0..<stateCount).map { j in i == j || probability(of: i, after: j) > 0 }
    }
    for middle in 0..<stateCount {
      for i in 0..<stateCount where can[i][middle] {
        for j in 0..<stateCount where can[middle][j] { can[i][j] = true }
      }
    }
    return can
  }
}
