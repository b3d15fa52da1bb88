import Joule

/// Everything that is reported of a chain.
struct MarkovAnalysis {
  let chain: MarkovChain
  let path: String
  let threshold: Double
  /// For each closed class.
  let stationary: [[Double]]
  let balances: [DetailedBalance]
  /// From each state, for each closed class.
  let absorption: [[Double]]
  /// Expected steps until the chain is in a closed class, from each state.
  let absorptionTimes: [Double]
  let spectrum: ChainSpectrum
  let mixing: MixingTime?
  let bounds: MixingBounds?
  /// The state to begin in.
  let start: Int
  /// p_t at some times, from the start.
  let snapshots: [(steps: Int, probabilities: [Double])]
  let longRun: [Double]
  /// Expected steps to each of these states, from every state.
  let hittingTimes: [(target: Int, times: [Double])]
  let walk: Walk?

  struct Walk {
    let seed: UInt64
    let states: [Int]
    /// The share of its steps in each state.
    let shares: [Double]
  }

  /// All pairs of hitting times are reported up to so many states.
  private static let largestHittingTable = 100
  /// From so many states on, long work is announced.
  private static let longWork = 1200
  private static let snapshotTimes = [0, 1, 2, 3, 5, 10, 20, 50, 100, 1000]

  init(
    of chain: MarkovChain, path: String, start: Int, target: Int?, threshold: Double,
    walk: (steps: Int, seed: UInt64)?, workers: Workers, display: ProgressDisplay
  ) throws {
    self.chain = chain
    self.path = path
    self.threshold = threshold
    self.start = start
    let size = "\(JouleCLI.format(chain.stateCount)) states"
    func announce(_ work: String) {
      if chain.stateCount >= Self.longWork { display.print("\(size): \(work)") }
    }
    announce("stationary distributions")
    let stationary = try chain.stationaryDistributions(on: workers)
    self.stationary = stationary
    balances = stationary.map { chain.detailedBalance(of: $0) }
    absorption = try chain.absorptionProbabilities(on: workers)
    absorptionTimes = try chain.expectedHittingTimes(
      to: chain.closedClasses.flatMap(\.states), on: workers)
    longRun = try chain.longRunDistribution(
      from: chain.distribution(at: start), stationary: stationary, absorption: absorption,
      on: workers)

    let isReversible = balances.allSatisfy(\.isReversible)
    announce(
      "eigenvalues"
        + (isReversible ? "" : ", the longest part: it grows with the cube of the states"))
    spectrum = try chain.spectrum(stationary: stationary, on: workers)
    if chain.forgetsItsStart {
      announce("mixing time")
      mixing = try chain.mixingTime(
        threshold: threshold, stationary: stationary[0], on: workers,
        progress: { announce("after \($0.steps) steps the distance is \($0.totalVariation)") })
      bounds = try chain.mixingBounds(
        threshold: threshold, spectrum: spectrum, stationary: stationary[0], on: workers)
    } else {
      mixing = nil
      bounds = nil
    }

    var (now, time) = (chain.distribution(at: start), 0)
    var snapshots: [(Int, [Double])] = []
    for steps in Self.snapshotTimes {
      now = chain.distribution(after: steps - time, from: now, on: workers)
      time = steps
      snapshots.append((steps, now))
    }
    self.snapshots = snapshots

    let targets =
      target.map { [$0] }
      ?? (chain.stateCount <= Self.largestHittingTable ? Array(0..<chain.stateCount) : [])
    hittingTimes = try targets.map {
      ($0, try chain.expectedHittingTimes(to: [$0], on: workers))
    }
    self.walk = walk.map { steps, seed in
      let states = chain.walk(
        steps: steps, from: start, key: RandomKey(seed: seed).folded("walk"))
      var counts = [Double](repeating: 0, count: chain.stateCount)
      for state in states.dropFirst() { counts[state] += 1 }
      return Walk(seed: seed, states: states, shares: counts.map { $0 / Double(steps) })
    }
  }

  /// The largest residual of all closed classes.
  var residual: Double { balances.map(\.residual).max() ?? 0 }

  /// Whether the chain is in detailed balance with every stationary distribution.
  var isReversible: Bool { balances.allSatisfy(\.isReversible) }

  func name(_ state: Int) -> String { chain.stateNames[state] }
}
