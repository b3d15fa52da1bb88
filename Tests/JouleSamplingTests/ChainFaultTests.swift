import Joule
import JouleTestSupport
import Testing

/// A chain that cannot go on ends its run, with a message that says where and why.
@Suite struct ChainFaultTests {
  static func fault(
    of energy: EnergyFunction<Double>, scale: Double = 1, starts: Tensor<Double>, steps: Int = 50,
    workers: Workers = .single
  ) -> ChainFault? {
    var chains = ParallelChains(
      MetropolisHastings(energy, GaussianWalk(scale: scale)), at: starts, key: RandomKey(seed: 6))
    do throws(ChainFault) {
      try chains.advance(by: steps, on: workers)
      return nil
    } catch {
      return error
    }
  }

  static let bowl = EnergyFunction<Double>(variableCount: 2) { $0.squared().sum(along: 1) * 0.5 }

  /// NaN to the right of 4.
  static let broken = EnergyFunction<Double>(variableCount: 2) { x in
    let right = x.columns(0..<1).reshaped(to: [x.shape[0]])
    return x.squared().sum(along: 1) * 0.01 + (-(right - 4)).sqrt() * 0
  }

  @Test func anEnergyThatIsNaNIsNamed() throws {
    let found = try #require(Self.fault(of: Self.broken, starts: Tensor(zeros: [100, 2])))
    #expect(found.description.contains("the energy of its proposal nan at ["))
    #expect(found.description.hasPrefix("step \(found.step), chain \(found.chain): "))
    for count in [2, 3] {
      let again = Self.fault(
        of: Self.broken, starts: Tensor(zeros: [100, 2]), workers: Workers(count: count))
      #expect(again == found, "\(count) threads")
    }
  }

  @Test func aStartOutsideTheSupportIsNamed() throws {
    let half = EnergyFunction<Double>(variableCount: 2) { x in
      Tensor((0..<x.shape[0]).map { x[$0, 0] < 0 ? .infinity : x[$0, 0] })
    }
    var starts = Tensor<Double>([100, 2], repeating: 1)
    starts[71, 0] = -1
    let found = try #require(Self.fault(of: half, starts: starts))
    #expect(found == ChainFault(chain: 71, step: 0, reason: .outsideSupport))
    #expect(
      found.description
        == "step 0, chain 71 stands outside the support: its energy is +infinity")
    starts[71, 0] = 1
    #expect(Self.fault(of: half, starts: starts) == nil, "proposals outside are rejected")
  }

  @Test(arguments: [0, -1, Double.nan, .infinity]) func aScaleIsChecked(scale: Double) throws {
    let found = try #require(
      Self.fault(of: Self.bowl, scale: scale, starts: Tensor(zeros: [3, 2])))
    #expect(found.step == 0)
    #expect(found.description.contains("the random walk's scale is \(scale)"))
  }

  @Test func anEnergyOfMinusInfinityIsNamed() throws {
    let pole = EnergyFunction<Double>(variableCount: 1) { x in
      Tensor((0..<x.shape[0]).map { x[$0, 0] > 2 ? -.infinity : 0 })
    }
    let found = try #require(Self.fault(of: pole, starts: Tensor(zeros: [4, 1])))
    #expect(found.description.contains("-inf at ["))
  }

  @Test func densitiesThatCannotBeAreNamed() throws {
    let proposal = ProposalFunction<Double> { rows, random, proposed in
      proposed.rows = rows + Tensor(normal: rows.shape, using: random)
      proposed.logForward.fill(-.infinity)
    }
    var chains = ParallelChains(
      MetropolisHastings(Self.bowl, proposal), at: Tensor(zeros: [2, 2]),
      key: RandomKey(seed: 8))
    let found = #expect(throws: ChainFault.self) { try chains.advance(by: 1) }
    #expect(found?.description.contains("the proposal states log densities -inf there") == true)
  }

  struct Flooded: Error, CustomStringConvertible {
    let depth: Double
    var description: String { "flooded to \(depth)" }
  }

  @Test func anEnergyThatThrowsEndsTheRunWithItsError() throws {
    let energy = EnergyFunction<Double>(variableCount: 1) { x in
      for row in 0..<x.shape[0] where x[row, 0] > 3 { throw Flooded(depth: x[row, 0]) }
      return x.squared().sum(along: 1) * 0.01
    }
    let found = try #require(Self.fault(of: energy, starts: Tensor(zeros: [10, 1])))
    #expect(found.description.contains("the energy of its proposal at [3."))
    #expect(found.description.contains("the energy threw: flooded to 3."))
  }
}
