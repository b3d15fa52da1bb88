// The code of docs/markov-chains.md. MarkovChainsGuideTests checks that the page shows these very
// lines, and what the functions return.

// [begin: definition]
import Joule

/// Tomorrow's weather given today's: column j holds what follows state j.
func weatherChain() throws -> MarkovChain {
  try MarkovChain(
    columns: Tensor([[0.8, 0.3, 0.2], [0.15, 0.4, 0.4], [0.05, 0.3, 0.4]]),
    stateNames: ["sun", "cloud", "rain"])
}

/// S₀ = rain, S₁, S₂, …: each state drawn given the one before it alone.
func twoWeeks() throws -> [Int] {
  try weatherChain().walk(steps: 14, from: 2, key: RandomKey(seed: 0))
}
// [end: definition]

// [begin: distribution]
/// p_t = Tᵗ p₀ from a rainy day.
func forecast(days: Int) throws -> [Double] {
  try weatherChain().distribution(after: days, from: [0, 0, 1])
}
// [end: distribution]

// [begin: stationary]
/// π = T π, and how far the forecast for day t is from it, in total variation.
func distanceFromClimate(day: Int) throws -> Double {
  let climate = try weatherChain().stationaryDistribution()
  return MarkovChain.totalVariation(try forecast(days: day), climate)
}
// [end: stationary]

// [begin: periodic]
/// The seasons follow each other for ever: one stationary distribution, and no limit.
func seasonsChain() throws -> MarkovChain {
  try MarkovChain(
    stateCount: 4,
    transitions: (0..<4).map { .init(from: $0, to: ($0 + 1) % 4, probability: 1) },
    stateNames: ["spring", "summer", "autumn", "winter"])
}
// [end: periodic]

// [begin: reducible]
/// A game for two coins: one is lost with probability 0.6, one won with 0.4, until none or four are
/// there. Rows are easier to write here, so it is given by rows.
func gameChain() throws -> MarkovChain {
  try MarkovChain(
    rows: Tensor([
      [1, 0, 0, 0, 0], [0.6, 0, 0.4, 0, 0], [0, 0.6, 0, 0.4, 0], [0, 0, 0.6, 0, 0.4],
      [0, 0, 0, 0, 1],
    ]))
}

/// With which probability the game is won, from each number of coins.
func chancesToWin() throws -> [Double] {
  try gameChain().absorptionProbabilities()[1]
}
// [end: reducible]

// [begin: balance]
/// A chain that has the given distribution: moves to either neighbour on a ring, accepted with
/// probability min(1, p(x′)/p(x)).
func metropolisChain(for p: [Double]) throws -> MarkovChain {
  var transitions: [MarkovChain.Transition] = []
  for x in p.indices {
    var stay = 1.0
    for neighbour in [(x + 1) % p.count, (x + p.count - 1) % p.count] {
      let move = 0.5 * min(1, p[neighbour] / p[x])
      transitions.append(.init(from: x, to: neighbour, probability: move))
      stay -= move
    }
    transitions.append(.init(from: x, to: x, probability: stay))
  }
  return try MarkovChain(stateCount: p.count, transitions: transitions)
}
// [end: balance]

// [begin: speed]
/// How fast a chain forgets its start: the spectral gap, the mixing time, and what the eigenvalues alone
/// say of it.
func speed(of chain: MarkovChain) throws -> (gap: Double, mixing: Int?, bounds: MixingBounds?) {
  let spectrum = try chain.spectrum()
  return (
    spectrum.spectralGap, try chain.mixingTime()?.steps,
    try chain.mixingBounds(spectrum: spectrum)
  )
}
// [end: speed]

// [begin: average]
/// The share of a walk's days in each state, after days that are not counted.
func observedShares(of chain: MarkovChain, burnIn: Int, days: Int) -> [Double] {
  let walk = chain.walk(steps: burnIn + days, from: 0, key: RandomKey(seed: 1))
  var shares = [Double](repeating: 0, count: chain.stateCount)
  for state in walk.dropFirst(burnIn + 1) { shares[state] += 1 / Double(days) }
  return shares
}
// [end: average]

// [begin: hitting]
/// The expected number of days until it first rains, from each state.
func daysUntilRain() throws -> [Double] {
  try weatherChain().expectedHittingTimes(to: [2])
}
// [end: hitting]
