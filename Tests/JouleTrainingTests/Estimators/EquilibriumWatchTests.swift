import Joule
import JouleTestSupport
import Testing

/// What is said of runs whose chains are not where they should be.
@Suite struct EquilibriumWatchTests {
  typealias Machine = TwoModes.Machine
  typealias Estimator = PersistentContrastiveDivergence<TwoModes.Kernel>

  /// Chains that stand still, wherever the model goes.
  struct Still: TransitionKernel {
    typealias State = Tensor<Double>
    func makeState(at rows: Tensor<Double>) -> Tensor<Double> { rows }
    func step(_ state: inout Tensor<Double>, using random: ChainRandom) -> PlainTransition {
      PlainTransition()
    }
    func position(of state: Tensor<Double>) -> Tensor<Double> { state }
  }

  final class Listener<Estimator: GradientEstimator>: TrainingObserver {
    var advice: [TrainingAdvice] = []
    func observe(
      _ event: TrainingEvent, of run: TrainingRun<Estimator>
    ) throws -> TrainingVerdict {
      if case .advised(let told) = event { advice.append(told) }
      return .proceed
    }
  }

  /// Trains on rows of the mode that is off for two epochs at a rate that moves nothing, and watches.
  static func advice<Estimator: ChainHolding>(
    _ estimator: Estimator, at machine: Machine, noise: Tensor<Double>
  ) throws -> [TrainingAdvice] where Estimator.Model == Machine {
    let trainer = Trainer(
      estimator: estimator, optimizer: SGD(),
      plan: TrainingPlan(
        epochs: 2, batchSize: 100, learningRate: 1e-12, key: RandomKey(seed: 1)))
    var run = trainer.start(machine, data: TwoModes.statistics)
    let watch = EquilibriumWatch(
      of: estimator, data: TwoModes.off, noise: noise, steps: 50, key: RandomKey(seed: 2)
    ) { TwoModes.Kernel($0) }
    let listener = Listener<Estimator>()
    try trainer.train(
      &run, on: Dataset(Tensor<Float>(TwoModes.off)), observers: [watch, listener])
    #expect(watch.comparisons.map(\.epoch) == [1, 2])
    return listener.advice
  }

  static let persistent = Estimator(steps: 20, chains: 200) { TwoModes.Kernel($0) }
  static let noise = BernoulliProduct<Double>(probabilities: Tensor([10], repeating: 0.5))
    .sample(count: 200, using: ChainRandom(key: RandomKey(seed: 3)))

  /// Of a model that mixes there is nothing to say.
  @Test func chainsAtEquilibriumAreLeftInPeace() throws {
    let machine = TwoModes.machine(strength: 0.2, tilt: 0.3)
    #expect(try Self.advice(Self.persistent, at: machine, noise: Self.noise).isEmpty)
  }

  /// Modes of different energies that chains do not leave: those from noise are in both, those from data in one.
  /// Said once, though it is found after every epoch.
  @Test func trappedChainsAreReportedOnce() throws {
    // The mode that is on is likelier by 4 nats in all, so that energies tell where chains are.
    var machine = TwoModes.machine(tilt: 1)
    machine.parameters.entries[1].value += 0.3
    let advice = try Self.advice(Self.persistent, at: machine, noise: Self.noise)
    #expect(advice.map(\.kind) == [.slowMixing], "\(advice)")
  }

  /// The estimator's chains stand still where they started, and the others agree with each other elsewhere.
  @Test func chainsThatDoNotFollowAreReported() throws {
    let machine = TwoModes.machine(strength: 0.2, tilt: 0.3)
    let still = PersistentContrastiveDivergence(chains: 200) { (model: Machine) in
      RowCompleting(Still(), for: model)
    }
    let advice = try Self.advice(still, at: machine, noise: Self.noise)
    #expect(advice.map(\.kind) == [.chainsBehind], "\(advice)")
  }

  @Test func aScoreThatFallsAgainIsFoundOnce() {
    func found(_ scores: [Double]) -> [Int] {
      var watch = DeclineWatch(share: 0.2, patience: 2)
      return scores.indices.filter { watch.note(scores[$0]) }
    }
    #expect(found([-10, -8, -6, -5, -5.5, -5.8]).isEmpty)
    // Five nats were won; more than one is lost twice in a row, then again after a new best.
    #expect(found([-10, -8, -5, -6.5, -6.2, -7, -7]) == [4])
    #expect(found([-10, -5, -7, -5, -7, -5, -7]).isEmpty)
    #expect(found([-10, -5, -7, -7, -4, -7, -7]) == [3, 6])
    #expect(found([-10, -5, .nan, .nan]) == [3])
  }
}
