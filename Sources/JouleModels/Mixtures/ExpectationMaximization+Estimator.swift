public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Expectation maximization as an estimator of gradients, for the trainer: the way from the next step's
/// parameters to the present ones.
///
///     gradient = θ − EM(θ),   θ ← θ − 1 · gradient = EM(θ)
///
/// With batches of all rows and plain descent of rate 1 the trainer makes the steps of the algorithm; with
/// smaller batches or rates it makes damped ones. The difference is ∂L/∂θ times a positive definite matrix.
///
/// Reference: L. Xu, M. Jordan, On convergence properties of the EM algorithm for Gaussian mixtures, Neural
/// Computation 8 (1996), theorem 1.
public struct ExpectationMaximizationStep<Scalar: TensorScalar, Components: MixtureComponents>:
  GradientEstimator
{
  public typealias Model = MixtureModel<Scalar, Components>
  private let rule: ExpectationMaximization<Components>

  public init(_ rule: ExpectationMaximization<Components>) { self.rule = rule }

  public struct State: Sendable, Archivable {
    public func archive(into archive: inout Archive, prefix: String) {}
    public mutating func restore(from archive: Archive, prefix: String) throws(ArchiveError) {}
  }

  public func makeState(
    for model: Model, data statistics: DataStatistics<Scalar>, key: RandomKey
  ) -> State { State() }

  public func estimate(
    _ model: Model, at batch: Tensor<Scalar>, step: Int, state: inout State,
    into gradient: inout ParameterSet<Scalar>, on workers: Workers
  ) {
    let next = rule.step(
      MixtureModel(model), on: MixtureData(Tensor<Double>(batch)), workers: workers
    ).model
    for index in gradient.entries.indices {
      gradient.entries[index].value =
        model.parameters.entries[index].value
        - Tensor<Scalar>(next.parameters.entries[index].value)
    }
  }
}
