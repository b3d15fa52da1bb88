import Joule
import JouleTestSupport
import Testing

/// Distributions of greatest entropy, and proofs that there are none.
@Suite struct MaximumEntropyTests {
  static let die = EnumeratedFamily(
    UnnormalizedFamily("die", variableCount: 1, statistics: ["x"]) { [$0[0]] },
    states: Tensor((1...6).map { [Double($0)] }))

  /// The die whose mean is 4.5. Reference: E. T. Jaynes, Information theory and statistical mechanics,
  /// Brandeis lectures (1962); to 20 digits by mpmath.
  @Test func loadedDie() throws {
    let result = try MaximumEntropy(over: Self.die, moments: [4.5])
    let expected = [
      0.05435316782649155, 0.0787715456330532, 0.11415997722944057, 0.16544680311005334,
      0.23977444042690098, 0.34749406577406108,
    ]
    let probabilities = Self.die.probabilities(at: result.model.naturalParameters)
    for (p, q) in zip(probabilities, expected) { #expect(abs(p - q) < 1e-13) }
    #expect(abs(result.relativeEntropy - 1.6135810981538290) < 1e-12)
    #expect(result.certificate.decrement < 1e-20)
    let entropy = try #require(result.model.entropy)
    #expect(abs(entropy - result.relativeEntropy) < 1e-12)
    // Nothing with the same mean has more: moves that keep sum and mean.
    var stream = RandomStream(key: RandomKey(seed: 61))
    for _ in 0..<50 {
      var other = probabilities
      let place = stream.integer(below: 4)
      let shift = (stream.uniform() - 0.5) * 0.05
      for (offset, factor) in [1.0, -2, 1].enumerated() { other[place + offset] += factor * shift }
      let less = -other.reduce(0) { $0 + $1 * logarithm($1) }
      #expect(less < entropy)
    }
  }

  @Test func infeasibleMomentsAreProvedSo() {
    let error = #expect(throws: ExponentialFamilyError.self) {
      try MaximumEntropy(over: Self.die, moments: [6.5])
    }
    guard case .infeasible(let proof, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(proof.direction == [1] && proof.target == 6.5 && proof.reach == 6)
    #expect(error?.description.contains("x is at most 6.0 everywhere") == true)
    let edge = #expect(throws: ExponentialFamilyError.self) {
      try MaximumEntropy(over: Self.die, moments: [6])
    }
    guard case .boundary = edge else {
      Issue.record("\(String(describing: edge))")
      return
    }
  }

  /// Two constraints that say the same, and two that contradict each other.
  @Test func dependentConstraints() throws {
    let twice = EnumeratedFamily(
      UnnormalizedFamily("die", variableCount: 1, statistics: ["x", "2x + 1"]) {
        [$0[0], 2 * $0[0] + 1]
      }, states: Self.die.states)
    let result = try MaximumEntropy(over: twice, moments: [4.5, 10])
    #expect(result.certificate.rank == 1)
    #expect(abs(result.relativeEntropy - 1.6135810981538290) < 1e-11)
    let error = #expect(throws: ExponentialFamilyError.self) {
      try MaximumEntropy(over: twice, moments: [4.5, 11])
    }
    guard case .infeasible(let proof, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(proof.margin > 0.1)
  }

