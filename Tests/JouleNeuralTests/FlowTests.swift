import Joule
import JouleTestSupport
import Testing

/// Flows against the change of variables that they claim to be.
@Suite struct FlowTests {
  /// A flow whose parameters are all random: nothing is the identity.
  static func model(
    _ transform: CouplingTransform, variables: Int = 2, couplings: Int = 4, scale: Double = 0.6
  ) -> Flow<Double> {
    let key = RandomKey(seed: 41)
    var flow = Flow<Double>(
      FlowArchitecture(
        transform: transform, couplingCount: couplings, variableCount: variables,
        hiddenCounts: [7, 6], using: key), using: key)
    for index in flow.parameters.entries.indices {
      let entry = flow.parameters.entries[index]
      flow.parameters.entries[index].value =
        Tensor(normal: entry.value.shape, using: key.folded(entry.name)) * scale
    }
    return flow
  }

  static let transforms: [CouplingTransform] = [
    .affine, .spline(bins: 8, bound: 3), .spline(bins: 2, bound: 2),
  ]

  static func rows(_ count: Int, _ variables: Int) -> Tensor<Double> {
    // Some beyond the bound of the splines.
    Tensor<Double>(normal: [count, variables], using: RandomKey(seed: 42)) * 2
  }

  @Test(arguments: transforms)
  func inverseUndoesTheFlow(transform: CouplingTransform) {
    for variables in [2, 3, 5] {
      let flow = Self.model(transform, variables: variables, scale: 0.3)
      let rows = Self.rows(200, variables)
      let (z, _) = flow.transformed(rows)
      #expect((z - rows).largestMagnitude > 0.1)
      // A plain implementation in NumPy loses 2·10⁻¹³ at most over thirty draws of parameters of this size;
      // at twice the size the map itself is so steep that Doubles cannot undo it.
      #expect((flow.inverse(z) - rows).largestMagnitude < 1e-11)
      #expect((flow.transformed(flow.inverse(rows)).z - rows).largestMagnitude < 1e-11)
    }
  }

  @Test(arguments: transforms)
  func logDeterminantIsThatOfTheJacobian(transform: CouplingTransform) throws {
    // The Jacobian by differentiation, a row of it for each variable of z: differences would straddle the
    // knots of splines, where slopes bend.
    for scale in [0.3, 0.6] {
      let flow = Self.model(transform, variables: 3, scale: scale)
      let tape = Tape<Double>()
      let x = tape.value(Self.rows(20, 3))
      let (z, logDeterminant) = flow.transformed(x, ParameterValues(flow.parameters, on: tape))
      let lines = (0..<3).map { variable in
        var unit = Tensor<Double>(zeros: [20, 3])
        for row in 0..<20 { unit[row, variable] = 1 }
        return z.gradientTensors(for: [x], weights: unit)[0]
      }
      for row in 0..<20 {
        let jacobian = Tensor<Double>(lines.map { $0.row(row).elements })
        let expected = try jacobian.logAbsDeterminant()
        #expect(expected.sign == 1)
        #expect(abs(expected.value - logDeterminant.tensor[row]) < 1e-9)
      }
    }
  }

  @Test(arguments: transforms)
  func densityIntegratesToOne(transform: CouplingTransform) {
    let flow = Self.model(transform, scale: 0.35)
    // Points in the middle of cells; what the square leaves out is beyond five standard deviations of z.
    func integral(cells: Int) -> Double {
      let bound = 9.0
      let step = 2 * bound / Double(cells)
      let axis = (0..<cells).map { -bound + (Double($0) + 0.5) * step }
      return axis.reduce(0) { total, x in
        let rows = Tensor<Double>(shape: [cells, 2], elements: axis.flatMap { [x, $0] })
        return total + flow.logDensity(of: rows).exp().sum() * step * step
      }
    }
    // Densities of splines bend at their knots, which cells straddle: how far off the sum may be is told by
    // one of half as many cells.
    let (coarse, fine) = (integral(cells: 150), integral(cells: 300))
    #expect(abs(fine - 1) < max(1e-3, abs(fine - coarse)))
    #expect(abs(fine - coarse) < 0.02)
  }

  /// Draws lie in the quarters of the plane, and in rings, as often as the density says.
  @Test(arguments: transforms)
  func drawsFollowTheDensity(transform: CouplingTransform) {
    let flow = Self.model(transform, scale: 0.35)
    func score(_ source: Flow<Double>) -> Double {
      let draws = source.sample(count: 20_000, using: ChainRandom(key: RandomKey(seed: 43)))
      let cells = (0..<20_000).map { Self.cell(draws[$0, 0], draws[$0, 1]) }
      return MonteCarlo.chiSquareScore(of: cells, probabilities: Self.cellProbabilities(of: flow))
    }
    #expect(score(flow) < 4)
    #expect(score(Self.model(transform, scale: 0.45)) > 8)
  }

