// The code of docs/sampling.md. SamplingGuideTests checks that the page shows these very lines, and what the
// functions return.

// [begin: energy]
import Foundation
import Joule

/// Six bits in a ring that like to agree with their neighbours, and the first of them to be on: E = −f with
/// f(x) = 0.8 Σᵢ [xᵢ = xᵢ₊₁] + 0.5 x₀.
struct Ring: LocalEnergy {
  var variableCount: Int { 6 }

  func energy(of rows: Tensor<Double>) -> Tensor<Double> {
    Tensor(
      (0..<rows.shape[0]).map { row -> Double in
        let agreeing = (0..<6).count { rows[row, $0] == rows[row, ($0 + 1) % 6] }
        return -0.8 * Double(agreeing) - 0.5 * rows[row, 0]
      })
  }

  /// What it costs to turn single bits over: each depends on its two neighbours alone.
  func flipEnergies(of rows: Tensor<Double>, sites: [Int]) -> Tensor<Double> {
    Tensor(
      (0..<rows.shape[0]).map { row -> [Double] in
        sites.map { site in
          let agreeing = markovBlanket(ofSite: site).count { rows[row, $0] == rows[row, site] }
          let own = site == 0 ? rows[row, 0] - 0.5 : 0
          return 1.6 * Double(agreeing - 1) + own
        }
      })
  }

  func markovBlanket(ofSite site: Int) -> [Int] { [(site + 1) % 6, (site + 5) % 6].sorted() }
}
// [end: energy]

// [begin: chain]
/// Judges kernels on all 64 states.
let ringOracle = KernelOracle(Ring(), over: StateSpace(binary: 6), draws: 200_000)

/// "Turn a bit over; accept or stay" as a Markov chain on 64 states, by the kernel's own list of transitions.
func flipsAsAChain() throws -> KernelReport {
  try ringOracle.report(on: MetropolisHastings(Ring(), BitFlip<Double>()))
}
// [end: chain]

// [begin: integrals]
/// B = 200 steps that are not counted, then N = 10,000 draws of each of eight chains: the mean of f over the
/// draws stands for its expectation.
func expectations(told: ((SamplingProgress) -> Void)? = nil) throws -> [VariableDiagnostics] {
  var chains = ParallelChains(
    MetropolisHastings(Ring(), BitFlip<Double>()), at: Tensor(zeros: [8, 6]),
    key: RandomKey(seed: 0))
  let questions = Observable(["first on", "how many on"]) { rows in
    Tensor((0..<rows.shape[0]).map { [rows[$0, 0], rows.row($0).elements.reduce(0, +)] })
  }
  return try chains.expectations(of: questions, SamplingPlan(warmUp: 200, samples: 10_000)) {
    told?($0)
    return .proceed
  }
}
// [end: integrals]

// [begin: metropolis]
/// Chooses a bit and sets it to 1 with probability 0.8: it goes up more readily than down, and says so.
struct MostlyOn: Proposal {
  /// Without them, Q is taken to be symmetric, which it is not.
  var statesDensities = true

  func propose(
    from rows: Tensor<Double>, using random: ChainRandom, into proposed: inout Proposed<Double>
  ) {
    let uniforms = Tensor<Double>(uniform: [rows.shape[0], 2], using: random)
    proposed.rows = rows
    for row in 0..<rows.shape[0] {
      let site = Int(6 * uniforms[row, 0])
      let value = uniforms[row, 1] < 0.8 ? 1.0 : 0
      proposed.rows[row, site] = value
      proposed.logForward[row] = statesDensities ? log(value == 1 ? 0.8 : 0.2) : 0
      proposed.logReverse[row] = statesDensities ? log(rows[row, site] == 1 ? 0.8 : 0.2) : 0
    }
  }
}

/// Whether P is stationary, and detailed balance holds, for Metropolis-Hastings with this Q.
func metropolisHastings(statesDensities: Bool) throws -> KernelReport {
  let proposal = MostlyOn(statesDensities: statesDensities)
  return try ringOracle.report(on: MetropolisHastings(Ring(), proposal))
}
// [end: metropolis]

// [begin: gibbs]
/// Bits drawn from their conditional distributions, those that do not depend on each other at once.
func gibbs() throws -> (colours: [[Int]], report: KernelReport) {
  let kernel = Gibbs(Ring())
  return (
    SiteColoring(of: Ring(), sites: kernel.freeSites).groups, try ringOracle.report(on: kernel)
  )
}
// [end: gibbs]

