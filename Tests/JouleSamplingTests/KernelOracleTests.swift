import Joule
import JouleTestSupport
import Testing

/// The oracle tells right kernels from wrong ones.
@Suite struct KernelOracleTests {
  @Test(arguments: FiniteKernelTable.kernels)
  func rightKernelsPass(_ kernel: FiniteKernelCase) throws {
    if kernel.faultsSomewhere {
      #expect(throws: OracleError.self) { try kernel.report(100_000) }
      return
    }
    let report = try kernel.report(100_000)
    #expect(report.passes, "\(report)")
  }

  @Test(arguments: FiniteKernelTable.wrongKernels)
  func wrongKernelsFail(_ kernel: FiniteKernelCase) throws {
    let report = try kernel.report(400_000)
    #expect(!report.passes, "\(report)")
  }

  /// A kernel that lists its transitions needs no counting.
  @Test func aListedKernelIsJudgedExactly() throws {
    let target = FiniteTargets.ring.table
    let oracle = KernelOracle(target, over: target.space, draws: 200_000)
    let right = try oracle.report(on: Gibbs(FiniteTargets.ring, scan: .random))
    #expect(right.passes && right.isIrreducible, "\(right)")
    #expect(right.method == .listed && right.stationarityResidual < 1e-12, "\(right)")
    #expect(right.detailedBalanceResidual < 1e-12)
    let wrong = try oracle.report(on: Gibbs(FiniteTargets.ring(forgetting: [(1, 2)])))
    #expect(!wrong.passes && wrong.stationarityResidual > 1e-3, "\(wrong)")
  }

  /// A proposal that draws with one density and states another is found out, with the states between which.
  @Test func aProposalThatMisstatesItsDensitiesIsNamed() throws {
    let target = FiniteTargets.bits
    let oracle = KernelOracle(target, over: target.space, draws: 400_000)
    let honest = try oracle.report(on: MetropolisHastings(target, FiniteTargets.Drift()))
    #expect(honest.passes, "\(honest)")
    for correction in [0.0, -1] {
      let report = try oracle.report(
        on: MetropolisHastings(target, FiniteTargets.Drift(correction: correction)))
      let finding = try #require(report.findings.first { $0.name == "proposal" })
      #expect(!finding.passes && finding.words.hasPrefix("from ["), "\(report)")
    }
  }

  /// Two halves that never meet: a kernel may be stationary and still not sample its target.
  @Test func whatCannotBeReachedIsSaid() throws {
    let target = FiniteTargets.bits
    let report = try KernelOracle(target, over: target.space, draws: 200_000)
      .report(on: MetropolisHastings(target, Swap<Double>()))
    #expect(!report.isIrreducible && report.passes && report.mixingTime == nil, "\(report)")
  }

  @Test func continuousKernelsAreHeldToExactDraws() throws {
    let target = try NormalDistribution<Double>(
      mean: Tensor([0.5, -1]), covariance: Tensor([[1, 0.6], [0.6, 2]]))
    let test = StationarityTest(of: target)
    let right = MetropolisHastings(target, GaussianWalk<Double>(scale: 0.8))
    let report = try test.report(on: right)
    #expect(report.passes && report.movedShare > 0.9, "\(report)")
    let wrong = try test.report(on: right.tempered(0.8))
    #expect(!wrong.passes, "\(wrong)")
  }

  /// A normal mean with one observation, worked out by hand: θ ~ N(0, 1), y ~ N(θ, ½), θ | y ~ N(⅔ y, ⅓).
  @Test func theJointTestFindsAWrongPosterior() throws {
    func energy(noise: Double) -> EnergyFunction<Double> {
      EnergyFunction(variableCount: 2) { rows in
        var energies = Tensor<Double>(zeros: [rows.shape[0]])
        for row in 0..<rows.shape[0] {
          let theta = rows[row, 0]
          let miss = rows[row, 1] - theta
          energies[row] = theta * theta / 2 + miss * miss / (2 * noise)
        }
        return energies
      }
    }
    let test = StationarityTest<Double> { count, random in
      let draws = Tensor<Double>(normal: [count, 2], using: random)
      var rows = draws
      for row in 0..<count { rows[row, 1] = draws[row, 0] + draws[row, 1] * (0.5).squareRoot() }
      return rows
    }
    func report(noise: Double) throws -> StationarityReport {
      let walk = RestrictedProposal(Symmetric(GaussianWalk<Double>(scale: 0.7)), to: [0])
      return try test.jointReport(
        on: MetropolisHastings(energy(noise: noise), walk),
        simulating: { rows, random in
          let draws = Tensor<Double>(normal: [rows.shape[0], 1], using: random)
          for row in 0..<rows.shape[0] {
            rows[row, 1] = rows[row, 0] + draws[row, 0] * (0.5).squareRoot()
          }
        })
    }
    let right = try report(noise: 0.5)
    #expect(right.passes, "\(right)")
    let wrong = try report(noise: 0.8)
    #expect(!wrong.passes, "\(wrong)")
  }
}
