import Joule
import JouleTestSupport
import Testing

/// What observers keep is what a trace of all draws gives.
@Suite struct ObserverTests {
  static let energy = EnergyFunction<Float>(variableCount: 2) { x in
    let (a, b) = (x.columns(0..<1), x.columns(1..<2))
    return ((a.squared() + (b - a.squared()).squared() * 2) * 0.5).reshaped(to: [x.shape[0]])
  }

  static func chains(_ count: Int = 70) -> ParallelChains<
    MetropolisHastings<EnergyFunction<Float>, Symmetric<GaussianWalk<Float>>>
  > {
    ParallelChains(
      MetropolisHastings(energy, GaussianWalk(scale: 0.9)),
      at: Tensor(normal: [count, 2], using: RandomKey(seed: 1)), key: RandomKey(seed: 2))
  }

  static let product = Observable("product") { x in
    (x.columns(0..<1) * x.columns(1..<2)).reshaped(to: [x.shape[0]])
  }

  @Test func momentsAreThoseOfTheTrace() throws {
    var chains = Self.chains()
    let (trace, moments) = try chains.sample(
      SamplingPlan(warmUp: 10, samples: 90), observing: DrawTrace(), RunningMoments(),
      on: Workers(count: 2))
    let draws = trace.values
    #expect(draws.shape == [70, 90, 2])
    let all = draws.reshaped(to: [70 * 90, 2])
    #expect(difference(moments.mean, all.mean(along: 0)) < 1e-12)
    #expect(difference(moments.variance, all.variance(along: 0, correction: 1)) < 1e-11)
    let ofChain = draws.row(13)
    #expect(difference(moments.chainMeans.row(13), ofChain.mean(along: 0)) < 1e-12)
    #expect(
      difference(moments.chainVariances.row(13), ofChain.variance(along: 0, correction: 1)) < 1e-11
    )
    let within = moments.chainVariances.mean(along: 0)
    let between = moments.chainMeans.variance(along: 0, correction: 1)
    #expect(difference(moments.rHat, (between / within + 89.0 / 90).sqrt()) < 1e-14)
  }

  @Test func countsAreThoseOfTheTrace() throws {
    var chains = Self.chains()
    let (trace, histogram, grid) = try chains.sample(
      SamplingPlan(warmUp: 5, samples: 60),
      observing: DrawTrace(), RunningHistogram(Self.product, in: -1..<2, bins: 6),
      RunningGrid(.variables, in: (-1..<1, 0..<3), bins: (2, 3)))
    let rows = trace.values.reshaped(to: [70 * 60, 2])
    let pairs = (0..<rows.shape[0]).map { (rows[$0, 0], rows[$0, 1]) }
    let products = pairs.map { $0.0 * $0.1 }
    for bin in 0..<6 {
      let low = -1 + 0.5 * Double(bin)
      #expect(histogram.counts[bin] == products.count { $0 >= low && $0 < low + 0.5 })
    }
    #expect(histogram.below == products.count { $0 < -1 })
    #expect(histogram.above == products.count { $0 >= 2 })
    #expect(histogram.total == 4200)
    let area = histogram.densities.reduce(0, +) * 0.5
    #expect(abs(area - Double(4200 - histogram.below - histogram.above) / 4200) < 1e-12)
    let cell = pairs.count { $0.0 >= 0 && $0.0 < 1 && $0.1 >= 1 && $0.1 < 2 }
    #expect(grid.counts[1 * 3 + 1] == cell)
    #expect(grid.total == 4200)
  }

  @Test func autocorrelationsAreThoseOfTheTrace() throws {
    var chains = Self.chains(3)
    let (trace, running) = try chains.sample(
      SamplingPlan(warmUp: 5, samples: 200), observing: DrawTrace(),
      RunningAutocorrelation(lags: 20))
    let draws = trace.values
    for variable in 0..<2 {
      var covariances = [Double](repeating: 0, count: 21)
      for chain in 0..<3 {
        let x = (0..<200).map { draws[chain, $0, variable] }
        let mean = x.reduce(0, +) / 200
        for lag in 0...20 {
          for t in lag..<200 { covariances[lag] += (x[t] - mean) * (x[t - lag] - mean) / 200 }
        }
      }
      for lag in 0...20 {
        let expected = covariances[lag] / covariances[0]
        #expect(abs(running.autocorrelations[lag, variable] - expected) < 1e-12)
      }
    }
  }

  /// AR(1) with φ has τ = (1 + φ) / (1 − φ).
  @Test(arguments: [0.9, 0, -0.5]) func theIntegratedTimeOfAnAutoregressionIsKnown(
    phi: Double
  ) {
    let count = 64
    var running = RunningAutocorrelation(lags: 200)
    var rows = Tensor<Double>(normal: [count, 1], using: RandomKey(seed: 3))
    rows.scale(by: 1 / (1 - phi * phi).squareRoot())
    for step in 0..<4000 {
      running.observe(rows)
      rows.scale(by: phi)
      rows += Tensor(
        normal: [count, 1], using: ChainRandom(key: RandomKey(seed: 4), step: step))
    }
    let time = running.integratedTimes[0] ?? .nan
    let expected = (1 + phi) / (1 - phi)
    // The sum over m lags of n draws has a relative error of about √(2 (2m + 1) / n) (Sokal); with
    // the sequence's cut m is some 5 τ.
    let error = (2 * (2 * 5 * max(1, expected) + 1) / (64 * 4000)).squareRoot()
    #expect(abs(time / expected - 1) < 4 * error, "\(time), expected \(expected)")
  }

  @Test func observersDoNotDependOnTheThreads() throws {
    func run(_ workers: Workers) throws -> ([Double], [Double], [Int]) {
      var chains = Self.chains(300)
      let (moments, quantiles, histogram) = try chains.sample(
        SamplingPlan(warmUp: 3, samples: 40), observing: RunningMoments(), RunningQuantiles(),
        RunningHistogram(Self.product, in: -2..<2, bins: 9), on: workers)
      return (
        moments.mean.elements + moments.variance.elements, quantiles.quantile(0.3),
        histogram.counts
      )
    }
    let alone = try run(.single)
    #expect(try run(Workers(count: 2)) == alone)
    #expect(try run(Workers(count: 5)) == alone)
  }

  @Test func thinningKeepsEveryThird() throws {
    var (whole, thinned) = (Self.chains(), Self.chains())
    let all = try whole.sample(SamplingPlan(warmUp: 7, samples: 30), observing: DrawTrace())
    let some = try thinned.sample(
      SamplingPlan(warmUp: 7, samples: 10, thinning: 3), observing: DrawTrace(.variables([1])))
    #expect(whole.steps == 37 && thinned.steps == 37)
    for chain in 0..<70 {
      for draw in 0..<10 {
        #expect(some.values[chain, draw, 0] == all.values[chain, 3 * draw + 2, 1])
      }
    }
    #expect(some.names == ["x[1]"])
  }

  @Test func progressTellsAndMayStop() throws {
    var told: [SamplingProgress] = []
    var chains = Self.chains()
    try chains.sample(SamplingPlan(warmUp: 100, samples: 400, thinning: 2)) {
      told.append($0)
      return .proceed
    }
    #expect(told.last?.stepsDone == 900 && told.last?.fraction == 1)
    #expect(told.contains { $0.phase == .warmUp })
    let acceptance = try #require(told.last?.meanAcceptance)
    #expect(acceptance > 0.2 && acceptance < 0.9)
    let rHat = try #require(told.last?.largestRHat)
    #expect(rHat < 1.3, "\(rHat)")
    let moments = try chains.sample(
      SamplingPlan(warmUp: 0, samples: 1000), observing: RunningMoments()
    ) { $0.stepsDone >= 300 ? .stop : .proceed }
    #expect(moments.drawCount == 300)
  }

  /// Chains in two wells that they never leave.
  @Test func chainsThatDoNotMixShowALargeRHat() throws {
    let wells = EnergyFunction<Double>(variableCount: 1) { x in
      ((x.squared() - 25).squared() * 2).reshaped(to: [x.shape[0]])
    }
    var chains = ParallelChains(
      MetropolisHastings(wells, GaussianWalk(scale: 0.1)), at: Tensor([[5], [-5], [5], [-5]]),
      key: RandomKey(seed: 5))
    var last: Double?
    try chains.sample(SamplingPlan(warmUp: 10, samples: 500)) {
      last = $0.largestRHat
      return .proceed
    }
    #expect((last ?? 0) > 10)
  }

  private func difference(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    (a - b).abs().elements.max() ?? .nan
  }
}
