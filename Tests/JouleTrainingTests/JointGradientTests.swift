import Joule
import Synchronization
import Testing

/// One evaluation that serves the data's term and the first gradient of chains that start there.
@Suite struct JointGradientTests {
  /// A plane network that counts how often it is evaluated.
  private struct Counted: EnergyExpression {
    final class Counter: Sendable {
      let count = Mutex(0)
    }

    var network = PlaneNetwork<Double>(hidden: 5, seed: 4)
    let counter = Counter()
    var variableCount: Int { 2 }
    var parameters: ParameterSet<Double> {
      get { network.parameters }
      set { network.parameters = newValue }
    }
    var workspace: Workspace<Double> { network.workspace }

    func energy(of x: Value<Double>, _ p: ParameterValues<Double>) -> Value<Double> {
      counter.count.withLock { $0 += 1 }
      return network.energy(of: x, p)
    }

    func evaluations(_ body: () -> Void) -> Int {
      let before = counter.count.withLock { $0 }
      body()
      return counter.count.withLock { $0 } - before
    }
  }

  private let rows = Tensor<Double>(normal: [21, 2], using: RandomKey(seed: 8))

  @Test func theyAreTheGradients() {
    let model = Counted()
    var (joint, alone) = (Tensor<Double>(zeros: [0]), Tensor<Double>(zeros: rows.shape))
    guard let found = model.jointGradients(at: rows, into: &joint) else {
      Issue.record("an expression has no joint gradients")
      return
    }
    #expect(found.energies == model.energy(of: rows, gradient: &alone))
    #expect(joint == alone)
    let sums = model.gradient(at: rows)
    #expect(found.sums.values == sums.entries.map(\.value))
  }

  @Test func modelsHaveNoneByDefault() {
    let model = NaturalNormal<Double>(standard: 2)
    var gradient = Tensor<Double>([1, 2])
    #expect(TemperedEnergy(model, beta: 0.5).jointGradients(at: rows, into: &gradient) == nil)
    #expect(gradient == Tensor([1, 2]))
  }

  /// The estimate is the sum of the terms that the same estimator names, and costs an evaluation a piece less.
  private func check<Base: TransitionKernel>(
    saves: Bool, _ kernel: @escaping @Sendable (Counted) -> Base
  ) where Base.Scalar == Double {
    let model = Counted()
    let estimator = ContrastiveDivergence(steps: 3) { (model: Counted) in
      RowCompleting(kernel(model), for: model)
    }
    let statistics = DataStatistics<Double>(rowCount: 21, means: Tensor(zeros: [2]), examples: rows)
    func state() -> ContrastiveDivergence<RowCompleting<Base, Counted>>.State {
      estimator.makeState(for: model, data: statistics, key: RandomKey(seed: 2))
    }
    var (one, other) = (state(), state())
    var (estimate, sum) = (model.parameters.zeros(), model.parameters.zeros())
    // The first step makes the chains; the second restarts them.
    for step in 0..<2 {
      let shared = model.evaluations {
        estimator.estimate(
          model, at: rows, step: step, state: &one, into: &estimate, on: .single)
      }
      let separate = model.evaluations {
        model.accumulateGradient(
          of: estimator.terms(model, at: rows, step: step, state: &other, on: .single),
          into: &sum, scalingPreviousBy: 0, on: .single)
      }
      #expect(separate - shared == (saves ? 1 : 0), "\(Base.self): \(separate) and \(shared)")
      for (found, expected) in zip(estimate.entries, sum.entries) {
        let scale = expected.value.abs().max()
        #expect((found.value - expected.value).abs().max() <= 1e-13 * scale)
      }
    }
  }

  @Test func contrastiveDivergenceSharesItWithLangevinDynamics() {
    check(saves: true) { UnadjustedLangevin($0, stepSize: 0.05) }
  }

  @Test func contrastiveDivergenceSharesItWithTrajectories() {
    check(saves: true) { MetropolisAdjustedLangevin($0, stepSize: 0.05) }
    check(saves: true) { HamiltonianMonteCarlo($0, stepSize: 0.1, steps: 3) }
  }

  /// Chains of another energy than the model's say nothing of the model's gradient: one of another temperature, or of
  /// other parameters.
  @Test func chainsOfSomethingElseShareNothing() {
    check(saves: false) { UnadjustedLangevin(TemperedEnergy($0, beta: 0.5), stepSize: 0.05) }
    check(saves: false) { model in
      var average = model
      for place in average.parameters.entries.indices {
        average.parameters.entries[place].value *= 0.9
      }
      return UnadjustedLangevin(average, stepSize: 0.05)
    }
  }

  @Test func kernelsWithoutGradientsEvaluateAsBefore() {
    check(saves: false) { MetropolisHastings($0, GaussianWalk(scale: 0.5)) }
  }
}
