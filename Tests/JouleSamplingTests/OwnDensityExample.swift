// The code of docs/examples/own-density.md. OwnDensityTests checks that the page shows these very lines,
// and what the functions return.

// [begin: density]
import Foundation
import Joule

/// A disc of stars with two spiral arms, one brighter than the other, in polar coordinates r, θ:
/// E = r²/6 − 1.5 cos 2φ − 0.5 cos φ with φ = θ − 2.5 log(r + ½).
let galaxy = EnergyFunction<Double>(variableCount: 2) { rows in
  Tensor(
    (0..<rows.shape[0]).map { row -> Double in
      let r = hypot(rows[row, 0], rows[row, 1])
      let phase = atan2(rows[row, 1], rows[row, 0]) - 2.5 * log(r + 0.5)
      return r * r / 6 - 1.5 * cos(2 * phase) - 0.5 * cos(phase)
    })
}
// [end: density]

// [begin: proposal]
/// x′ = x + σ(x) z, z ~ N(0, I), σ = 0.2 + 0.5 r: fine steps in the core, where the arms are thin, and wide
/// ones outside. To come back from outside takes another kind of step, so both densities are stated.
struct WideningStep: Proposal {
  /// Steps are rounded to a lattice of this spacing; 0 in the plane.
  var spacing = 0.0
  /// What the densities are multiplied by: 1, as it has to be, or 0, as if they had been forgotten.
  var correction = 1.0

  func propose(
    from rows: Tensor<Double>, using random: ChainRandom, into proposed: inout Proposed<Double>
  ) {
    let noise = Tensor<Double>(normal: rows.shape, using: random)
    for row in 0..<rows.shape[0] {
      let here = scale(at: rows, row)
      let step = (0..<2).map { rounded(here * noise[row, $0]) }
      for column in 0..<2 { proposed.rows[row, column] = rows[row, column] + step[column] }
      let there = scale(at: proposed.rows, row)
      proposed.logForward[row] = correction * logDensity(of: step, scale: here)
      proposed.logReverse[row] = correction * logDensity(of: step, scale: there)
    }
  }

  private func scale(at rows: Tensor<Double>, _ row: Int) -> Double {
    0.2 + 0.5 * hypot(rows[row, 0], rows[row, 1])
  }

  private func rounded(_ step: Double) -> Double {
    spacing > 0 ? (step / spacing).rounded() * spacing : step
  }

  /// log q of a step, of a rounded one the probability; a constant may be left out.
  private func logDensity(of step: [Double], scale: Double) -> Double {
    step.reduce(0) { sum, length in
      guard spacing > 0 else { return sum - log(scale) - length * length / (2 * scale * scale) }
      let near = (abs(length) - spacing / 2) / scale
      let far = (abs(length) + spacing / 2) / scale
      return sum + log(erfc(near / 2.0.squareRoot()) - erfc(far / 2.0.squareRoot()))
    }
  }
}
// [end: proposal]

// [begin: oracle]
/// What the oracle says of the proposal on a lattice of 11 × 11 points; beyond it there are no stars.
func verdict(on step: WideningStep) throws -> KernelReport {
  let ticks = (-5...5).map { 0.5 * Double($0) }
  let patch = EnergyFunction<Double>(variableCount: 2) { rows in
    var energies = galaxy.energy(of: rows)
    for row in 0..<rows.shape[0] where max(abs(rows[row, 0]), abs(rows[row, 1])) > 2.5 {
      energies[row] = .infinity
    }
    return energies
  }
  let oracle = KernelOracle(patch, over: StateSpace(values: [ticks, ticks]), draws: 400_000)
  return try oracle.report(on: MetropolisHastings(patch, step))
}
// [end: oracle]

// [begin: sample]
/// Eight chains from starts all over the disc; how far they are is told line by line.
func stars(
  _ step: WideningStep = WideningStep(), samples: Int = 5000,
  told: @escaping (String) -> Void = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
) throws -> Draws<Double> {
  let key = RandomKey(seed: 0)
  var chains = ParallelChains(
    MetropolisHastings(galaxy, step),
    at: Tensor(normal: [8, 2], using: key.folded("starts")) * 3, key: key.folded("chains"))
  let trace = try chains.sample(
    SamplingPlan(warmUp: 500, samples: samples), observing: DrawTrace(), on: Workers(count: 2)
  ) { progress in
    if progress.stepsDone % 500 == 0 { told("\(progress)") }
    return .proceed
  }
  return Draws(trace.values, variableNames: ["x", "y"])
}
// [end: sample]

