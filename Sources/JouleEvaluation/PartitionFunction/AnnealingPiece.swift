import JouleCore
import JouleRandom
import RealModule

/// Some of the chains of a pass of annealing.
struct AnnealingPiece<Path: AnnealingPath>: Sendable {
  let firstChain: Int
  private(set) var state: Path.State
  private(set) var logWeights: [Double]
  /// What each interval has added to log weights.
  private(set) var moments: [AnnealingMoments]
  private(set) var fault: TransitionFault?
  /// The log weights before the last interval.
  private var previous: [Double]

  init(chains: Range<Int>, intervals: Int, state: Path.State) {
    firstChain = chains.lowerBound
    self.state = state
    logWeights = [Double](repeating: 0, count: chains.count)
    previous = logWeights
    moments = [AnnealingMoments](repeating: AnnealingMoments(), count: intervals)
  }

  mutating func advance(
    along path: Path, from: Double, to: Double, interval: Int, using random: ChainRandom
  ) {
    for chain in previous.indices { previous[chain] = logWeights[chain] }
    let info = path.advance(
      &state, from: from, to: to, logWeights: &logWeights, using: random)
    // Summed here rather than as the chains go: NaN and infinity show up in the sums.
    var sum = AnnealingMoments()
    for chain in previous.indices where logWeights[chain] != -.infinity {
      sum.add(logWeights[chain] - previous[chain])
    }
    moments[interval] = sum
    if !sum.isFinite { noteBadWeight(between: from, and: to) }
    if fault == nil, let found = info.fault { note(found, at: to) }
  }

  /// A weight of −∞ is none: such a chain has left the support, and counts as zero.
  private mutating func noteBadWeight(between from: Double, and to: Double) {
    guard let chain = logWeights.firstIndex(where: { !($0 < .infinity) }) else { return }
    fault = TransitionFault(
      row: firstChain + chain,
      reason: .notFinite("the weight \(logWeights[chain]) between beta \(from) and \(to)"))
  }

  /// A chain whose weight is zero may stand outside the support; nothing depends on it any more.
  private mutating func note(_ found: TransitionFault, at beta: Double) {
    if found.reason == .outsideSupport, logWeights[found.row] == -.infinity { return }
    fault = TransitionFault(row: firstChain + found.row, reason: found.reason).located(at: beta)
  }
}

/// Count, sum and sum of squares.
struct AnnealingMoments: Sendable {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    sum += value
    squares += value * value
  }

  static func combined(_ parts: [AnnealingMoments]) -> AnnealingMoments {
    var whole = AnnealingMoments()
    for part in parts {
      whole.count += part.count
      whole.sum += part.sum
      whole.squares += part.squares
    }
    return whole
  }

  var isFinite: Bool { sum.isFinite }

  /// 0 of nothing.
  var mean: Double { count > 0 ? sum / count : 0 }

  /// √ of the mean square about the mean; 0 of nothing.
  var deviation: Double {
    count > 0 ? Swift.max(0, squares / count - mean * mean).squareRoot() : 0
  }
}
