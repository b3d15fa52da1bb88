import Joule
import JouleTestSupport
import Testing

/// What every kind of unit promises, against sums and integrals over what it can be.
@Suite struct UnitLawTests {
  /// Inputs of some rows, the last ones far out.
  static func input(_ width: Int) -> Tensor<Double> {
    var input = Tensor<Double>(normal: [6, width], using: RandomKey(seed: 91))
    for column in 0..<width {
      input[4, column] = column % 2 == 0 ? 5 : -6
      input[5, column] = column % 2 == 0 ? -7 : 4
    }
    return input
  }

  /// log of the sum over the unit's nodes of exp(−U + I x) f.
  static func sum(
    _ unit: any Units, _ parameters: [Tensor<Double>], input: [Double],
    of function: ([Double]) -> Double = { _ in 1 }
  ) -> Double {
    let nodes = UnitNodes(unit)
    let rows = Tensor<Double>(nodes.values)
    let energies = unit.energies(of: rows, parameters)
    var total = 0.0
    for (number, value) in nodes.values.enumerated() {
      let field = zip(value, input).reduce(0) { $0 + $1.0 * $1.1 }
      total += nodes.weights[number] * MonteCarlo.exp(field - energies[number]) * function(value)
    }
    return total
  }

  @Test(arguments: UnitKinds.all)
  func logPartitionMeanAndVarianceAreSumsOverStates(kind: String) {
    let unit = UnitKinds.one(kind)
    let parameters = UnitKinds.parameters(unit, seed: 3)
    let input = Self.input(unit.width)
    let logs = unit.logPartitions(of: input, parameters)
    var (means, variances) = (input, input)
    unit.formMeans(&means, parameters)
    unit.formVariances(&variances, parameters)
    for row in 0..<input.shape[0] {
      let field = input.row(row).elements
      let z = Self.sum(unit, parameters, input: field)
      #expect(abs(logs[row] - MonteCarlo.log(z)) < 1e-9, "\(kind) row \(row)")
      for column in 0..<unit.width {
        let first = Self.sum(unit, parameters, input: field) { $0[column] } / z
        let second = Self.sum(unit, parameters, input: field) { $0[column] * $0[column] } / z
        #expect(abs(means[row, column] - first) < 1e-9 * max(1, abs(first)))
        #expect(abs(variances[row, column] - (second - first * first)) < 1e-8 * max(1, second))
      }
    }
  }

  @Test(arguments: UnitKinds.all)
  func modesAreLikeliestAndDrawsFollowTheDistribution(kind: String) {
    let unit = UnitKinds.one(kind)
    let parameters = UnitKinds.parameters(unit, seed: 5)
    let input = Self.input(unit.width)
    var modes = input
    unit.formModes(&modes, parameters)
    let nodes = Tensor<Double>(UnitNodes(unit).values)
    for row in 0..<input.shape[0] {
      let field = input.row(row)
      let atMode =
        unit.energies(of: modes.rows(row..<row + 1), parameters)[0]
        - modes.row(row).dot(field)
      let atNodes = unit.energies(of: nodes, parameters) - nodes.matmul(field)
      #expect(atMode <= atNodes.min() + 1e-12, "\(kind) row \(row)")
      let values = modes.row(row).elements.map { Float($0) }
      #expect(unit.firstImpossible(in: values[...]) == nil)

      // Many draws at this input: their mean and mean square, and no impossible value.
      let count = 20_000
      var draws = Tensor<Double>(zeros: [count, unit.width]) + field
      unit.formDraws(
        &draws, parameters, using: ChainRandom(key: RandomKey(seed: 8), firstChain: row * count),
        purpose: 1)
      let z = Self.sum(unit, parameters, input: field.elements)
      for column in 0..<unit.width {
        let drawn = (0..<count).map { draws[$0, column] }
        let first = Self.sum(unit, parameters, input: field.elements) { $0[column] } / z
        let second =
          Self.sum(unit, parameters, input: field.elements) { $0[column] * $0[column] } / z
        // A state that comes a few times in all has no spread to judge by.
        if unit.states != nil, (second - first * first) * Double(count) < 40 { continue }
        #expect(abs(MonteCarlo.zScore(of: drawn, expected: first)) < 5, "\(kind) row \(row)")
        let squares = drawn.map { $0 * $0 }
        if Set(squares).count > 1 {
          #expect(abs(MonteCarlo.zScore(of: squares, expected: second)) < 5)
        }
      }
      for draw in 0..<100 {
        let values = draws.row(draw).elements.map { Float($0) }
        #expect(unit.firstImpossible(in: values[...]) == nil)
      }
    }
  }

