import Foundation
import Joule
import JouleTestSupport
import Testing

/// Gradient-based chains that cannot go on say where and why.
@Suite struct TrajectoryFaultTests {
  /// Faults of MALA, HMC and NUTS on one energy.
  static func faults(
    of model: DifferentiableEnergyFunction<Double>, stepSize: Double = 0.5,
    at starts: Tensor<Double>, steps: Int = 50
  ) -> [ChainFault?] {
    func run<Kernel: TransitionKernel>(_ kernel: Kernel) -> ChainFault?
    where Kernel.Scalar == Double {
      var chains = ParallelChains(kernel, at: starts, key: RandomKey(seed: 81))
      do throws(ChainFault) {
        try chains.advance(by: steps)
        return nil
      } catch {
        return error
      }
    }
    return [
      run(MetropolisAdjustedLangevin(model, stepSize: stepSize)),
      run(HamiltonianMonteCarlo(model, stepSize: stepSize, steps: 4)),
      run(NoUTurnSampler(model, stepSize: stepSize)),
    ]
  }

  static func bowl(
    energy: @escaping @Sendable (Double) -> Double = { $0 * $0 / 2 },
    slope: @escaping @Sendable (Double) -> Double = { $0 }
  ) -> DifferentiableEnergyFunction<Double> {
    DifferentiableEnergyFunction(variableCount: 2) { x in
      (
        energy: Tensor((0..<x.shape[0]).map { energy(x[$0, 0]) + x[$0, 1] * x[$0, 1] / 2 }),
        gradient: Tensor((0..<x.shape[0]).map { [slope(x[$0, 0]), x[$0, 1]] })
      )
    }
  }

  @Test func anEnergyThatIsNaNIsNamed() throws {
    let broken = Self.bowl(energy: { $0 > 1 ? .nan : $0 * $0 / 2 })
    for fault in Self.faults(of: broken, at: Tensor(zeros: [20, 2])) {
      let text = try #require(fault).description
      let words = "the energy on its trajectory nan at ["
      let place = try #require(text.range(of: words), "\(text)")
      let first = text[place.upperBound...].prefix { $0 != "," }
      #expect(try #require(Double(first)) > 1, "\(text)")
    }
  }

