public import JouleAlgebra
public import JouleCore
public import JouleRandom
import JouleSampling
public import JouleTensor

/// Another estimator on rows with missing values (NaN), which the model under training fills in before every update.
///
///     x_missing ~ p(x_missing | x_given; θ),   by k steps of Gibbs sampling with the given values held
///
/// The gradient of log p(x_given) is the expectation of the complete rows' gradient over these draws, so that the data
/// term is right as k grows; where the missing units are independent given the hidden ones a few steps do. They start at
/// values that other rows have in the same columns. Rows that are complete pass as they are. Deep models draw by the
/// machine behind them; labels of rows (x, y) are given values.
///
/// Reference: D. Rubin, Inference and missing data, Biometrika 63 (1976): values have to be missing at random.
public struct Imputed<Base: GradientEstimator>: GradientEstimator {
  public typealias Model = Base.Model
  /// Rows filled in, from examples on.
  fileprivate typealias Filling =
    @Sendable (
      _ model: Model, _ rows: Tensor<Model.Scalar>, _ examples: Tensor<Model.Scalar>,
      _ random: ChainRandom, _ workers: Workers
    ) -> Tensor<Model.Scalar>
  let base: Base
  let steps: Int
  private let fill: Filling

  fileprivate init(_ base: Base, steps: Int, fill: @escaping Filling) {
    precondition(steps > 0, "missing values are drawn by at least 1 step, got \(steps)")
    self.base = base
    self.steps = steps
    self.fill = fill
  }

  public struct State: Sendable {
    let key: RandomKey
    /// Complete rows to take first values from.
    let examples: Tensor<Model.Scalar>
    var base: Base.State
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    State(
      key: key.folded("missing"), examples: statistics.examples,
      base: base.makeState(for: model, data: statistics, key: key))
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    base.estimate(
      model, at: filled(batch, by: model, step: step, state, on: workers), step: step,
      state: &state.base, into: &gradient, on: workers)
  }

  /// The rows that the base sees.
  func filled(
    _ batch: Tensor<Model.Scalar>, by model: Model, step: Int, _ state: State,
    on workers: Workers
  ) -> Tensor<Model.Scalar> {
    fill(
      model, batch, state.examples, ChainRandom(key: state.key, step: step * (steps + 1)), workers)
  }
}

extension Imputed where Base.Model: LatentVariableModel {
  /// - Parameter steps: k, at least 1.
  public init(_ base: Base, steps: Int = 5) {
    self.init(base, steps: steps) { model, rows, examples, random, workers in
      model.filled(rows, from: examples, steps: steps, using: random, on: workers)
    }
  }
}

extension Imputed where Base.Model: DeepModel {
  /// - Parameter steps: k, at least 1.
  public init(_ base: Base, steps: Int = 5) {
    self.init(base, steps: steps) { model, rows, examples, random, workers in
      model.filled(rows, from: examples, steps: steps, using: random, on: workers)
    }
  }
}

extension Imputed where Base.Model: LatentVariableModel & ClassifierModel {
  /// - Parameter steps: k, at least 1.
  public init(_ base: Base, steps: Int = 5) {
    self.init(base, steps: steps) { model, rows, examples, random, workers in
      model.filled(rows, from: examples, steps: steps, using: random, on: workers)
    }
  }
}

extension Imputed: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state.base)
  }
}

extension Imputed.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
  }
}
