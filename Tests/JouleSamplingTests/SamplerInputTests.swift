import Joule
import JouleTestSupport
import Testing

/// What samplers and the oracle are given wrong they name, with the chain or the states.
@Suite struct SamplerInputTests {
  private func fault<Kernel: TransitionKernel>(
    of kernel: Kernel, at rows: Tensor<Double>, steps: Int = 20
  ) -> ChainFault? where Kernel.Scalar == Double {
    var chains = ParallelChains(kernel, at: rows, key: RandomKey(seed: 91))
    do throws(ChainFault) {
      try chains.advance(by: steps)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [0, -1, Double.nan, .infinity]) func aHalfWidthIsChecked(width: Double) throws {
    let walk = UniformWalk<Double>(halfWidths: Tensor([1, width]))
    let found = try #require(
      fault(of: MetropolisHastings(ChainFaultTests.bowl, walk), at: Tensor(zeros: [3, 2])))
    #expect(
      found.description
        == "step 0, chain 0: a half width of the uniform walk is \(width), expected positive finite "
        + "numbers")
    // So it is where the walk is within another proposal.
    let block = MetropolisHastings(ChainFaultTests.bowl, RestrictedProposal(walk, to: [1, 0]))
    #expect(fault(of: block, at: Tensor(zeros: [3, 2]))?.reason == found.reason)
  }

  @Test func aCovarianceThatIsNoneIsRefused() {
    #expect(throws: LinearAlgebraError.self) {
      try GaussianWalk<Double>(covariance: Tensor([[1, 2], [2, 1]]))
    }
    #expect(throws: LinearAlgebraError.self) {
      try GaussianWalk<Double>(covariance: Tensor([[1, .nan], [.nan, 1]]))
    }
  }

  /// Three bits; −log weights that are NaN or infinite where the last is on.
  private static func bits(_ energy: Double) -> TableEnergy {
    TableEnergy(
      values: Array(repeating: [0, 1], count: 3),
      energies: (0..<8).map { $0 >= 4 ? energy : Double($0) })
  }

  @Test(arguments: [GibbsRule.heatBath, .metropolized])
  func gibbsNamesEnergiesThatAreNone(rule: GibbsRule) throws {
    let found = try #require(
      fault(of: Gibbs(Self.bits(.nan), rule: rule), at: Tensor(zeros: [4, 3])))
    #expect(found.step == 0)
    #expect(found.description.contains("conditional energy of"), "\(found)")
    // Where a site and all its alternatives have no probability, there is nowhere to go.
    var starts = Tensor<Double>(zeros: [4, 3])
    starts[2, 2] = 1
    let outside = try #require(
      fault(of: Gibbs(Self.bits(.infinity), scan: .systematic, rule: rule), at: starts))
    #expect(outside.chain == 2 && outside.step == 0, "\(outside)")
    #expect(fault(of: Gibbs(Self.bits(.infinity), rule: rule), at: Tensor(zeros: [4, 3])) == nil)
  }

  @Test(arguments: GibbsScanCase.all) func gibbsNamesValuesThatAreNone(_ scan: GibbsScanCase) throws
  {
    var starts = Tensor<Double>(zeros: [70, 5])
    starts[66, 3] = 0.5
    let found = try #require(
      fault(of: Gibbs(FiniteTargets.ring, scan: scan.scan), at: starts))
    #expect(
      found.description
        == "step 0, chain 66: site 3 (counted from zero) is 0.5, expected one of its values, "
        + "[0.0, 1.0]")
    // A site that is held is a condition, and may be anything.
    #expect(fault(of: Gibbs(FiniteTargets.ring, holding: [3]), at: starts) == nil)
  }

  struct GibbsScanCase: Sendable, CustomTestStringConvertible {
    let scan: GibbsScan
    var testDescription: String { "\(scan)" }
    static let all = [GibbsScan.chromatic, .systematic, .random].map(GibbsScanCase.init)
  }

  @Test func theOracleSaysWhatStopsAKernel() throws {
    let target = FiniteTargets.bits
    let oracle = KernelOracle(target, over: target.space, draws: 1000)
    let broken = EnergyFunction<Double>(variableCount: 4) { x in
      Tensor(zeros: [x.shape[0]]) + (x.sum(along: 1) - 3.5).sqrt() * 0
    }
    let stopped = #expect(throws: OracleError.self) {
      try oracle.report(on: MetropolisHastings(broken, FiniteTargets.Drift()))
    }
    #expect(stopped?.description.contains("the kernel cannot move: chain 0: ") == true)
    let half = StateSpace<Double>(rows: target.space.rows.rows(0..<5))
    let flat = EnergyFunction<Double>(variableCount: 4) { Tensor(zeros: [$0.shape[0]]) }
    let small = KernelOracle(flat, over: half, draws: 1000)
    for result in [
      #expect(throws: OracleError.self) {
        try small.report(on: MetropolisHastings(flat, BitFlip<Double>()))
      },
      #expect(throws: OracleError.self) {
        try small.report(on: MetropolisHastings(flat, FiniteTargets.Drift()))
      },
    ] {
      let words = "none of the states that were listed, or has no probability"
      #expect(result?.description.contains(words) == true, "\(result.map(\.description) ?? "")")
    }
  }

  @Test func theTestFromExactDrawsSaysWhatStopsAKernel() throws {
    let target = try NormalDistribution<Double>(mean: Tensor([0]), covariance: Tensor([[1]]))
    let test = StationarityTest(of: target)
    let still = MetropolisHastings(target, GaussianWalk<Double>(scale: 0))
    let stopped = #expect(throws: ChainFault.self) { try test.report(on: still, chains: 10) }
    #expect(stopped?.description.contains("scale is 0.0") == true)
    // A function that is not finite passes nothing.
    let root = StationarityTest(
      of: target, observing: Observable("root") { $0.sum(along: 1).sqrt() })
    let report = try root.report(
      on: MetropolisHastings(target, GaussianWalk<Double>(scale: 1)), chains: 100)
    #expect(!report.passes && report.worst.value.isNaN)
  }
}