// [begin: integrals]
/// What is asked of the stars: where their middle is, how far out they are, and how many are far.
let questions = Observable(["x", "y", "distance", "beyond 3"]) { rows in
  Tensor(
    (0..<rows.shape[0]).map { row -> [Double] in
      let (x, y) = (rows[row, 0], rows[row, 1])
      return [x, y, hypot(x, y), hypot(x, y) > 3 ? 1 : 0]
    })
}

/// ∫ f p for each of them, with its Monte-Carlo standard error.
func integrals(over draws: Draws<Double>) -> [VariableDiagnostics] {
  draws.expectations(of: questions)
}
// [end: integrals]

// [begin: grid]
/// The density on a grid of points, whose sums are integrals: what draws are held against in the picture.
struct DensityGrid {
  static let spacing = 0.05
  let places = (-130...130).map { spacing * Double($0) }
  /// p at (places[i], places[j]), row-major.
  let densities: [Double]

  init() {
    let ticks = places
    let points: [[Double]] = ticks.flatMap { x in ticks.map { [x, $0] } }
    let weights = galaxy.energy(of: Tensor(points)).elements.map { exp(-$0) }
    let total = weights.reduce(0, +) * Self.spacing * Self.spacing
    densities = weights.map { $0 / total }
  }

  /// ∫ p over the other coordinate, at each place.
  func margin(ofX isX: Bool) -> [(x: Double, y: Double)] {
    let count = places.count
    return (0..<count).map { i in
      let line = (0..<count).map { densities[isX ? i * count + $0 : $0 * count + i] }
      return (places[i], line.reduce(0, +) * Self.spacing)
    }
  }

  /// The density above which a share of all stars is.
  func level(holding share: Double) -> Double {
    let descending = densities.sorted(by: >)
    let wanted = share / (Self.spacing * Self.spacing)
    var sum = 0.0
    return descending.first {
      sum += $0
      return sum >= wanted
    } ?? 0
  }
}
// [end: grid]

// [begin: picture]
/// Draws over the contours of the density, their margins beside the exact ones, and what becomes of the
/// distances without the proposal's densities.
func picture(of draws: Draws<Double>, without: Draws<Double>) -> ChartSheet {
  let grid = DensityGrid()
  let (x, y) = (Trace(draws, variable: 0).values, Trace(draws, variable: 1).values)
  let step = max(1, x.count / 2000)
  let map = Chart(
    title: "A galaxy of one's own",
    explanation:
      "Every \(step)th draw of eight chains. The contours hold 50, 80 and 95 % of all stars.",
    x: Chart.Axis("x", range: -8.5...8.5), y: Chart.Axis("y", range: -4.8...4.8),
    series: [
      Chart.Series(
        name: "draws",
        points: stride(from: 0, to: x.count, by: step).map { (x[$0], y[$0]) }, mark: .points),
      .contours(
        name: "density", of: grid.densities, x: grid.places, y: grid.places,
        levels: [0.5, 0.8, 0.95].map(grid.level(holding:))),
    ], hasEqualUnits: true)
  let margins = [("x", x, true), ("y", y, false)].map { name, values, isX in
    Chart(
      title: "Margin of \(name)", x: Chart.Axis(name, range: -6...6), y: "density",
      series: [
        Chart.Series(name: "draws", points: shares(values, in: -6...6), mark: .bars(width: 0.2)),
        Chart.Series(name: "exact", points: grid.margin(ofX: isX), mark: .outline),
      ])
  }
  let distances = Chart(
    title: "Distance from the centre",
    explanation: "The arms turn with r and add up to the same at each: p(r) = (r/3) exp(−r²/6).",
    x: Chart.Axis("r", range: 0...7), y: "density",
    series: [
      Chart.Series(name: "draws", points: shares(radii(draws), in: 0...7), mark: .bars(width: 0.2)),
      Chart.Series(
        name: "exact",
        points: (0...140).map { Double($0) / 20 }.map { ($0, $0 / 3 * exp(-$0 * $0 / 6)) },
        mark: .outline),
      Chart.Series(
        name: "log q forgotten", points: shares(radii(without), in: 0...7), mark: .outline,
        isDashed: true),
    ])
  return ChartSheet([map] + margins + [distances])
}

private func radii(_ draws: Draws<Double>) -> [Double] {
  zip(Trace(draws, variable: 0).values, Trace(draws, variable: 1).values).map { hypot($0, $1) }
}

/// The share of values in bins of 0.2, per unit.
private func shares(
  _ values: [Double], in range: ClosedRange<Double>
) -> [(x: Double, y: Double)] {
  let count = Int(((range.upperBound - range.lowerBound) / 0.2).rounded())
  return Chart.Series.histogram(name: "", of: values, binCount: count, range: range).points
    .map { ($0.x, $0.y / (0.2 * Double(values.count))) }
}
// [end: picture]
