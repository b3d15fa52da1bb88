import Foundation
import Joule
import Testing

/// Update rules against their formulas, and schedules against theirs.
@Suite struct OptimizerTests {
  static let start = ParameterSet<Double>([
    .init(name: "w", role: .weight, value: Tensor([1.5, -2, 0])),
    .init(name: "b", role: .bias, value: Tensor([0.5])),
  ])
  static let gradient = ParameterSet<Double>([
    .init(name: "w", role: .weight, value: Tensor([0.3, -0.1, 0.2])),
    .init(name: "b", role: .bias, value: Tensor([-0.4])),
  ])

  static func after(
    _ steps: Int, _ rule: some Optimizer, _ regularizer: Regularizer = Regularizer()
  ) -> [Double] {
    var parameters = start
    var state = rule.makeState(for: parameters)
    for _ in 0..<steps {
      rule.update(
        &parameters, gradient: gradient, state: &state, rate: 0.1, regularizer: regularizer,
        on: Workers(count: 2))
    }
    #expect(state.steps == steps)
    return parameters.entries.flatMap(\.value.elements)
  }

  static func isClose(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func plainDescent() {
    #expect(Self.isClose(Self.after(1, SGD()), [1.47, -1.99, -0.02, 0.54]))
  }

  @Test func penaltiesActOnWeightsOnly() {
    let moved = Self.after(1, SGD(), Regularizer(l1: 0.5, l2: 0.2))
    // 1.5 − 0.1 (0.3 + 0.5 + 0.2·1.5), −2 − 0.1 (−0.1 − 0.5 − 0.2·2), −0.1·0.2; the bias unpunished
    #expect(Self.isClose(moved, [1.39, -1.9, -0.02, 0.54]))
  }

  @Test func momentumAccumulates() {
    // After two steps of one gradient: g, then (1 + μ) g, so 2.9 g in all.
    let classical = Self.after(2, SGD(momentum: 0.9))[3]
    #expect(abs(classical - (0.5 + 0.04 * 2.9)) < 1e-12)
    // Nesterov: (1 + μ) g, then (1 + μ + μ²) g, so 4.61 g in all.
    let nesterov = Self.after(2, SGD(momentum: 0.9, nesterov: true))[3]
    #expect(abs(nesterov - (0.5 + 0.04 * 4.61)) < 1e-12)
  }

  @Test func adamMovesByTheRateAtFirst() {
    // With both moments corrected the first steps of a constant gradient are the rate times its sign.
    for (moved, sign) in zip(Self.after(2, Adam()), [1.5 - 0.2, -2 + 0.2, -0.2, 0.5 + 0.2]) {
      #expect(abs(moved - sign) < 1e-6)
    }
  }

  @Test func schedulesEndWhereTheySay() {
    for schedule in [Schedule.linear(to: 0.1), .exponential(to: 0.1), .inverseTime(to: 0.1)] {
      #expect(abs(schedule.rate(base: 2, progress: 0) - 2) < 1e-15)
      #expect(abs(schedule.rate(base: 2, progress: 1) - 0.2) < 1e-15)
    }
    #expect(Schedule.constant.rate(base: 2, progress: 0.7) == 2)
    #expect(abs(Schedule.linear(to: 0).rate(base: 2, progress: 0.25) - 1.5) < 1e-15)
    #expect(
      abs(Schedule.exponential(to: 0.01).rate(base: 2, progress: 0.5) - 0.2) < 1e-15)
    #expect(abs(Schedule.inverseTime(to: 0.5).rate(base: 2, progress: 0.5) - 2 / 1.5) < 1e-15)
  }
}
