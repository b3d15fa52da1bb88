public import JouleAlgebra
public import JouleCore
public import JouleTensor

/// Stochastic gradient descent, with momentum.
///
///     g ← ∂L/∂θ + ∂R/∂θ
///     m ← μ m + g,   θ ← θ − r m              (classical)
///     m ← μ m + g,   θ ← θ − r (g + μ m)      (Nesterov)
///
/// Reference: I. Sutskever et al., On the importance of initialization and momentum in deep learning,
/// ICML 2013, eq. 1–4, the rate taken out of the moment.
public struct SGD: Optimizer {
  public let momentum: Double
  public let isNesterov: Bool

  /// - Parameter momentum: μ, in [0, 1); 0 keeps no moment.
  public init(momentum: Double = 0, nesterov: Bool = false) {
    precondition(momentum >= 0 && momentum < 1, "momentum lies in [0, 1), got \(momentum)")
    self.momentum = momentum
    self.isNesterov = nesterov
  }

  public var momentCount: Int { momentum == 0 ? 0 : 1 }

  public func update<Scalar: TensorScalar>(
    _ parameters: inout ParameterSet<Scalar>, gradient: ParameterSet<Scalar>,
    state: inout OptimizerState<Scalar>, rate: Double, regularizer: Regularizer,
    on workers: Workers
  ) {
    state.steps += 1
    for index in parameters.entries.indices {
      let penalty = parameters.entries[index].role == .weight ? regularizer : Regularizer()
      let slope = gradient.entries[index].value
      if momentum == 0 {
        workers.mutateRows(
          of: parameters.entries[index].value.elements.mutableSpan, rowLength: 1,
          rowsPerPiece: UpdatePieces.length
        ) { range, values in
          VectorKernels.best.sgd(
            values, gradient: slope.elements.span.extracting(range),
            rate: rate, l1: penalty.l1, l2: penalty.l2)
        }
      } else {
        workers.mutateRows(
          of: parameters.entries[index].value.elements.mutableSpan,
          state.moments[0].entries[index].value.elements.mutableSpan, rowLength: 1,
          rowsPerPiece: UpdatePieces.length
        ) { range, values, moment in
          VectorKernels.best.sgd(
            values, gradient: slope.elements.span.extracting(range),
            velocity: moment, rate: rate, momentum: momentum,
            nesterov: isNesterov, l1: penalty.l1, l2: penalty.l2)
        }
      }
    }
  }
}

/// How an elementwise update is cut for parallel work.
enum UpdatePieces {
  /// Scalars a task: a fraction of the second-level cache, and few enough tasks to be cheap.
  static let length = 50_000
}
