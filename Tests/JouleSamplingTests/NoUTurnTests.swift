import Joule
import JouleTestSupport
import Testing

/// The no-U-turn sampler against its recursive form, and against distributions that are known.
@Suite struct NoUTurnTests {
  static let bent = ContinuousTargets.Bent.energy
  static let starts = ContinuousTargets.Bent.draws(300, key: RandomKey(seed: 51))

  /// Depths, numbers of points and ends of 300 chains, whose trees have 1 to 7 doublings.
  private func comparison(
    stepSize: Double, checksBetweenHalves: Bool
  ) -> (differing: Int, depths: Set<Int>) {
    let random = ChainRandom(key: RandomKey(seed: 52), step: 3)
    let kernel = NoUTurnSampler(Self.bent, stepSize: stepSize, maximumDepth: 7)
    var state = kernel.makeState(at: Self.starts)
    let info = kernel.step(&state, using: random)
    let ends = kernel.position(of: state)
    var differing = 0
    for chain in 0..<Self.starts.shape[0] {
      var tree = RecursiveTree(
        Self.bent, stepSize: stepSize, at: Self.starts.row(chain).elements, using: random,
        chain: chain)
      tree.checksBetweenHalves = checksBetweenHalves
      let (x, depth) = tree.transition(maximumDepth: 7)
      let distance = (Tensor(x) - ends.row(chain)).largestMagnitude
      if info.treeDepths?[chain] != depth || info.gradientCounts[chain] != tree.leafCount
        || distance > 1e-8
      {
        differing += 1
      }
    }
    return (differing, Set(info.treeDepths ?? []))
  }

  @Test(arguments: [0.03, 0.2, 0.7, 1.6]) func theIterativeTreeIsTheRecursiveOne(step: Double) {
    let (differing, depths) = comparison(stepSize: step, checksBetweenHalves: true)
    #expect(differing == 0, "depths seen: \(depths.sorted())")
    #expect(depths.count > 2)
  }

  /// Without the checks between halves some trees are others: the comparison can tell.
  @Test func checksBetweenHalvesMakeADifference() {
    #expect(comparison(stepSize: 0.2, checksBetweenHalves: false).differing > 0)
  }

  @Test func chainsThatFinishEarlyLeaveTheOthersAlone() {
    let kernel = NoUTurnSampler(Self.bent, stepSize: 0.3)
    let key = RandomKey(seed: 53)
    var whole = kernel.makeState(at: Self.starts)
    var alone = (0..<40).map { kernel.makeState(at: Self.starts.rows($0..<$0 + 1)) }
    for step in 0..<3 {
      let info = kernel.step(&whole, using: ChainRandom(key: key, step: step))
      #expect(Set(info.gradientCounts).count > 2)
      for chain in alone.indices {
        let single = kernel.step(
          &alone[chain], using: ChainRandom(key: key, firstChain: chain, step: step))
        #expect(single.gradientCounts[0] == info.gradientCounts[chain])
        #expect(single.hamiltonians[0] == info.hamiltonians[chain])
      }
    }
    for chain in alone.indices {
      #expect(
        kernel.position(of: alone[chain]).elements == kernel.position(of: whole).row(chain).elements
      )
    }
  }

  /// Means, variances and a covariance of a correlated Gaussian, each chain's mean being one number.
  @Test func momentsOfACorrelatedGaussian() throws {
    let n = 10
    let covariance = ContinuousTargets.covariance(n)
    let model = QuadraticEnergy(
      precision: try covariance.inverse(), mean: Tensor((0..<n).map { Double($0) - 3 }))
    var chains = ParallelChains(
      NoUTurnSampler(model, adapting: .denseMass),
      at: Tensor(normal: [40, n], using: RandomKey(seed: 54)), key: RandomKey(seed: 55))
    try chains.warmUp(steps: 200)
    let kernel = chains.kernel
    var state = kernel.makeState(at: chains.position)
    var sums = [[[Double]]](repeating: [], count: 3)
    for step in 0..<250 {
      kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 56), step: step))
      let rows = kernel.position(of: state)
      sums[0].append(rows.columns(2..<3).elements)
      sums[1].append(rows.columns(9..<10).elements.map { ($0 - 6) * ($0 - 6) })
      sums[2].append(
        (rows.columns(0..<1) * rows.columns(1..<2)).elements)
    }
    let expected = [-1, covariance[9, 9], covariance[0, 1] + 6]
    for (draws, value) in zip(sums, expected) {
      let means = (0..<40).map { chain in draws.reduce(0) { $0 + $1[chain] } / 250 }
      #expect(abs(MonteCarlo.zScore(of: means, expected: value)) < 4)
    }
  }

  @Test func moreThreadsMakeTheSameBits() throws {
    let model = QuadraticEnergy(precision: Tensor<Float>(ContinuousTargets.covariance(7)))
    func run(_ workers: Workers) throws -> Tensor<Float> {
      var chains = ParallelChains(
        NoUTurnSampler(model, adapting: .denseMass),
        at: Tensor(normal: [150, 7], using: RandomKey(seed: 57)), key: RandomKey(seed: 58))
      try chains.warmUp(steps: 30, on: workers)
      try chains.advance(by: 5, on: workers)
      return chains.position
    }
    let alone = try run(.single)
    #expect(try run(Workers(count: 2)).elements == alone.elements)
    #expect(try run(Workers(count: 3)).elements == alone.elements)
  }

  @Test func trajectoriesOfAThousandPointsStopAtTheirDepth() {
    let model = QuadraticEnergy<Double>(precision: .identity(2))
    let kernel = NoUTurnSampler(model, stepSize: 1e-4, maximumDepth: 6)
    var state = kernel.makeState(at: Tensor(zeros: [3, 2]))
    let info = kernel.step(&state, using: ChainRandom(key: RandomKey(seed: 59)))
    #expect(info.treeDepths == [6, 6, 6])
    #expect(info.gradientCounts == [63, 63, 63])
  }
}
