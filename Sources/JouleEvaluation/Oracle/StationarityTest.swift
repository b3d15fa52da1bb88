public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleSampling
public import JouleTensor

/// Whether a kernel leaves a distribution invariant from which exact draws can be had: the test for
/// continuous variables, and for more states than can be listed.
///
///     let test = StationarityTest(of: try NormalDistribution(mean: mu, covariance: sigma))
///     let report = try test.report(on: kernel)
///     print(report)                              // and report.passes
///
/// Chains start at exact draws, so after any number of steps they are exact draws still: slow mixing hides
/// nothing, and there is no burn-in. Each chain's end is compared with its own start,
///
///     z = mean(f(x_t) − f(x_0)) / (sd / √chains)
///
/// for functions f, which for a slow kernel is far sharper than comparing with the known mean.
public struct StationarityTest<Scalar: TensorScalar>: Sendable {
  private let draw: @Sendable (_ count: Int, ChainRandom) -> Tensor<Scalar>
  /// f: what is compared.
  public let observable: Observable

  /// - Parameters:
  ///   - observable: functions with a variance; by default means, squares and products of neighbours.
  ///   - draw: exact draws, `[count, variables]`, row r as chain r.
  public init(
    observing observable: Observable = .secondMoments,
    drawing draw: @escaping @Sendable (_ count: Int, ChainRandom) -> Tensor<Scalar>
  ) {
    self.draw = draw
    self.observable = observable
  }

  /// For a distribution that can be drawn from.
  public init(
    of distribution: some TractableDistribution<Scalar>,
    observing observable: Observable = .secondMoments
  ) {
    self.init(observing: observable) { distribution.sample(count: $0, using: $1) }
  }

  /// - Parameters:
  ///   - steps: after how many steps chains are looked at, ascending.
  ///   - chains: how many there are; the resolution is 1/√chains of a standard deviation.
  /// - Throws: the first fault of a chain.
  public func report<Kernel: TransitionKernel>(
    on kernel: Kernel, after steps: [Int] = [1, 4, 16], chains count: Int = 20_000,
    key: RandomKey = RandomKey(seed: 0), on workers: Workers = .single
  ) throws(ChainFault) -> StationarityReport where Kernel.Scalar == Scalar {
    precondition(
      count > 1 && !steps.isEmpty && steps[0] > 0
        && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 },
      "chains are at least two, looked at after ascending numbers of steps; got \(count), \(steps)")
    let starts = draw(count, ChainRandom(key: key.folded("starts")))
    let before = observable.values(of: Tensor<Double>(starts))
    let names = observable.names(count: before.shape[1])
    var chains = ParallelChains(kernel, at: starts, key: key.folded("steps"))
    var scores: [StationarityReport.Score] = []
    var moved = 0.0
    for step in steps {
      try chains.advance(by: step - chains.steps, on: workers)
      let now = chains.position
      let differences = observable.values(of: Tensor<Double>(now)) - before
      let means = differences.mean(along: 0)
      let errors = (differences.variance(along: 0, correction: 1) / Double(count)).sqrt()
      for (number, name) in names.enumerated() {
        // Functions that never change have no noise, and no bias.
        let score = means[number] == 0 ? 0 : means[number] / errors[number]
        scores.append(.init(name: name, steps: step, value: score, bias: means[number]))
      }
      let change = (now - starts).abs().max(along: 1)
      moved = Double(Tensor<Double>(change).elements.count { $0 > 0 }) / Double(count)
    }
    return StationarityReport(scores: scores, chainCount: count, movedShare: moved)
  }
}

/// How far chains that start at exact draws drift from them.
public struct StationarityReport: Sendable, CustomStringConvertible {
  /// One function after some steps.
  public struct Score: Sendable {
    public let name: String
    public let steps: Int
    /// z; NaN where the function is not finite.
    public let value: Double
    /// The mean change.
    public let bias: Double
  }

  public let scores: [Score]
  public let chainCount: Int
  /// The share of chains that are not where they started, after the last step.
  public let movedShare: Double

  /// What the largest |z| stays below but with probability 10⁻⁶ for a kernel that is right.
  public var bound: Double { Significance.bound(count: scores.count) }

  /// The score that is farthest from zero, NaN first.
  public var worst: Score {
    scores.max {
      ($0.value.isNaN ? .infinity : abs($0.value))
        < ($1.value.isNaN ? .infinity : abs($1.value))
    } ?? scores[0]
  }

  /// A NaN does not pass.
  public var passes: Bool { scores.allSatisfy { abs($0.value) < bound } }

  public var description: String {
    "\(passes ? "ok" : "FAIL"): \(chainCount) chains from exact draws, \(short(100 * movedShare)) % moved; "
      + "largest z-score \(short(worst.value)) of \(scores.count), bound \(short(bound)): \(worst.name) "
      + "after \(worst.steps) steps, mean change \(short(worst.bias))"
  }
}
