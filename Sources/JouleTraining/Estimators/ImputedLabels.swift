public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Another estimator that sees rows without a label with one drawn from p(y | x), anew at every update: it then
/// learns p(x) from them.
///
///     −∂ log p(x)/∂θ = E_{y ~ p(y | x)}[∂E(x, y)/∂θ] − E_model[∂E/∂θ]
///
/// Reference: Larochelle et al. (2012), §7 and eq. 14.
public struct ImputedLabels<Base: GradientEstimator>: GradientEstimator
where Base.Model: ClassifierModel {
  public typealias Model = Base.Model
  let base: Base

  public init(_ base: Base) { self.base = base }

  public struct State: Sendable {
    var base: Base.State
    let key: RandomKey
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Model.Scalar>, key: RandomKey
  ) -> State {
    let own = key.folded("labels")
    let examples = filled(
      statistics.examples, model, using: ChainRandom(key: own.folded("examples")), on: .single)
    // Classes are as frequent as among the examples; of the data's labels some are missing.
    var means = statistics.means
    let frequencies = examples.mean(along: 0)
    for column in model.inputCount..<model.variableCount { means[column] = frequencies[column] }
    let complete = DataStatistics(
      rowCount: statistics.rowCount, means: means, examples: examples)
    return State(base: base.makeState(for: model, data: complete, key: key), key: own)
  }

  public func estimate(
    _ model: Model, at batch: Tensor<Model.Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Model.Scalar>, on workers: Workers
  ) {
    let rows = filled(batch, model, using: ChainRandom(key: state.key, step: step), on: workers)
    base.estimate(model, at: rows, step: step, state: &state.base, into: &gradient, on: workers)
  }

  /// The rows, each with a label.
  private func filled(
    _ rows: Tensor<Model.Scalar>, _ model: Model, using random: ChainRandom, on workers: Workers
  ) -> Tensor<Model.Scalar> {
    let missing = model.labels(of: rows).map { $0 == nil }
    guard missing.contains(true) else { return rows }
    var pieces = RowPieces.ranges(rows.shape[0]).map { (range: $0, rows: rows.rows($0)) }
    workers.mutateEach(&pieces) { _, piece in
      let inputs = model.inputs(of: piece.rows)
      let probabilities = Tensor<Model.Scalar>(model.classLogProbabilities(of: inputs).exp())
      let drawn = probabilities.drawnClasses(using: random.advanced(by: piece.range.lowerBound))
      piece.rows.assignRows(
        where: Array(missing[piece.range]), from: Tensor(concatenating: [inputs, drawn], along: 1))
    }
    return Tensor(concatenating: pieces.map(\.rows), along: 0)
  }
}

extension ImputedLabels: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state.base)
  }
}

extension ImputedLabels.State: Archivable {
  public func archive(into archive: inout Archive, prefix: String) {
    base.archive(into: &archive, prefix: prefix)
  }

  public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {
    try base.restore(from: archive, prefix: prefix)
  }
}
