// The code of docs/tempering.md. TemperingGuideTests checks that the page shows these very lines, and what the
// functions return.

// [begin: path]
import Foundation
import Joule

/// Two narrow modes far apart, 0.3 of the mass at (−4, −4) and 0.7 at (4, 4), times e²: log Z = 2.
let twoModes = EnergyFunction<Double>(variableCount: 2) { rows in
  func logDensity(_ row: Int, _ mode: Double) -> Double {
    let (x, y) = ((rows[row, 0] - mode) / 0.5, (rows[row, 1] - mode) / 0.5)
    return -(x * x + y * y) / 2 - log(2 * Double.pi * 0.25)
  }
  return Tensor(
    (0..<rows.shape[0]).map { row -> Double in
      let (a, b) = (log(0.3) + logDensity(row, -4), log(0.7) + logDensity(row, 4))
      return -2 - max(a, b) - log1p(exp(-abs(a - b)))
    })
}

/// Where a path begins: broad enough to cover both.
func base() throws -> NormalDistribution<Double> {
  try NormalDistribution(mean: Tensor([0, 0]), covariance: Tensor([[25, 0], [0, 25]]))
}

typealias ModesPath = GeometricPath<NormalDistribution<Double>, EnergyFunction<Double>>
typealias ModesWalk = MetropolisHastings<ModesPath.Energy, Symmetric<GaussianWalk<Double>>>

/// A kernel for every β on the way from one to the other, its steps as wide as the distribution is.
func alongThePath() throws -> KernelAlongPath<ModesPath, ModesWalk> {
  KernelAlongPath(GeometricPath(from: try base(), to: twoModes)) { energy, beta in
    MetropolisHastings(energy, GaussianWalk(scale: 0.6 / (0.03 + beta).squareRoot()))
  }
}
// [end: path]

// [begin: tempering]
/// The share of the right mode by parallel tempering, from starts in the left one, and what it says of its
/// ladder.
func shareOfTheRightMode() throws -> (share: VariableDiagnostics, report: TemperingReport) {
  let key = RandomKey(seed: 0)
  let start = ParallelTempering(try alongThePath(), ladder: try .linear(count: 10))
  let rows = Tensor<Double>([16, 2], repeating: -4)
  let (tempering, warm) = try start.tuned(from: rows, key: key.folded("tuning"))
  var chains = ParallelChains(
    tempering, at: tempering.position(of: warm), key: key.folded("sampling"))
  let isRight = Observable("right") { rows in
    Tensor((0..<rows.shape[0]).map { rows[$0, 0] > 0 ? 1 : 0 })
  }
  let share = try chains.expectations(of: isRight, SamplingPlan(warmUp: 200, samples: 2000))[0]
  return (share, tempering.report(of: warm))
}
// [end: tempering]

// [begin: steps]
/// The same by steps of one's own: what is hot can be looked at too.
func spreads() throws -> (hot: Double, cold: Double) {
  let tempering = ParallelTempering(try alongThePath(), ladder: try .linear(count: 10))
  var state = tempering.makeState(at: Tensor([64, 2], repeating: -4))
  for step in 0..<500 {
    tempering.step(&state, using: ChainRandom(key: RandomKey(seed: 1), step: step))
  }
  func spread(at level: Int) -> Double {
    tempering.position(of: state, at: level).variance(along: 0)[0].squareRoot()
  }
  return (spread(at: 0), spread(at: 9))
}
// [end: steps]

// [begin: annealing]
/// log Z from both sides, and what is best of both.
func logPartitions() throws -> (forward: Double, reverse: Double, both: BennettAcceptanceRatio) {
  let key = RandomKey(seed: 2)
  let path = try alongThePath().starting(from: base())
  let sampling = AnnealedImportanceSampling(path, steps: 200)
  let forward = try sampling.forward(chains: 200, key: key.folded("forward"))
  let reverse = try sampling.reverse(from: samples(200), key: key.folded("reverse"))
  return (
    path.baseLogPartition + forward.logMean,  // errs low
    path.baseLogPartition - reverse.logMean,  // errs high
    BennettAcceptanceRatio(forward: forward, reverse: reverse)  // least variance
  )
}

/// Independent samples of the model. Of a model that has none, those of long chains or of tempering.
func samples(_ count: Int) -> Tensor<Double> {
  let noise = Tensor<Double>(normal: [count, 2], using: RandomKey(seed: 3)) * 0.5
  let modes = (0..<count).map { $0 % 10 < 3 ? -4.0 : 4 }
  return noise + Tensor(modes.map { [$0, $0] })
}
// [end: annealing]

// [begin: spacing]
/// Where a short pilot loses work, and the same number of temperatures put there.
func workLost() throws -> (even: Double?, spaced: Double?) {
  let key = RandomKey(seed: 4)
  let even = AnnealedImportanceSampling(try alongThePath().starting(from: base()), steps: 40)
  let profile = try even.profile(from: samples(200), key: key.folded("pilot"))
  let spaced = even.spaced(by: profile, steps: 40)
  let after = try spaced.profile(from: samples(200), key: key.folded("after"))
  return (profile.loss, after.loss)
}
// [end: spacing]

// [begin: importance]
/// Draws from the base, weighted to stand for the model.
func weighted() throws -> (
  logPartition: Double, share: MeanEstimate, effective: Double, paretoShape: Double?
) {
  let sample = try ImportanceSampling(of: twoModes, from: base())
    .run(count: 20_000, key: RandomKey(seed: 5))
  let isRight = (0..<20_000).map { sample.rows[$0, 0] > 0 ? 1.0 : 0 }
  return (
    sample.logPartition, sample.mean(of: isRight), sample.weights.effectiveSampleSize,
    sample.paretoShape
  )
}
// [end: importance]
