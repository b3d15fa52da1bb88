public import JouleCore
import JouleTensor

/// How replicas have travelled along a ladder so far.
public struct TemperingRecord: Sendable, Equatable {
  /// The number of chains: each has as many replicas as there are temperatures.
  public let chainCount: Int
  public private(set) var steps = 0
  /// Round trips of all replicas: from the hottest temperature to the coldest and back.
  public private(set) var roundTrips = 0
  /// The sum of the swap probabilities of each pair, and the number of swaps tried.
  private var sums: [Double]
  private var tries: [Int]
  /// Which replica stands at each place, `[temperatures × chains]`.
  private var replicas: [Int]
  /// What each replica has seen last, by replica.
  private var journeys: [Journey]

  private enum Journey: Int, Sendable {
    case neitherEnd, fromHot, fromCold
  }

  init(temperatures: Int, chains: Int) {
    chainCount = chains
    sums = [Double](repeating: 0, count: temperatures - 1)
    tries = [Int](repeating: 0, count: temperatures - 1)
    replicas = Array(0..<temperatures * chains)
    journeys = [Journey](repeating: .neitherEnd, count: temperatures * chains)
    visitEnds()
  }

  /// The mean swap probability of each pair of neighbours; NaN before the first try.
  public var swapRates: [Double] {
    zip(sums, tries).map { $0 / Double($1) }
  }

  /// 1 − the rate of each pair, 0 before the first try.
  var rejectionRates: [Double] {
    zip(sums, tries).map { $1 > 0 ? max(0, 1 - $0 / Double($1)) : 0 }
  }

  /// The number of the replica at each temperature of a chain, hottest first: replicas are numbered by
  /// where they started.
  public func replicas(ofChain chain: Int) -> [Int] {
    (0...tries.count).map { replicas[$0 * chainCount + chain] / chainCount }
  }

  /// Forgets rates and round trips, not who stands where.
  mutating func resetCounts() {
    steps = 0
    roundTrips = 0
    for pair in tries.indices {
      sums[pair] = 0
      tries[pair] = 0
    }
  }

  mutating func note(_ test: MetropolisTest, ofPair pair: Int) {
    for chain in 0..<chainCount {
      sums[pair] += test.probabilities[chain]
      if test.accepted[chain] {
        replicas.swapAt(pair * chainCount + chain, (pair + 1) * chainCount + chain)
      }
    }
    tries[pair] += chainCount
  }

  mutating func endStep() {
    steps += 1
    visitEnds()
  }

  private mutating func visitEnds() {
    for chain in 0..<chainCount {
      let hot = replicas[chain]
      if journeys[hot] == .fromCold { roundTrips += 1 }
      journeys[hot] = .fromHot
      let cold = replicas[tries.count * chainCount + chain]
      // Only who comes from the hot end has half a round trip behind it.
      if journeys[cold] == .fromHot { journeys[cold] = .fromCold }
    }
  }
}

extension TemperingRecord: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    archive.metadata[prefix + "steps"] = String(steps)
    archive.metadata[prefix + "round_trips"] = String(roundTrips)
    archive.store(Tensor(sums), as: prefix + "swap_probabilities")
    archive.store(Tensor(tries.map(Double.init)), as: prefix + "swap_tries")
    archive.store(Tensor(replicas.map(Double.init)), as: prefix + "replicas")
    archive.store(Tensor(journeys.map { Double($0.rawValue) }), as: prefix + "journeys")
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    func numbers(_ name: String, _ count: Int) throws(ArchiveError) -> [Double] {
      let tensor: Tensor<Double> = try archive.tensor(prefix + name, shape: [count])
      return tensor.elements
    }
    func integers(_ name: String, _ count: Int, below limit: Int) throws(ArchiveError) -> [Int] {
      let found = try numbers(name, count).map { Int(exactly: $0) ?? -1 }
      guard found.allSatisfy({ $0 >= 0 && $0 < limit }) else {
        throw .malformed(prefix + name, "\(found)")
      }
      return found
    }
    steps = try archive.integer(prefix + "steps")
    roundTrips = try archive.integer(prefix + "round_trips")
    sums = try numbers("swap_probabilities", sums.count)
    tries = try integers("swap_tries", tries.count, below: .max)
    replicas = try integers("replicas", replicas.count, below: replicas.count)
    journeys = try integers("journeys", journeys.count, below: 3).map {
      Journey(rawValue: $0) ?? .neitherEnd
    }
  }
}

/// What a run of parallel tempering says of its ladder.
public struct TemperingReport: Sendable, Equatable, CustomStringConvertible {
  public let ladder: TemperatureLadder
  /// The mean swap probability of each pair of neighbours.
  public let swapRates: [Double]
  /// Λ, the sum of the rates of rejection: how far the ends are apart, whatever the ladder.
  public let barrier: Double
  /// Round trips of all replicas of a chain, a step: how often the cold chain gets an independent state.
  public let roundTripRate: Double
  /// What the rate would be if a move at every temperature forgot where it was.
  ///
  ///     1 / (2 + 2 Σ r/(1 − r)),   r the rates of rejection
  ///
  /// Far above ``roundTripRate`` the kernels explore too slowly for their ladder. Reference: Syed et al.,
  /// arXiv:1905.02939, corollary 1.
  public let idealRoundTripRate: Double
  /// About 2Λ + 1: more temperatures, at this cost for each, bring less.
  public let recommendedCount: Int

  init(_ record: TemperingRecord, of ladder: TemperatureLadder, scheme: SwapScheme) {
    self.ladder = ladder
    swapRates = record.swapRates
    let rejections = record.rejectionRates
    barrier = rejections.reduce(0, +)
    let steps = Double(record.steps * record.chainCount)
    roundTripRate = steps > 0 ? Double(record.roundTrips) / steps : 0
    let inefficiency = rejections.reduce(0) { $0 + $1 / (1 - $1) }
    idealRoundTripRate =
      switch scheme {
      case .deterministicEvenOdd: 1 / (2 + 2 * inefficiency)
      case .stochasticEvenOdd: 1 / (2 * Double(ladder.count - 1) + 2 * inefficiency)
      }
    recommendedCount = Swift.max(2, Int((2 * barrier).rounded(.up)) + 1)
  }

  public var description: String {
    let rows = swapRates.indices.map { pair in
      "  \(short(ladder.betas[pair])) ↔ \(short(ladder.betas[pair + 1])): \(short(swapRates[pair]))"
    }
    return
      (["swap rates between inverse temperatures"] + rows + [
        "barrier \(short(barrier)), so about \(recommendedCount) temperatures are best; there are "
          + "\(ladder.count)",
        "round trips a step \(short(roundTripRate)), at best \(short(idealRoundTripRate))",
      ]).joined(separator: "\n")
  }

  private func short(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    return "\((value * 10_000).rounded() / 10_000)"
  }
}

extension ParallelTempering {
  /// What the chains have told of the ladder so far.
  public func report(of state: State) -> TemperingReport {
    TemperingReport(state.record, of: ladder, scheme: scheme)
  }
}
