import Foundation
import Joule
import JouleTestSupport
import Testing

/// Bounds of rows of which values of any units are missing, against sums and integrals over what may stand there.
@Suite struct IncompleteRowsTests {
  typealias Deep = DeepBoltzmannMachine<Double>

  static let kinds: [[String]] = [
    ["potts:1x3+bernoulli:2+spin:1", "spin:3", "potts:1x3"],
    ["binomial:1x3+potts:1x3", "bernoulli:2", "spin:2", "bernoulli:2"],
    ["spin:2+potts:2x3", "bernoulli:3"],
  ]

  /// The columns and the states of every unit of the data.
  static func units(
    _ machine: BoltzmannMachine<Double>
  ) -> [(columns: Range<Int>, states: [[Double]])] {
    let layer = machine.layers[0]
    return zip(layer.groups, layer.ranges).flatMap { group, range in
      let width = group.width / group.count
      return (0..<group.count).map { unit in
        let first = range.lowerBound + unit * width
        return (first..<first + width, group.states ?? [])
      }
    }
  }

  /// log Σ over latent states of exp(−E) of complete rows; with one hidden layer that is −E.
  static func exact(_ deep: Deep, _ rows: Tensor<Double>) -> [Double] {
    deep.machine.layers.count == 2
      ? (-deep.energy(of: rows)).elements : MixedDeepMachineTests.exact(deep, rows)
  }

  /// The same summed over all states of the units whose columns are NaN.
  static func exactOfGiven(_ deep: Deep, _ row: Tensor<Double>) -> Double {
    var rows = [row]
    for unit in units(deep.machine) where row[0, unit.columns.lowerBound].isNaN {
      rows = rows.flatMap { row in
        unit.states.map { state in
          var filled = row
          for (column, value) in zip(unit.columns, state) { filled[0, column] = value }
          return filled
        }
      }
    }
    return DeepFixtures.logSum(exact(deep, Tensor(concatenating: rows, along: 0)))
  }

  /// A row for every set of missing units.
  static func incomplete(_ machine: BoltzmannMachine<Double>) -> Tensor<Double> {
    let row = MixedDeepMachineTests.rows(machine).rows(1..<2)
    let units = units(machine)
    return Tensor(
      concatenating: (1..<1 << units.count).map { pattern in
        var copy = row
        for (number, unit) in units.enumerated() where pattern >> number & 1 == 1 {
          for column in unit.columns { copy[0, column] = .nan }
        }
        return copy
      }, along: 0)
  }

  @Test(arguments: kinds)
  func boundIsBelowTheSumOverWhatIsMissingAndRisesWithEveryRound(kind: [String]) throws {
    let machine = try MixedDeepMachineTests.machine(kind)
    let rows = Self.incomplete(machine)
    let exact = (0..<rows.shape[0]).map { Self.exactOfGiven(Deep(machine), rows.rows($0..<$0 + 1)) }
    var last = [Double](repeating: -.infinity, count: exact.count)
    for rounds in [0, 1, 3, 50] {
      let bounds = Deep(machine, inferenceRounds: rounds).evidence(of: rows).elements
      for (row, bound) in bounds.enumerated() {
        #expect(bound <= exact[row] + 1e-11 && bound >= last[row] - 1e-11, "row \(row), \(rounds)")
      }
      last = bounds
    }
    #expect(zip(last, exact).contains { $0 < $1 - 1e-3 })
    #expect(zip(last, exact).allSatisfy { $0 > $1 - 1 })
  }

  /// Without couplings nothing is approximated.
  @Test(arguments: kinds)
  func boundOfIndependentUnitsIsExact(kind: [String]) throws {
    var machine = try MixedDeepMachineTests.machine(kind)
    for layer in 0..<machine.layers.count - 1 {
      machine.parameters.entries[layer].value.scale(by: 0)
    }
    let rows = Self.incomplete(machine)
    let bounds = Deep(machine).evidence(of: rows).elements
    for (row, bound) in bounds.enumerated() {
      #expect(abs(bound - Self.exactOfGiven(Deep(machine), rows.rows(row..<row + 1))) < 1e-12)
    }
  }

  /// A number that is missing is integrated out: on an even grid far beyond its deviation, whose error falls faster than any
  /// power of the spacing.
  @Test func aMissingNumberIsIntegratedOut() throws {
    let deep = Deep(
      try MixedDeepMachineTests.machine(["gaussian:2+potts:1x3", "spin:3", "bernoulli:2"]),
      inferenceRounds: 50)
    var row = MixedDeepMachineTests.rows(deep.machine).rows(0..<1)
    let spacing = 0.1
    let points = (-200...200).map { spacing * Double($0) }
    let grid = Tensor<Double>(
      concatenating: points.map { value in
        var filled = row
        filled[0, 1] = value
        return filled
      }, along: 0)
    let exact = DeepFixtures.logSum(Self.exact(deep, grid)) + log(spacing)
    row[0, 1] = .nan
    let bound = deep.evidence(of: row)[0]
    #expect(bound <= exact + 1e-10 && bound > exact - 1, "\(bound) below \(exact)")
    var free = deep
    for layer in 0..<2 { free.machine.parameters.entries[layer].value.scale(by: 0) }
    let integral = DeepFixtures.logSum(Self.exact(free, grid)) + log(spacing)
    #expect(abs(free.evidence(of: row)[0] - integral) < 1e-10)
  }

  /// p(x_given) of a classification machine, its class and the missing inputs summed out.
  @Test func missingInputsOfAClassificationMachineAreBoundedToo() {
    let key = RandomKey(seed: 71)
    let model = ClassificationRBM<Double>(
      weights: Tensor(normal: [4, 3], using: key.folded("w")),
      visibleBias: Tensor(normal: [4], using: key.folded("b")),
      hiddenBias: Tensor(normal: [3], using: key.folded("c")),
      labelWeights: Tensor(normal: [3, 3], using: key.folded("u")),
      labelBias: Tensor(normal: [3], using: key.folded("d")))
    let all = States.all(of: 4, as: Double.self)
    let energies = model.inputEnergy(of: all).elements
    for pattern in 0..<16 {
      var row = all.rows(5..<6)
      for place in 0..<4 where pattern >> place & 1 == 1 { row[0, place] = .nan }
      let exact = -DeepFixtures.logSum(
        energies.indices.filter { $0 & ~pattern == 5 & ~pattern }.map { -energies[$0] })
      let bound = InferredInputs(model).energy(of: row)[0]
      #expect(bound >= exact - 1e-12 && bound < exact + 1, "pattern \(pattern)")
    }
  }
}