  @Test func aGradientThatIsNaNIsNamed() throws {
    let broken = Self.bowl(slope: { $0 > 1 ? .nan : $0 })
    for fault in Self.faults(of: broken, at: Tensor(zeros: [20, 2])) {
      let text = try #require(fault).description
      #expect(
        text.contains("the gradient of the energy on its trajectory, nan at variable 0"), "\(text)")
    }
  }

  @Test func startsThatCannotBeAreNamed() throws {
    var starts = Tensor<Double>(zeros: [30, 2])
    starts[17, 0] = 5
    let cases: [(DifferentiableEnergyFunction<Double>, String)] = [
      (Self.bowl(energy: { $0 > 4 ? .infinity : $0 }), "chain 17 stands outside the support"),
      (Self.bowl(energy: { $0 > 4 ? .nan : $0 }), "chain 17: its energy nan at [5.0, 0.0]"),
      (
        Self.bowl(slope: { $0 > 4 ? .nan : $0 }),
        "chain 17: the gradient of its energy, nan at variable 0"
      ),
    ]
    for (model, message) in cases {
      for fault in Self.faults(of: model, stepSize: 0.01, at: starts, steps: 1) {
        let text = try #require(fault).description
        #expect(text.hasPrefix("step 0, " + message), "\(text)")
      }
    }
  }

  @Test func anEnergyThatThrowsEndsTheRunWithItsError() throws {
    struct Flooded: Error, CustomStringConvertible {
      let description = "flooded"
    }
    let model = DifferentiableEnergyFunction<Double>(variableCount: 1) { x in
      for row in 0..<x.shape[0] where x[row, 0] > 1 { throw Flooded() }
      return (x.squared().sum(along: 1) * 0.5, x)
    }
    for fault in Self.faults(of: model, at: Tensor(zeros: [10, 1])) {
      #expect(try #require(fault).description.contains("the energy threw: flooded"))
    }
  }

  @Test(arguments: [0, -0.1, Double.nan, .infinity]) func aStepSizeIsChecked(step: Double) throws {
    for fault in Self.faults(of: Self.bowl(), stepSize: step, at: Tensor(zeros: [3, 2])) {
      #expect(
        try #require(fault).description
          == "step 0, chain 0: the step size is \(step), expected a positive finite number")
    }
    var chains = ParallelChains(
      UnadjustedLangevin(Self.bowl(), stepSize: step), at: Tensor(zeros: [3, 2]),
      key: RandomKey(seed: 82))
    #expect(throws: ChainFault.self) { try chains.advance(by: 1) }
  }

  @Test func aTrajectoryWithoutStepsIsRefused() throws {
    var chains = ParallelChains(
      HamiltonianMonteCarlo(Self.bowl(), stepSize: 0.1, steps: 0), at: Tensor(zeros: [3, 2]),
      key: RandomKey(seed: 83))
    let fault = #expect(throws: ChainFault.self) { try chains.advance(by: 1) }
    #expect(fault?.description.contains("0 leapfrog steps, expected at least 1") == true)
  }

  /// Far too long steps overflow: divergences, which reject, and no fault of the model.
  @Test func aLostTrajectoryIsADivergence() {
    let steep = Self.bowl(
      energy: { MonteCarlo.exp($0 * $0) - MonteCarlo.exp(-$0 * $0) * 0 },
      slope: { 2 * $0 * MonteCarlo.exp($0 * $0) })
    for fault in Self.faults(of: steep, stepSize: 9, at: Tensor([20, 2], repeating: 1.5)) {
      #expect(fault == nil)
    }
    let kernel = NoUTurnSampler(steep, stepSize: 9)
    var state = kernel.makeState(at: Tensor([20, 2], repeating: 1.5))
    let info = kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 84)))
    #expect(info.diverged == [Bool](repeating: true, count: 20))
    #expect(info.gradientCounts == [Int](repeating: 1, count: 20))
    #expect(info.moved == [Bool](repeating: false, count: 20))
  }

  /// Walls reject; what is left inside is a half normal with mean √(2/π).
  @Test func outsideTheSupportProposalsAreRejected() throws {
    let half = Self.bowl(energy: { $0 < 0 ? .infinity : $0 * $0 / 2 })
    let kernel = NoUTurnSampler(half, stepSize: 0.4)
    let key = RandomKey(seed: 85)
    var state = kernel.makeState(at: Tensor<Double>(normal: [20_000, 2], using: key).abs())
    for step in 0..<4 {
      let info = kernel.step(&state, using: ChainRandom(key: key, step: step))
      #expect(info.fault == nil)
    }
    let draws = kernel.position(of: state).columns(0..<1).elements
    #expect(abs(MonteCarlo.zScore(of: draws, expected: 0.797_884_560_8)) < 4)
  }

  @Test func aSingularMassIsNamed() {
    #expect(throws: MetricError.singularVariance(variable: 1, 0)) {
      try EuclideanMetric<Float>.diagonal(variances: [1, 0, 2])
    }
    #expect(throws: MetricError.self) {
      try EuclideanMetric<Float>.diagonal(variances: [1, .nan])
    }
    let error = #expect(throws: MetricError.self) {
      try EuclideanMetric<Float>.dense(covariance: Tensor([[1, 2], [2, 1]]))
    }
    #expect(error?.description.contains("the mass is singular") == true)
    #expect(error?.description.contains("pivot 1") == true)
  }

  @Test func aSearchThatCannotEndSaysWhy() throws {
    let plane = DifferentiableEnergyFunction<Double>(variableCount: 2) { x in
      (energy: Tensor(zeros: [x.shape[0]]), gradient: Tensor(zeros: x.shape))
    }
    var chains = ParallelChains(
      NoUTurnSampler(plane, maximumDepth: 3), at: Tensor(zeros: [4, 2]), key: RandomKey(seed: 86))
    let fault = #expect(throws: ChainFault.self) { try chains.warmUp(steps: 50) }
    #expect(fault?.step == 1)
    #expect(fault?.description.contains("are all accepted: the energy is flat") == true)
    let wrong = DifferentiableEnergyFunction<Double>(variableCount: 2) { x in
      (energy: x.abs().sum(along: 1) * 1e200, gradient: -x * 1e200)
    }
    var others = ParallelChains(
      NoUTurnSampler(wrong, maximumDepth: 3), at: Tensor([4, 2], repeating: 1e-3),
      key: RandomKey(seed: 87))
    let rejected = #expect(throws: ChainFault.self) { try others.warmUp(steps: 50) }
    #expect(rejected?.description.contains("are all rejected") == true)
  }

  @Test func variablesOfOtherValuesAreNamed() throws {
    let machine = GradientTargets.machine
    var starts = Tensor<Double>(zeros: [5, 6])
    starts[3, 4] = 0.5
    var chains = ParallelChains(
      GibbsWithGradients(machine), at: starts, key: RandomKey(seed: 88))
    let fault = #expect(throws: ChainFault.self) { try chains.advance(by: 1) }
    #expect(
      fault?.description.hasPrefix("step 0, chain 3: variable 4 (counted from zero) is 0.5") == true
    )
  }

  @Test func discreteChainsNameNaN() throws {
    let broken = DifferentiableEnergyFunction<Double>(variableCount: 3) { x in
      (
        energy: x.sum(along: 1),
        gradient: Tensor([[Double]](repeating: [0, .nan, 0], count: x.shape[0]))
      )
    }
    func check<Kernel: TransitionKernel>(_ kernel: Kernel) where Kernel.Scalar == Double {
      var chains = ParallelChains(kernel, at: Tensor(zeros: [4, 3]), key: RandomKey(seed: 89))
      let fault = #expect(throws: ChainFault.self) { try chains.advance(by: 3) }
      #expect(fault?.description.contains("the gradient of its energy, nan at variable 1") == true)
    }
    check(GibbsWithGradients(broken))
    check(DiscreteLangevin(broken, stepSize: 0.3))
    var chains = ParallelChains(
      DiscreteLangevin(broken, stepSize: 0), at: Tensor(zeros: [4, 3]), key: RandomKey(seed: 90))
    let fault = #expect(throws: ChainFault.self) { try chains.advance(by: 1) }
    #expect(fault?.description.contains("the step size is 0.0") == true)
  }
}
