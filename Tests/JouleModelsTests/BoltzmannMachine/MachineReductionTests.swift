import Joule
import JouleTestSupport
import Testing

/// Machines that are the same machine written in another way.
@Suite struct MachineReductionTests {
  static let weights = Tensor<Float>(normal: [20, 15], using: RandomKey(seed: 51)) * 0.5
  static let visibleBias = Tensor<Float>(normal: [20], using: RandomKey(seed: 52))
  static let hiddenBias = Tensor<Float>(normal: [15], using: RandomKey(seed: 53))
  static let plain = RestrictedBoltzmannMachine<Float>(
    weights: weights, visibleBias: visibleBias, hiddenBias: hiddenBias)
  static let general = BoltzmannMachine<Float>(
    layers: [UnitLayer(BernoulliUnits(20)), UnitLayer(BernoulliUnits(15))], weights: [weights],
    units: [[[visibleBias]], [[hiddenBias]]])
  static let rows = States.rows(
    (0..<30).map { $0 * 7919 % (1 << 20) }, count: 20, as: Float.self)

  @Test func twoLayersOfBitsAreTheRestrictedMachineBitForBit() {
    let (plain, general) = (Self.plain, Self.general)
    #expect(plain.hiddenMean(given: Self.rows) == general.hiddenMean(given: Self.rows))
    var (a, b) = (
      BlockGibbs(plain).makeState(at: Self.rows), BlockGibbs(general).makeState(at: Self.rows)
    )
    for step in 0..<20 {
      let random = ChainRandom(key: RandomKey(seed: 54), step: step)
      BlockGibbs(plain).step(&a, using: random)
      BlockGibbs(general).step(&b, using: random)
      #expect(a.rows.visible == b.rows.visible)
    }
    let (first, second) = (plain.gradient(at: Self.rows), general.gradient(at: Self.rows))
    for (x, y) in zip(first.entries, second.entries) { #expect(x.value == y.value) }
    let difference = plain.energy(of: Self.rows) - general.energy(of: Self.rows)
    #expect(difference.largestMagnitude < 1e-4)
  }

  @Test func trainingThemGivesTheSameBytes() throws {
    func trained<Model: LatentVariableModel & CenterableModel>(_ model: Model) throws -> Model
    where Model.Scalar == Float {
      let data = Dataset(Self.rows)
      let estimator = Centered(
        PersistentContrastiveDivergence(chains: 10) { BlockGibbs<Model>($0) })
      let trainer = Trainer(
        estimator: estimator, optimizer: SGD(),
        plan: TrainingPlan(
          epochs: 3, batchSize: 10, learningRate: 0.05, key: RandomKey(seed: 55)))
      var run = trainer.start(
        model,
        data: DataStatistics(of: data, binarization: .none, key: RandomKey(seed: 56)))
      try trainer.train(&run, on: data)
      return run.model
    }
    let (plain, general) = (try trained(Self.plain), try trained(Self.general))
    for (x, y) in zip(plain.parameters.entries, general.parameters.entries) {
      #expect(x.value == y.value)
    }
  }

  @Test func twoStatesAreABit() {
    // x = (1 − s, s): the bit's bias and weights are differences of the states'.
    let weights = Tensor<Double>(normal: [3, 2], using: RandomKey(seed: 61))
    let bias = Tensor<Double>(normal: [3], using: RandomKey(seed: 62))
    let hidden = Tensor<Double>(normal: [2], using: RandomKey(seed: 63))
    let bits = BoltzmannMachine(
      layers: [UnitLayer(BernoulliUnits(3)), UnitLayer(BernoulliUnits(2))], weights: [weights],
      units: [[[bias]], [[hidden]]])
    let half = Tensor(stacking: [weights * -0.5, weights * 0.5])
    let doubled = Tensor<Double>(
      (0..<3).flatMap { unit in
        (0..<2).map { half.elements[($0 * 3 + unit) * 2..<($0 * 3 + unit) * 2 + 2] }
      }
      .map { Array($0) })
    let potts = BoltzmannMachine(
      layers: [UnitLayer(PottsUnits(3, states: 2)), UnitLayer(BernoulliUnits(2))],
      weights: [doubled],
      units: [
        [[Tensor(bias.elements.flatMap { [-0.5 * $0, 0.5 * $0] })]],
        // What half of the weights takes from the hidden units' input.
        [[hidden + weights.sum(along: 0) * 0.5]],
      ])
    let rows = States.all(of: 3, as: Double.self)
    let oneHot = Tensor((0..<8).map { row in rows.row(row).elements.flatMap { [1 - $0, $0] } })
    let difference = potts.energy(of: oneHot) - bits.energy(of: rows)
    let shift = difference[0]
    for row in 0..<8 { #expect(abs(difference[row] - shift) < 1e-12) }
    let (a, b) = (potts.hiddenMean(given: oneHot), bits.hiddenMean(given: rows))
    #expect((a - b).largestMagnitude < 1e-13)
    let logs = (
      ExactPartition.logPartition(of: potts), ExactPartition.logPartition(of: bits)
    )
    #expect(abs(logs.0 + shift - logs.1) < 1e-11)
  }

  @Test func upperWeightsOfZeroLeaveTheRestrictedMachine() {
    let deep = BoltzmannMachine<Float>(
      layers: [20, 15, 8].map { UnitLayer(BernoulliUnits($0)) },
      weights: [Self.weights, Tensor(zeros: [15, 8])],
      units: [[[Self.visibleBias]], [[Self.hiddenBias]], [[Tensor(zeros: [8])]]])
    let upper = Tensor<Float>(zeros: [30, 8])
    let rows = Tensor(concatenating: [Self.rows, upper], along: 1)
    var (a, b) = (
      BlockGibbs(Self.plain).makeState(at: Self.rows), BlockGibbs(deep).makeState(at: rows)
    )
    for step in 0..<10 {
      let random = ChainRandom(key: RandomKey(seed: 54), step: step)
      BlockGibbs(Self.plain).step(&a, using: random)
      BlockGibbs(deep).step(&b, using: random)
      #expect(a.rows.visible == b.rows.visible.columns(0..<20))
    }
  }

  @Test func independentMachinesSideBySideAddTheirLogPartitions() {
    let first = BoltzmannMachineTests.finite[1].machine
    let second = UnitKinds.machine(
      ([SpinUnits(2), BernoulliUnits(2), SpinUnits(2)] as [any Units]).map { UnitLayer($0) },
      seed: 99, scale: 1)
    let layers = zip(first.layers, second.layers).map { UnitLayer($0.groups + $1.groups) }
    let weights = (0..<2).map { l -> Tensor<Double> in
      let (a, b) = (first.weights(l), second.weights(l))
      let right = Tensor<Double>(zeros: [a.shape[0], b.shape[1]])
      let left = Tensor<Double>(zeros: [b.shape[0], a.shape[1]])
      return Tensor(
        concatenating: [
          Tensor(concatenating: [a, right], along: 1), Tensor(concatenating: [left, b], along: 1),
        ], along: 0)
    }
    let joined = BoltzmannMachine(
      layers: layers, weights: weights,
      units: (0..<3).map { [[first.bias($0)], [second.bias($0)]] })
    let sum =
      ExactPartition.logPartition(of: first) + ExactPartition.logPartition(of: second)
    #expect(abs(ExactPartition.logPartition(of: joined) - sum) < 1e-10)
  }

  @Test(arguments: BoltzmannMachineTests.finite.indices)
  func archivesGiveTheMachineBack(index: Int) throws {
    let machine = BoltzmannMachineTests.finite[index].machine
    var archive = Archive()
    machine.archive(into: &archive)
    #expect(try BoltzmannMachine<Double>(from: archive) == machine)
  }

  @Test func badArchivesAreRefused() throws {
    let machine = UnitKinds.machine([UnitLayer(GaussianUnits(2)), UnitLayer(RectifiedUnits(2))])
    var archive = Archive()
    machine.archive(into: &archive)
    func expectRefusal(_ word: String, _ change: (inout Archive) -> Void) {
      var changed = archive
      change(&changed)
      do throws(ArchiveError) {
        _ = try BoltzmannMachine<Double>(from: changed)
        Issue.record("\(word): no error")
      } catch {
        #expect("\(error)".contains(word), "\(error)")
      }
    }
    expectRefusal("no entry 'layers'") { $0.metadata["layers"] = nil }
    expectRefusal("is no kind of unit") { $0.metadata["layers"] = "gaussian:2 cubic:2" }
    expectRefusal("no positive whole number") { $0.metadata["layers"] = "gaussian:2 relu:-2" }
    expectRefusal("kind:size") { $0.metadata["layers"] = "gaussian:2 relu" }
    expectRefusal("less than 2 states") { $0.metadata["layers"] = "gaussian:2 potts:2x1" }
    expectRefusal("malformed") { $0.metadata["layers"] = "gaussian:2" }
    expectRefusal("shape") { $0.metadata["layers"] = "gaussian:2 relu:3" }
    expectRefusal("unknown tensor") { $0.store(Tensor<Double>([1]), as: "more") }
    expectRefusal("NaN") { $0.store(Tensor<Double>([.nan, 1]), as: "layer0.bias") }
    expectRefusal("too strongly") { $0.store(Tensor<Double>([[3, 0], [0, 3]]), as: "weights0") }
  }

  @Test(arguments: UnitKinds.all)
  func textNamesEveryKind(kind: String) throws {
    let layer = UnitLayer([UnitKinds.one(kind, count: 4), BernoulliUnits(2)])
    #expect(try UnitLayer(parsing: layer.text) == layer)
  }
}