// [begin: special]
/// Q(x′|x) = P(x′ᵢ | x₋ᵢ), of a bit chosen at random.
struct FromItsNeighbours: Proposal {
  func propose(
    from rows: Tensor<Double>, using random: ChainRandom, into proposed: inout Proposed<Double>
  ) {
    let uniforms = Tensor<Double>(uniform: [rows.shape[0], 2], using: random)
    let costs = Ring().flipEnergies(of: rows, sites: Array(0..<6))
    proposed.rows = rows
    for row in 0..<rows.shape[0] {
      let site = Int(6 * uniforms[row, 0])
      let chance = 1 / (1 + exp(costs[row, site]))
      let isTurned = uniforms[row, 1] < chance
      if isTurned { proposed.rows[row, site] = 1 - rows[row, site] }
      proposed.logForward[row] = log(isTurned ? chance : 1 - chance)
      proposed.logReverse[row] = log(1 - chance)
    }
  }
}

/// The probabilities with which such proposals are accepted, from every state.
func acceptanceOfGibbs() -> [Double] {
  let kernel = MetropolisHastings(Ring(), FromItsNeighbours())
  var state = kernel.makeState(at: StateSpace(binary: 6).rows)
  return kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 1)))
    .acceptanceProbabilities ?? []
}
// [end: special]

// [begin: composed]
/// Either a Gibbs sweep or a swap of two bits, and then three attempts to turn one over.
func composed() throws -> KernelReport {
  let kernel = Gibbs(Ring())
    .mixed(with: MetropolisHastings(Ring(), Swap<Double>()), weight: 0.7)
    .followed(by: MetropolisHastings(Ring(), BitFlip<Double>()).repeated(3))
  return try ringOracle.report(on: kernel)
}
// [end: composed]

// [begin: noise]
/// Two wells of a depth, the right one a little lower.
func wells(depth: Double) -> EnergyFunction<Double> {
  EnergyFunction(variableCount: 1) { x in
    let u = x.squared() - 1
    return (u.squared() * depth - x * 0.3).sum(along: 1)
  }
}

/// The lecture's algorithm for any f: x′ = x + noise; up in f always, down with probability exp(f(x′) − f(x)).
func shareOnTheRight(depth: Double) throws -> VariableDiagnostics {
  var chains = ParallelChains(
    MetropolisHastings(wells(depth: depth), GaussianWalk(scale: 0.4)),
    at: Tensor([[-1], [1], [-1], [1], [-1], [1], [-1], [1]]), key: RandomKey(seed: 2))
  let isRight = Observable("right") { x in Tensor(x.elements.map { $0 > 0 ? 1 : 0 }) }
  return try chains.expectations(of: isRight, SamplingPlan(warmUp: 500, samples: 5000))[0]
}
// [end: noise]

// [begin: verdict]
/// What to say of a run, in words.
func verdict(on line: VariableDiagnostics) -> [String] {
  ConvergenceVerdict([line], chainCount: 8).sentences
}
// [end: verdict]

// [begin: warmup]
/// A walk that finds its scale and shape in warm-up: two variables of scales 1 and 100, correlated.
func adaptedWalk() throws -> (acceptance: Double, scale: Double, factor: Tensor<Double>?) {
  let target = try NormalDistribution<Double>(
    mean: Tensor([0, 0]), covariance: Tensor([[1, 80], [80, 10_000]]))
  var chains = ParallelChains(
    MetropolisHastings(target, GaussianWalk<Double>(adapting: .covariance)),
    at: Tensor(zeros: [8, 2]), key: RandomKey(seed: 3))
  try chains.sample(SamplingPlan(warmUp: 1000, samples: 1000))
  let walk = chains.kernel.proposal.walk
  return (chains.meanAcceptance ?? 0, walk.scale, walk.factor)
}
// [end: warmup]

// [begin: tempering]
/// The same wells with chains at six temperatures that exchange places.
func temperedShareOnTheRight(depth: Double) throws -> VariableDiagnostics {
  let path = KernelAlongPath(TemperingPath(wells(depth: depth))) { energy, _ in
    MetropolisHastings(energy, GaussianWalk(scale: 0.4))
  }
  let ladder = try TemperatureLadder.geometric(from: 1 / depth, count: 6)
  var chains = ParallelChains(
    ParallelTempering(path, ladder: ladder),
    at: Tensor([[-1], [1], [-1], [1], [-1], [1], [-1], [1]]), key: RandomKey(seed: 4))
  let isRight = Observable("right") { x in Tensor(x.elements.map { $0 > 0 ? 1 : 0 }) }
  return try chains.expectations(of: isRight, SamplingPlan(warmUp: 500, samples: 5000))[0]
}
// [end: tempering]
