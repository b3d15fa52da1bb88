public import JouleAlgebra
public import JouleRandom
public import JouleTensor
import RealModule

/// Exact draws of a ferromagnetic Ising model, with fields of any kind: no burn-in, no error of convergence.
///
/// Two chains of Gibbs sweeps share their random numbers. One starts with all spins up, one with all down, a
/// time T before now; every other chain stays between them. Where they meet before now, all chains from any
/// start would be here: this is a draw from p. Where they do not, the start moves back, T doubled, and the
/// numbers of the steps that were made already are used again.
///
/// Stopping when two chains meet that start now and run forward is not the same and is wrong, and so is
/// drawing new numbers for a longer run.
///
/// The time to meet is that of the chain's own mixing: some ten sweeps above the critical temperature, hopelessly
/// many below it where there is no field.
///
/// Reference: J. Propp, D. Wilson, Exact sampling with coupled Markov chains and applications to statistical
/// mechanics, Random Structures and Algorithms 9 (1996), §2 and §3.1.
public struct CouplingFromThePast<Scalar: TensorScalar>: Sendable {
  private let fields: LocalFields
  private let siteCount: Int
  /// Where a draw gives up.
  public let largestSweepCount: Int

  /// - Parameter largestSweepCount: sweeps to look back before a draw gives up.
  /// - Throws: when a coupling is negative: chains from the two ends then do not hold all others between them.
  public init(
    _ model: IsingModel<Scalar>, largestSweepCount: Int = 1 << 20
  ) throws(FieldError) {
    precondition(
      largestSweepCount > 0, "looking back takes sweeps, got \(largestSweepCount) at most")
    let couplings = model.couplings.elements
    if let edge = couplings.firstIndex(where: { !($0 >= 0) }) {
      let sites = model.graph.edges[edge]
      throw .unsupported(
        what: "the coupling of edge \(edge) between sites \(sites.first) and \(sites.second)",
        found: "\(couplings[edge])",
        expected:
          "none below 0: coupling from the past is for ferromagnets, whose chains keep their order. "
          + "Parallel tempering takes any couplings")
    }
    fields = LocalFields(model)
    siteCount = model.graph.siteCount
    self.largestSweepCount = largestSweepCount
  }

  /// Draws from p.
  public struct Draws: Sendable {
    /// x, `[count, sites]`.
    public let rows: Tensor<Scalar>
    /// How far back each draw had to start, in sweeps.
    public let sweepCounts: [Int]
  }

  /// Independent draws.
  ///
  /// - Parameters:
  ///   - random: draw r is chain r of it; steps count back from now.
  ///   - workers: the draws do not depend on their number.
  /// - Throws: when two chains have not met within the largest number of sweeps.
  public func sample(
    count: Int, using random: ChainRandom, on workers: Workers = .single
  ) throws(FieldError) -> Draws {
    precondition(count >= 0, "there are \(count) draws to make")
    var draws = [Draw](repeating: Draw(), count: count)
    workers.mutateEach(&draws) { number, draw in
      draw = self.draw(using: random.advanced(by: number))
    }
    guard draws.allSatisfy({ $0.sweepCount > 0 }) else {
      throw .tooLarge(
        what: "coupling from the past", found: "chains that have not met",
        limit: "\(largestSweepCount) sweeps",
        cure:
          "Near and below a critical temperature use SwendsenWang, which is approximate and fast")
    }
    return Draws(
      rows: Tensor(labels: draws.flatMap(\.bits), siteCount: siteCount),
      sweepCounts: draws.map(\.sweepCount))
  }

  private struct Draw: Sendable {
    var bits: [UInt8] = []
    /// 0 where the chains have not met.
    var sweepCount = 0
  }

  private func draw(using random: ChainRandom) -> Draw {
    var back = 1
    while back <= largestSweepCount {
      var (upper, lower) = (
        [UInt8](repeating: 1, count: siteCount), [UInt8](repeating: 0, count: siteCount)
      )
      for time in stride(from: back, to: 0, by: -1) {
        // The numbers belong to the time: a longer run meets them again.
        var stream = random.with(step: time).stream(purpose: Self.purpose)
        sweep(&upper, &lower, using: &stream)
      }
      if upper == lower { return Draw(bits: upper, sweepCount: back) }
      back *= 2
    }
    return Draw()
  }

  /// Sites in their order, the same number for both chains.
  private func sweep(
    _ upper: inout [UInt8], _ lower: inout [UInt8], using stream: inout RandomStream
  ) {
    for site in upper.indices {
      let high = fields.value(at: site, given: upper)
      let low = fields.value(at: site, given: lower)
      let uniform: Double = stream.uniform()
      let isUp = uniform < 1 / (1 + Double.exp(-2 * high))
      upper[site] = isUp ? 1 : 0
      // Where the fields are equal the answers are.
      lower[site] =
        high == low ? upper[site] : isUp && uniform < 1 / (1 + Double.exp(-2 * low)) ? 1 : 0
    }
  }

  private static var purpose: UInt32 { 58 }
}