  @Test(arguments: ["gaussian", "drelu"])
  func shapeSlopesAreDerivatives(kind: String) {
    let unit = UnitKinds.one(kind, count: 2)
    let parameters = UnitKinds.parameters(unit, seed: 6)
    let input = Self.input(2)
    let weights = Tensor<Double>([0.3, -1, 2, 0.5, 1.5, -0.4])
    let atValues = unit.shapeSlopes(atValues: input, weights: weights, parameters)
    let expected = unit.shapeSlopes(expectedAt: input, weights: weights, parameters)
    for shape in unit.shapeNames.indices {
      for column in 0..<2 {
        func moved(_ step: Double) -> [Tensor<Double>] {
          var moved = parameters
          moved[shape + 1][column] += step
          return moved
        }
        func slope(_ f: ([Tensor<Double>]) -> Tensor<Double>) -> Double {
          (f(moved(1e-5)).dot(weights) - f(moved(-1e-5)).dot(weights)) / 2e-5
        }
        let energy = slope { unit.energies(of: input, $0) }
        let partition = slope { -unit.logPartitions(of: input, $0) }
        #expect(abs(atValues[shape][column] - energy) < 1e-7 * max(1, abs(energy)))
        #expect(abs(expected[shape][column] - partition) < 1e-7 * max(1, abs(partition)))
      }
    }
  }

  @Test(arguments: UnitKinds.all)
  func unitsStartAtTheMeansOfData(kind: String) {
    let unit = UnitKinds.one(kind)
    // Means that the unit can have, away from its ends.
    let means: Tensor<Double> =
      switch kind {
      case "potts": Tensor([0.2, 0.5, 0.3])
      case "spin": Tensor([-0.4])
      case "binomial", "stepped": Tensor([1.7])
      default: Tensor([0.3])
      }
    let parameters = unit.parameters(
      means: means, variances: Tensor([unit.width], repeating: 0.21), rowCount: 1_000_000)
    var found = Tensor<Double>(zeros: [1, unit.width])
    unit.formMeans(&found, parameters)
    for column in 0..<unit.width {
      #expect(abs(found[0, column] - means[column]) < 1e-4, "\(kind)")
    }
  }

  /// Far out, where integrals cancel: against series of their own.
  @Test func rectifiedUnitsKeepTheirDigitsFarOut() {
    let unit = RectifiedUnits(1)
    let parameters = [Tensor<Double>([0])]
    for y in [-19.9, -20.1, -49.9, -50.1, -1000.0, -1e6] {
      var mean = Tensor<Double>([[y]])
      var variance = mean
      unit.formMeans(&mean, parameters)
      unit.formVariances(&variance, parameters)
      // An exponential of rate −y with corrections: 1/|y| (1 − 2/y² + 10/y⁴ − 74/y⁶ + …).
      let s = 1 / (y * y)
      let expected = 1 / -y * (1 - 2 * s + 10 * s * s - 74 * s * s * s + 706 * s * s * s * s)
      #expect(abs(mean[0, 0] / expected - 1) < 1e-7)
      let spread = s * (1 - 6 * s + 50 * s * s - 518 * s * s * s + 6354 * s * s * s * s)
      #expect(abs(variance[0, 0] / spread - 1) < 1e-4, "\(y): \(variance[0, 0]) \(spread)")
    }
  }

  @Test func impossibleValuesAreFound() {
    let layer = UnitLayer([
      BernoulliUnits(2), PottsUnits(1, states: 3), GaussianUnits(1),
      CountUnits(1, largest: 4, weights: .binomial),
    ])
    let good: [Float] = [0, 1, 0, 1, 0, -3.5, 4]
    #expect(layer.firstImpossible(in: good[...]) == nil)
    func found(_ column: Int, _ value: Float) -> Int? {
      var row = good
      row[column] = value
      return layer.firstImpossible(in: row[...])?.column
    }
    #expect(found(1, 0.5) == 1)
    #expect(found(3, 0) == 2)
    #expect(found(4, 1) == 2)
    #expect(found(5, .nan) == 5)
    #expect(found(6, 5) == 6)
    #expect(found(6, 1.5) == 6)
  }
}
