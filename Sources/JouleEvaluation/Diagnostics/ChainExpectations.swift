public import JouleAlgebra
public import JouleCore
public import JouleSampling
import JouleTensor
import RealModule

extension ParallelChains {
  /// Monte-Carlo integrals: expectations under what the chains sample, each with its Monte-Carlo standard error.
  ///
  ///     E_p[f] ≈ mean of f(x) over the draws of all chains,   MCSE = sd / √ESS
  ///
  ///     let radius = Observable("radius") { $0.squared().sum(along: 1).sqrt() }
  ///     for line in try chains.expectations(of: radius, SamplingPlan()) { print(line) }
  ///
  /// The estimate is `mean` of a line, its MCSE `meanError`; R-hat says whether to believe either. A function
  /// that is NaN or infinite somewhere has a mean that is so too, and one that never changed has no error that
  /// draws could tell: `meanError` is nil for both, and `defect` says why.
  ///
  /// - Parameters:
  ///   - observable: f, one number or several.
  ///   - plan: warm-up, draws and thinning; a later call goes on from where the chains are.
  ///   - progress: told some hundred times how far the run is; it may stop it.
  /// - Returns: a line for each number; none of a run that was stopped before its first draw.
  /// - Throws: the first fault of a chain, with its step and reason.
  /// - Complexity: beside the chains' steps room for 8 bytes a number, chain and draw, since the error of a mean
  ///   hangs on the order of all draws.
  public mutating func expectations(
    of observable: Observable = .variables, _ plan: SamplingPlan, on workers: Workers = .single,
    progress: ((SamplingProgress) -> SamplingVerdict)? = nil
  ) throws(ChainFault) -> [VariableDiagnostics] {
    let trace = try sample(
      plan, observing: DrawTrace(observable), on: workers, progress: progress)
    return trace.draws?.diagnostics(on: workers) ?? []
  }
}

extension Draws {
  /// Monte-Carlo integrals from recorded draws: expectations with their Monte-Carlo standard errors; see
  /// `expectations(of:_:on:progress:)` of `ParallelChains`.
  ///
  /// - Parameter observable: f, one number or several of a row of variables.
  public func expectations(
    of observable: Observable, on workers: Workers = .single
  ) -> [VariableDiagnostics] {
    let rows = Tensor<Double>(values).reshaped(to: [chainCount * drawCount, variableCount])
    let numbers = observable.values(of: rows)
    let count = numbers.shape[1]
    return Draws<Double>(
      numbers.reshaped(to: [chainCount, drawCount, count]),
      variableNames: observable.names(count: count)
    ).diagnostics(on: workers)
  }
}

extension VariableDiagnostics: CustomStringConvertible {
  /// The mean with its Monte-Carlo standard error, rounded to what that leaves of digits, and R-hat:
  /// "radius = 2.173 ± 0.012, R-hat 1.002".
  public var description: String {
    guard let meanError else { return "\(name) = \(short(mean)), of unknown error\(reason)" }
    let power = Int(Double.log10(meanError).rounded(.down)) - 1
    let rHat = self.rHat.map { ", R-hat \(Self.rounded($0, to: -3))" } ?? ""
    return
      "\(name) = \(Self.rounded(mean, to: power)) ± \(Self.rounded(meanError, to: power))\(rHat)"
  }

  private var reason: String {
    switch defect {
    case nil: ""
    case .notFinite(let chain, let draw, let value):
      ": it is \(short(value)) at draw \(draw + 1) of chain \(chain + 1)"
    case .constant: ": it is the same in every draw"
    case .stuck(let chain, let value): ": it never leaves \(value) in chain \(chain + 1)"
    case .short(let count): ": chains of \(count) draws are too short to tell"
    }
  }

  /// To the nearest multiple of a power of ten, which is divided by where it is below one: whole numbers are exact.
  private static func rounded(_ value: Double, to power: Int) -> Double {
    let size = Double.pow(10, abs(power))
    return power < 0 ? (value * size).rounded() / size : (value / size).rounded() * size
  }
}
