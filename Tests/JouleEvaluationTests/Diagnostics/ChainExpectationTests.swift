import Foundation
import Joule
import JouleTestSupport
import Testing

/// Monte-Carlo integrals against closed forms: the error that is stated is the error that is made.
@Suite struct ChainExpectationTests {
  /// x ← φ x + √(1 − φ²) z leaves N(0, 1) invariant, with autocorrelations φᵗ.
  struct Autoregression: TransitionKernel {
    typealias Scalar = Double
    var phi = 0.6

    func makeState(at rows: Tensor<Double>) -> Tensor<Double> { rows }
    func position(of state: Tensor<Double>) -> Tensor<Double> { state }
    func step(_ state: inout Tensor<Double>, using random: ChainRandom) -> PlainTransition {
      state.scale(by: phi)
      state += Tensor(normal: state.shape, using: random) * (1 - phi * phi).squareRoot()
      return PlainTransition()
    }
  }

  static let questions = Observable(["x", "x²", "x > 1"]) { rows in
    Tensor(rows.elements.map { [$0, $0 * $0, $0 > 1 ? 1 : 0] })
  }
  /// 1 − Φ(1) by the error function.
  static let exact = [0, 1, erfc(0.5.squareRoot()) / 2]

  static func chains(seed: UInt64, count: Int = 4) -> ParallelChains<Autoregression> {
    let key = RandomKey(seed: seed)
    return ParallelChains(
      Autoregression(), at: Tensor(normal: [count, 1], using: key.folded("starts")),
      key: key.folded("chains"))
  }

  @Test func theErrorsAreThoseStated() throws {
    // Two standard errors hold 95.4 % of 300 seeds, less three deviations of that count; the mean of z² is
    // 1 ± √(2/300), and four of those.
    let seeds = 300
    var held = [0, 0, 0]
    var squares = [0.0, 0, 0]
    var naive = 0
    for seed in 0..<seeds {
      var chains = Self.chains(seed: UInt64(seed))
      let lines = try chains.expectations(
        of: Self.questions, SamplingPlan(warmUp: 0, samples: 1000))
      for (index, line) in lines.enumerated() {
        let z = (line.mean - Self.exact[index]) / (try #require(line.meanError))
        if abs(z) < 2 { held[index] += 1 }
        squares[index] += z * z / Double(seeds)
        // As if draws were independent: the control that has to fail.
        let independent = line.standardDeviation / 4000.0.squareRoot()
        if index == 0, abs(line.mean) < 2 * independent { naive += 1 }
      }
    }
    let least = MonteCarlo.leastCount(of: seeds, rate: 0.954)
    for index in 0..<3 {
      #expect(held[index] >= least, "\(held) of \(seeds)")
      #expect(abs(squares[index] - 1) < 4 * (2 / Double(seeds)).squareRoot(), "\(squares)")
    }
    #expect(naive < least, "\(naive) of \(seeds)")
  }

  @Test func theySayWhatRecordedDrawsSay() throws {
    let plan = SamplingPlan(warmUp: 5, samples: 200, thinning: 2)
    var (one, other) = (Self.chains(seed: 1, count: 70), Self.chains(seed: 1, count: 70))
    let trace = try one.sample(plan, observing: DrawTrace())
    let recorded = try #require(trace.draws)
    #expect(recorded.variableNames == ["x[0]"])
    for count in [1, 3] {
      var chains = other
      let lines = try chains.expectations(
        of: Self.questions, plan, on: Workers(count: count))
      #expect(lines == recorded.expectations(of: Self.questions))
    }
    let variables = try other.expectations(plan)
    #expect(variables == recorded.diagnostics())
    let single = Draws(Tensor<Float>(recorded.values)).expectations(of: Self.questions)
    #expect(
      zip(single, recorded.expectations(of: Self.questions)).allSatisfy {
        abs($0.mean - $1.mean) < 1e-6
      })
  }

  @Test func whatHasNoErrorSaysWhy() throws {
    var chains = Self.chains(seed: 2)
    let lines = try chains.expectations(
      of: Observable(["root", "pole", "one", "sign of start"]) { rows in
        Tensor(rows.elements.map { [$0.squareRoot(), 1 / max(0, $0), 1, 0] })
      }, SamplingPlan(warmUp: 0, samples: 50))
    #expect(lines[0].mean.isNaN && lines[1].mean == .infinity && lines[2].mean == 1)
    #expect(lines.allSatisfy { $0.meanError == nil && $0.rHat == nil })
    #expect(
      "\(lines[0])".contains("root = nan, of unknown error: it is ")
        && "\(lines[0])".contains("nan at draw "))
    #expect("\(lines[2])" == "one = 1.0, of unknown error: it is the same in every draw")
    let short = try chains.expectations(SamplingPlan(warmUp: 0, samples: 1))
    #expect(short[0].defect == .short(drawCount: 1) && short[0].meanError == nil)
    #expect("\(short[0])".hasSuffix("chains of 1 draws are too short to tell"))
    let stopped = try chains.expectations(SamplingPlan(warmUp: 100, samples: 10)) { _ in .stop }
    #expect(stopped.isEmpty)
    let empty = try chains.sample(SamplingPlan(warmUp: 100, samples: 1), observing: DrawTrace()) {
      _ in .stop
    }
    #expect(empty.draws == nil)
  }

  @Test func aFaultEndsThem() {
    let broken = EnergyFunction<Double>(variableCount: 1) { x in
      Tensor(x.elements.map { $0 > 2 ? .nan : $0 * $0 * 0.1 })
    }
    var chains = ParallelChains(
      MetropolisHastings(broken, GaussianWalk(scale: 1)), at: Tensor(zeros: [4, 1]),
      key: RandomKey(seed: 3))
    #expect(throws: ChainFault.self) { try chains.expectations(SamplingPlan()) }
  }

  /// Digits beyond the second of the error mean nothing.
  @Test(arguments: [-9, -3, 0, 4, 12]) func estimatesAreRoundedToTheirErrors(power: Int) throws {
    var chains = Self.chains(seed: 4)
    let factor = pow(10, Double(power))
    let line = try chains.expectations(
      of: Observable("scaled") { $0.sum(along: 1) * factor },
      SamplingPlan(warmUp: 0, samples: 100))[0]
    let error = try #require(line.meanError)
    let words = "\(line)".components(separatedBy: " ")
    #expect(words.count == 7 && words[0] == "scaled" && words[3] == "±" && words[5] == "R-hat")
    let (shownMean, shownError) = (Double(words[2]), Double(words[4].dropLast()))
    #expect(abs((shownMean ?? .nan) - line.mean) <= 0.05 * error * (1 + 1e-9), "\(line)")
    #expect(abs((shownError ?? .nan) - error) <= 0.05 * error * (1 + 1e-9), "\(line)")
    #expect(words[4].filter(\.isNumber).count < 17, "\(line)")
  }
}