  /// On random points in two to four dimensions: moments built to be inside are matched; those built on a
  /// facet or beyond it are refused with a direction that holds for every point.
  @Test(arguments: [2, 3, 4]) func randomHulls(dimension: Int) throws {
    var stream = RandomStream(key: RandomKey(seed: 62).folded(UInt64(dimension)))
    for round in 0..<60 {
      let count = dimension + 2 + stream.integer(below: 30)
      let points = Tensor(
        (0..<count).map { _ in (0..<dimension).map { _ in stream.normal(as: Double.self) } })
      let family = EnumeratedFamily(
        UnnormalizedFamily(
          "points", variableCount: dimension, statistics: (0..<dimension).map { "x\($0)" }
        ) { x in (0..<dimension).map { x[$0] } }, states: points)
      // Inside: all weights positive, however small.
      var weights = (0..<count).map { _ in exponential(3 * stream.normal(as: Double.self)) }
      let sum = weights.reduce(0, +)
      weights = weights.map { $0 / sum }
      let inside = Tensor(weights).reshaped(to: [1, count]).matmul(points).elements
      let result = try MaximumEntropy(over: family, moments: MeanParameters(inside))
      #expect(result.certificate.gradientNorm < 1e-9)
      #expect(family.separation(at: MeanParameters(inside)) == nil)
      // The extreme point of a random direction, and a point beyond it.
      let direction = Tensor((0..<dimension).map { _ in stream.normal(as: Double.self) })
      let heights = points.matmul(direction).elements
      let top = heights.indices.max { heights[$0] < heights[$1] } ?? 0
      let vertex = points.row(top)
      let beyond = vertex + direction * 0.01
      for (target, isOutside) in [(vertex, false), (beyond, true)] {
        let error = #expect(throws: ExponentialFamilyError.self) {
          try family.match(MeanParameters(target.elements))
        }
        switch error {
        case .infeasible(let proof, _):
          #expect(isOutside, "round \(round)")
          let reach = points.matmul(Tensor(proof.direction)).max()
          #expect(Tensor(proof.direction).dot(target) > reach)
        case .boundary:
          #expect(!isOutside, "round \(round)")
          let proof = try #require(family.separation(at: MeanParameters(target.elements)))
          let reach = points.matmul(Tensor(proof.direction)).max()
          #expect(abs(Tensor(proof.direction).dot(target) - reach) < 1e-9)
        default: Issue.record("round \(round): \(String(describing: error))")
        }
      }
    }
  }

  /// Moments in the middle of a facet: neither a vertex nor outside.
  @Test func facetsAreBoundaries() throws {
    let square = EnumeratedFamily(
      UnnormalizedFamily("square", variableCount: 2, statistics: ["x", "y"]) { [$0[0], $0[1]] },
      states: Tensor([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]]))
    let error = #expect(throws: ExponentialFamilyError.self) {
      try square.match([0.3, 1])
    }
    guard case .boundary(_, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("y is at most 1.0 everywhere"), "\(reason)")
    // As near as one in a million it can still be matched.
    let near = try square.match([0.3, 1 - 1e-6])
    #expect(near.certificate.gradientNorm < 1e-9)
  }

  /// Over an interval: given mean and mean square of [0, 1].
  @Test func overAnInterval() throws {
    let unit = IntegratedFamily(
      UnnormalizedFamily("unit", variableCount: 1, statistics: ["x", "x²"]) {
        [$0[0], $0[0] * $0[0]]
      }, over: [IntegrationAxis(0, 1)])
    let uniform = try MaximumEntropy(over: unit, moments: [1 / 2.0, 1 / 3.0])
    #expect(abs(uniform.relativeEntropy) < 1e-10)
    #expect(uniform.model.naturalParameters.values.allSatisfy { abs($0) < 1e-7 })
    // x² ≤ x on [0, 1]: a mean square above the mean is impossible, and Jensen's inequality forbids one
    // below the square.
    for moments in [MeanParameters([0.5, 0.6]), MeanParameters([0.5, 0.2])] {
      let error = #expect(throws: ExponentialFamilyError.self) {
        try MaximumEntropy(over: unit, moments: moments)
      }
      guard case .infeasible(let proof, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(proof.margin > 0.01, "\(proof)")
    }
  }

  /// Between the points of any grid: a deviation of 3e-4 about ⅓ is possible.
  @Test func narrowMomentsAreNotMistakenForImpossibleOnes() {
    let unit = IntegratedFamily(
      UnnormalizedFamily("unit", variableCount: 1, statistics: ["x", "x²"]) {
        [$0[0], $0[0] * $0[0]]
      }, over: [IntegrationAxis(0, 1)])
    let (mean, variance) = (1.0 / 3 + 1e-5, 1e-7)
    #expect(unit.separation(at: [mean, mean * mean + variance]) == nil)
    #expect(unit.separation(at: [mean, mean * mean - 1e-4]) != nil)
  }

  /// Tilting N(0, 1) to the mean ½ gives N(½, 1): θ = ½, within what so many draws allow.
  @Test func overDrawsFromAReference() throws {
    let draws = Tensor<Double>(normal: [20_000, 1], using: RandomKey(seed: 63))
    let family = EnumeratedFamily(
      UnnormalizedFamily("tilted", variableCount: 1, statistics: ["x"]) { [$0[0]] },
      drawsFromReference: draws)
    let result = try MaximumEntropy(over: family, moments: [0.5])
    let theta = result.model.naturalParameters[0]
    let size = family.effectiveSampleSize(at: [theta])
    #expect(size > 5000 && size < 20_000)
    #expect(abs(theta - 0.5) < 5 / size.squareRoot())
    // The entropy relative to the reference is −KL = −1/8.
    #expect(abs(result.relativeEntropy + 0.125) < 5 * 0.5 / size.squareRoot())
  }
}
