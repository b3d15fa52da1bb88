import Foundation
import Joule

/// What came of restoring an image.
struct Restoration {
  var image: GrayImage
  var energy: Double
  var bound: Double
  var isOptimal: Bool
  var coupling: Double
  var noise: Double
  var estimated: [String]
  var estimateSeconds: Double
  var buildSeconds: Double
  var solveSeconds: Double
  var boundSeconds: Double
}

/// Estimates what is not given, builds the field, solves it and bounds it; each step is timed.
struct DenoiseJob {
  let seen: FieldImage
  let method: DenoiseMethod
  let levelCount: Int
  let coupling: Double?
  let noise: Double?
  let truncation: Double
  let sweeps: Int
  let key: RandomKey

  private let clock = ContinuousClock()

  init(
    seen: FieldImage, method: DenoiseMethod, levelCount: Int, coupling: Double?, noise: Double?,
    truncation: Double, sweeps: Int, key: RandomKey
  ) {
    self.seen = seen
    self.method = method
    self.levelCount = levelCount
    self.coupling = coupling
    self.noise = noise
    self.truncation = truncation
    self.sweeps = sweeps
    self.key = key
  }

  private var estimatedNames: [String] {
    (coupling == nil ? ["coupling"] : []) + (noise == nil ? ["noise"] : [])
  }

  private var lattice: Lattice { Lattice(height: seen.height, width: seen.width) }

  private func seconds(since start: ContinuousClock.Instant) -> Double {
    (clock.now - start) / .seconds(1)
  }

  func restoreBinary() throws -> Restoration {
    let bits = seen.bits
    let start = clock.now
    var (j, p) = (coupling ?? 0, noise ?? 0)
    if coupling == nil || noise == nil {
      let estimate = BinaryImageEstimate(
        seen: bits, height: seen.height, width: seen.width, coupling: coupling, noise: noise,
        key: key.folded("estimate"))
      (j, p) = (estimate.coupling, estimate.noise)
    }
    let estimateSeconds = seconds(since: start)
    let buildStart = clock.now
    let field = BinaryImageField(seen: bits, lattice: lattice, coupling: j, noise: p)
    let model = field.model
    let buildSeconds = seconds(since: buildStart)
    let solveStart = clock.now
    let labels: [UInt8]
    var state: MostProbableState?
    switch method {
    case .cut:
      state = try MinimumCut().solve(model)
      labels = state?.labels ?? []
    case .icm: labels = try IteratedConditionalModes().solve(model).labels
    case .anneal:
      labels = try AnnealedSearch(sweeps: sweeps, key: key.folded("annealing")).solve(model).labels
    case .gibbs:
      labels = PosteriorPixels(of: field, sweeps: sweeps, key: key.folded("gibbs")).labels
    case .bp: labels = try MaxProduct(largestPassCount: sweeps).solve(model).labels
    }
    let solveSeconds = seconds(since: solveStart)
    let boundStart = clock.now
    // The least energy itself is the best of bounds, and a cut costs little.
    let best = try state ?? MinimumCut().solve(model)
    let energy = state?.energy ?? model.costs.energy(of: labels)
    let gap = energy - best.bound
    return Restoration(
      image: seen.image(ofPixels: labels.map { $0 == 1 ? 255 : 0 }), energy: energy,
      bound: min(best.bound, energy), isOptimal: gap <= 1e-9 * max(1, abs(energy)), coupling: j,
      noise: p, estimated: estimatedNames, estimateSeconds: estimateSeconds,
      buildSeconds: buildSeconds, solveSeconds: solveSeconds,
      boundSeconds: seconds(since: boundStart))
  }

  func restoreGray() throws -> Restoration {
    let start = clock.now
    var (j, sigma) = (coupling ?? 0, noise ?? 0)
    if coupling == nil || noise == nil {
      let estimate = GrayImageEstimate(
        seen: seen.pixels, height: seen.height, width: seen.width, levelCount: levelCount,
        truncation: truncation, coupling: coupling, noise: noise, key: key.folded("estimate"))
      (j, sigma) = (estimate.coupling, estimate.noise)
    }
    let estimateSeconds = seconds(since: start)
    let buildStart = clock.now
    let field = GrayImageField(
      seen: seen.pixels, lattice: lattice, levelCount: levelCount, coupling: j, noise: sigma,
      truncation: truncation)
    let costs = field.costs
    let buildSeconds = seconds(since: buildStart)
    let solveStart = clock.now
    var (labels, pixels): ([UInt8], [UInt8]?)
    switch method {
    case .cut: (labels, pixels) = (try AlphaExpansion().solve(costs).labels, nil)
    case .icm: (labels, pixels) = (try IteratedConditionalModes().solve(costs).labels, nil)
    case .anneal:
      labels = try AnnealedSearch(sweeps: sweeps, key: key.folded("annealing")).solve(costs).labels
      pixels = nil
    case .gibbs:
      let posterior = GrayPosterior(of: costs, sweeps: sweeps, key: key.folded("gibbs"))
      labels = posterior.labels
      pixels = posterior.pixels
    case .bp: (labels, pixels) = (try MaxProduct(largestPassCount: sweeps).solve(costs).labels, nil)
    }
    let solveSeconds = seconds(since: solveStart)
    let boundStart = clock.now
    let energy = costs.energy(of: labels)
    let bound =
      try TreeReweightedMinimum(largestPassCount: Self.boundPasses, tolerance: 1e-6)
      .solve(costs).bound
    return Restoration(
      image: seen.image(ofPixels: pixels ?? field.pixels(of: labels)), energy: energy,
      bound: min(bound, energy), isOptimal: energy - bound <= 1e-9 * max(1, abs(energy)),
      coupling: j, noise: sigma, estimated: estimatedNames, estimateSeconds: estimateSeconds,
      buildSeconds: buildSeconds, solveSeconds: solveSeconds,
      boundSeconds: seconds(since: boundStart))
  }

  /// Enough for a bound within a percent or so of the best.
  private static let boundPasses = 10
}
