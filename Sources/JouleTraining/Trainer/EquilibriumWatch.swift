public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleSampling
public import JouleTensor

/// Asks now and then whether the chains of a run are at equilibrium: their energies are compared with those of
/// chains that start from data and of chains that start from noise, after the same number of steps.
///
///     z = (mean E of one − mean E of the other) / √(their squared standard errors together)
///
/// All three agree where the model mixes within so many steps and the estimator's chains follow it. Where
/// those from data and from noise differ the model mixes more slowly; where only the estimator's own differ
/// they have not kept up with it. Both are said as ``TrainingAdvice``. Agreement of energies proves nothing
/// of modes that no chain has visited.
///
/// It costs the training nothing but the time of its own chains, at the end of epochs; the run does not change.
///
/// Reference: for equilibrium as what decides over what is learnt, A. Decelle, C. Furtlehner, B. Seoane,
/// Equilibrium and non-equilibrium regimes in the learning of restricted Boltzmann machines, NeurIPS 2021,
/// arXiv:2105.13889, §4.
public final class EquilibriumWatch<Estimator: ChainHolding>: TrainingObserver {
  public typealias Model = Estimator.Model
  public typealias Scalar = Model.Scalar

  /// Mean energies and their errors, after an epoch.
  public struct Comparison: Sendable, Equatable {
    /// Epochs completed.
    public let epoch: Int
    /// E of the estimator's chains, of those from data and of those from noise, in nats.
    public let chains, fromData, fromNoise: Mean

    /// A mean with its standard error.
    public struct Mean: Sendable, Equatable {
      public let value: Double
      public let standardError: Double

      init(_ energies: [Double]) {
        let count = Double(energies.count)
        let mean = energies.reduce(0, +) / count
        value = mean
        let squares = energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardError = (squares / Swift.max(1, count - 1) / count).squareRoot()
      }

      /// By how many standard errors of the difference the mean is above another.
      public func deviation(from other: Mean) -> Double {
        let error = standardError * standardError + other.standardError * other.standardError
        return error > 0 ? (value - other.value) / error.squareRoot() : 0
      }
    }

    /// Chains from data against chains from noise.
    public var mixing: Double { fromNoise.deviation(from: fromData) }
    /// The estimator's chains against those from data.
    public var following: Double { chains.deviation(from: fromData) }
  }

  /// Deviations beyond which means count as different: by chance once in sixteen thousand comparisons.
  public static var limit: Double { 4 }

  private let estimator: Estimator
  private let data: Tensor<Scalar>
  private let noise: Tensor<Scalar>
  private let every: Int
  private let steps: Int
  private let move: (Model, Tensor<Scalar>, RandomKey) throws -> Tensor<Scalar>
  private let key: RandomKey
  private var told: Set<TrainingAdvice.Kind> = []
  public private(set) var comparisons: [Comparison] = []

  /// - Parameters:
  ///   - estimator: the trainer's.
  ///   - data: rows that chains start from, `[chains, variables]`, at least 2.
  ///   - noise: rows of noise, as many.
  ///   - every: epochs from one comparison to the next.
  ///   - steps: of the chains that start anew, at least 1.
  ///   - key: of their draws.
  ///   - kernel: makes a kernel that samples a model.
  public init<Kernel: TransitionKernel>(
    of estimator: Estimator, data: Tensor<Scalar>, noise: Tensor<Scalar>, every: Int = 1,
    steps: Int = 100, key: RandomKey, on workers: Workers = .single,
    kernel: @escaping @Sendable (Model) -> Kernel
  ) where Kernel.Scalar == Scalar {
    precondition(
      data.shape == noise.shape && data.shape[0] > 1,
      "data and noise are as many rows, at least 2: got \(data.shape) and \(noise.shape)")
    precondition(every > 0 && steps > 0, "every \(every) epochs, \(steps) steps: at least 1")
    self.estimator = estimator
    self.data = data
    self.noise = noise
    self.every = every
    self.steps = steps
    self.key = key
    move = { model, rows, key in
      let kernel = kernel(model)
      var chains = ParallelChains(at: rows, key: key, on: workers) { _ in kernel }
      try chains.advance(by: steps, on: workers)
      return chains.position
    }
  }

  public func observe(
    _ event: TrainingEvent, of run: TrainingRun<Estimator>
  ) throws -> TrainingVerdict {
    guard case .endedEpoch = event, run.epoch % every == 0 else { return .proceed }
    let epoch = key.folded(UInt64(run.epoch))
    func mean(_ rows: Tensor<Scalar>) -> Comparison.Mean {
      Comparison.Mean(run.model.energy(of: rows).elements.map { Double($0) })
    }
    let comparison = Comparison(
      epoch: run.epoch, chains: mean(estimator.chainRows(run.model, of: run.estimatorState)),
      fromData: mean(try move(run.model, data, epoch.folded("data"))),
      fromNoise: mean(try move(run.model, noise, epoch.folded("noise"))))
    comparisons.append(comparison)
    let advice = advice(comparison).filter { told.insert($0.kind).inserted }
    return advice.isEmpty ? .proceed : .advise(advice)
  }

  /// What a comparison says; each kind is told of once a run.
  private func advice(_ comparison: Comparison) -> [TrainingAdvice] {
    func nats(_ difference: Double) -> String { "\((abs(difference) * 100).rounded() / 100) nats" }
    if abs(comparison.mixing) > Self.limit {
      let apart = nats(comparison.fromNoise.value - comparison.fromData.value)
      return [
        TrainingAdvice(
          .slowMixing,
          "chains from data and from noise are \(apart) of energy apart after \(steps) steps: the model "
            + "mixes more slowly than that, and its chains may be trapped; temper them, make more steps "
            + "an update, or learn more slowly")
      ]
    }
    if abs(comparison.following) > Self.limit {
      let apart = nats(comparison.chains.value - comparison.fromData.value)
      return [
        TrainingAdvice(
          .chainsBehind,
          "the estimator's chains are \(apart) of energy away from chains that start anew, which agree "
            + "with each other: they do not keep up with the model; make more steps an update, or "
            + "learn more slowly")
      ]
    }
    return []
  }
}