  /// Eight by eight cells on [−4, 4]², and one for all else.
  static func cell(_ x: Double, _ y: Double) -> Int {
    guard abs(x) < 4, abs(y) < 4 else { return 64 }
    return Int(x + 4) * 8 + Int(y + 4)
  }

  static func cellProbabilities(of flow: Flow<Double>) -> [Double] {
    var probabilities = [Double](repeating: 0, count: 65)
    let (points, step) = (240, 8.0 / 240)
    let axis = (0..<points).map { -4 + (Double($0) + 0.5) * step }
    for x in axis {
      let density = flow.logDensity(
        of: Tensor<Double>(shape: [points, 2], elements: axis.flatMap { [x, $0] })
      ).exp().elements
      for (y, value) in zip(axis, density) { probabilities[cell(x, y)] += value * step * step }
    }
    probabilities[64] = max(0, 1 - probabilities.reduce(0, +))
    return probabilities
  }

  @Test(arguments: transforms)
  func gradientsMatchCentralDifferences(transform: CouplingTransform) {
    let flow = Self.model(transform, couplings: 2)
    let rows = Self.rows(6, 2)
    let expected = FiniteDifferences.gradient(at: flow.parameters) { parameters in
      Flow(flow.architecture, parameters).energy(of: rows).sum()
    }
    #expect(FiniteDifferences.largestDifference(flow.gradient(at: rows), expected) < 1e-7)

    var slopes = Tensor<Double>(zeros: rows.shape)
    _ = flow.energy(of: rows, gradient: &slopes)
    let h = 1e-6
    for variable in 0..<2 {
      var step = Tensor<Double>(zeros: [2])
      step[variable] = h
      let slope = (flow.energy(of: rows + step) - flow.energy(of: rows - step)) / (2 * h)
      for row in 0..<6 { #expect(abs(slope[row] - slopes[row, variable]) < 1e-6) }
    }
  }

  @Test(arguments: transforms)
  func aNewFlowIsTheIdentity(transform: CouplingTransform) {
    let key = RandomKey(seed: 44)
    let flow = Flow<Double>(
      FlowArchitecture(
        transform: transform, couplingCount: 4, variableCount: 3, hiddenCounts: [8], using: key),
      using: key)
    let rows = Self.rows(50, 3)
    let (z, logDeterminant) = flow.transformed(rows)
    #expect((z - rows).largestMagnitude < 1e-13 && logDeterminant.largestMagnitude < 1e-13)
  }

  /// At a knot, both bins have the value and the slope of the knot.
  @Test func splinesAreSmoothAcrossKnots() {
    let flow = Self.model(.spline(bins: 4, bound: 2), couplings: 1)
    let changed = flow.architecture.passing[0] == [0] ? 1 : 0
    let count = 4001
    var rows = Tensor<Double>(zeros: [count, 2])
    for row in 0..<count { rows[row, changed] = -2.5 + 5 * Double(row) / Double(count - 1) }
    let (z, logSlope) = flow.transformed(rows)
    for row in 1..<count {
      let rise = z[row, changed] - z[row - 1, changed]
      // A jump of value or slope would not shrink with the step of 1/800.
      #expect(rise > 0 && rise < 0.05)
      #expect(abs(logSlope[row] - logSlope[row - 1]) < 0.2)
    }
  }

  @Test(arguments: transforms)
  func anArchiveKeepsTheFlow(transform: CouplingTransform) throws {
    let flow = Self.model(transform, variables: 3)
    var archive = Archive()
    flow.archive(into: &archive)
    let back = try Flow<Double>(from: archive)
    #expect(back.architecture == flow.architecture && back.parameters == flow.parameters)
  }

  @Test func damagedArchivesAreRefused() {
    var archive = Archive()
    Self.model(.spline(bins: 4, bound: 2)).archive(into: &archive)
    func refusal(_ change: (inout Archive) -> Void) -> ArchiveError? {
      var copy = archive
      change(&copy)
      do {
        _ = try Flow<Double>(from: copy)
        return nil
      } catch { return error }
    }
    #expect(refusal { _ in } == nil)
    for text in ["spline:0:2.0;7,6;swish;2", "spline:4:2.0;7,6;step;2", "spline:4:2.0;7,6;swish;1"]
    {
      #expect(refusal { $0.metadata["architecture"] = text } == .malformed("architecture", text))
    }
    #expect(refusal { $0.metadata["passing"] = "0;x" } == .malformed("passing", "0;x"))
    #expect(refusal { $0.metadata["passing"] = "0,1" } != nil)
    let name = "coupling0.layer0.bias"
    #expect(refusal { $0.tensors[name] = nil } == .missing(name))
    #expect(
      refusal { $0.store(Tensor<Double>([0, .nan, 0, 0, 0, 0, 0]), as: name) }
        == .notFinite(name, index: 1))
  }
}
