import JouleCore
public import JouleTensor
import RealModule

/// What a Gaussian walk learns in warm-up: its scale by stochastic approximation, its shape from where the
/// chains went.
///
///     log s ← log s + γ_t (mean acceptance − optimum),   γ_t = 3 / (t + 1)^0.6
///
/// The scale in the end is the geometric mean over the last half of its own phase. The covariance is taken
/// over windows, each longer than the one before and blind to what was before it; the scale starts anew
/// after each.
///
/// References: C. Andrieu, J. Thoms, A tutorial on adaptive MCMC, Statistics and Computing 18 (2008),
/// algorithm 4; optimal rates: A. Gelman, G. Roberts, W. Gilks, Efficient Metropolis jumping rules, Bayesian
/// Statistics 5 (1996), table 1.
public struct WalkAdaptation<Scalar: TensorScalar>: Sendable {
  private let variableCount: Int
  private let target: Double
  private let steps: Int
  /// The steps after which a covariance is taken, ascending; the scale alone is learnt after the last.
  private let windowEnds: [Int]
  private let firstWindow: Int

  private var logScale: Double
  /// Steps since the scale began anew, and when it will again.
  private var phaseStart = 0
  private var phaseEnd: Int
  private var logScaleSum = 0.0
  private var logScaleCount = 0

  /// Sums over the window, around a point near its mean.
  private var origin: Tensor<Double>?
  private var sum: Tensor<Double>
  private var products: Tensor<Double>
  private var count = 0

  init(scale: Double, variableCount: Int, steps: Int, learnsCovariance: Bool) {
    self.variableCount = variableCount
    self.steps = steps
    target = Self.optimalAcceptance(variableCount)
    logScale = Double.log(scale)
    // With fewer steps than this a window holds too little to be worth a restart of the scale.
    let fractions = learnsCovariance && steps >= 50 ? [0.25, 0.45, 0.8] : []
    windowEnds = fractions.map { Int($0 * Double(steps)) }
    firstWindow = Int(0.1 * Double(steps))
    phaseEnd = windowEnds.first ?? steps
    let size = learnsCovariance ? variableCount : 0
    sum = Tensor(zeros: [size])
    products = Tensor(zeros: [size, size])
  }

  /// The rate of acceptance at which a random walk moves fastest: 0.44 in one dimension, towards 0.234 in
  /// many; within 0.02 of the table.
  static func optimalAcceptance(_ variableCount: Int) -> Double {
    0.234 + 0.206 / Double(max(1, variableCount))
  }

  /// 2.38 / √n.
  static func optimalScale(_ variableCount: Int) -> Double {
    2.38 / Double(max(1, variableCount)).squareRoot()
  }

  /// s for the next step; in the end the mean of the last phase.
  func scale(isLast: Bool) -> Double {
    isLast && logScaleCount > 0
      ? Double.exp(logScaleSum / Double(logScaleCount)) : Double.exp(logScale)
  }

  /// - Returns: a new L where a window ends.
  mutating func learn(_ step: ProposalWarmUpStep<Scalar>) -> Tensor<Scalar>? {
    let age = step.index - phaseStart
    let gain = 3 / Double.pow(Double(age + 1), 0.6)
    logScale += gain * (step.meanAcceptance - target)
    if 2 * age >= phaseEnd - phaseStart {
      logScaleSum += logScale
      logScaleCount += 1
    }
    guard let lastWindow = windowEnds.last, step.index < lastWindow else { return nil }
    if step.index >= firstWindow { take(step.rows) }
    guard windowEnds.contains(step.index + 1) else { return nil }
    defer { beginWindow(after: step.index) }
    guard let factor = try? Tensor<Scalar>(covariance.cholesky()) else { return nil }
    logScale = Double.log(Self.optimalScale(variableCount))
    return factor
  }

  private mutating func beginWindow(after index: Int) {
    phaseStart = index + 1
    phaseEnd = windowEnds.first { $0 > phaseStart } ?? steps
    logScaleSum = 0
    logScaleCount = 0
    origin = nil
    sum.fill(0)
    products.fill(0)
    count = 0
  }

  private mutating func take(_ pieces: [Tensor<Scalar>]) {
    for piece in pieces {
      var rows = Tensor<Double>(piece)
      let origin = self.origin ?? rows.mean(along: 0)
      self.origin = origin
      rows -= origin
      sum += rows.sum(along: 0)
      Tensor.multiply(rows, .transposed, rows, accumulate: 1, into: &products)
      count += piece.shape[0]
    }
  }

  /// The window's covariance, drawn a little towards its own diagonal, so that few draws give a positive definite
  /// one too, and variables of different scales keep them.
  private var covariance: Tensor<Double> {
    let n = Double(count)
    var result = products * (1 / max(1, n - 1))
    result -= sum.outerProduct(with: sum) * (1 / (n * max(1, n - 1)))
    var drawn = result * (n / (n + 5))
    for i in 0..<variableCount { drawn[i, i] = result[i, i] }
    return drawn
  }
}
