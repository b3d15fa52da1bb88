public import JouleAlgebra
public import JouleCore
public import JouleTensor
import RealModule

/// Adam: steps scaled by running moments of the gradient.
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     θ ← θ − r (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// Reference: D. Kingma, J. Ba, Adam, ICLR 2015, arXiv:1412.6980, algorithm 1.
public struct Adam: Optimizer {
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double

  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    precondition(beta1 >= 0 && beta1 < 1, "beta1 lies in [0, 1), got \(beta1)")
    precondition(beta2 >= 0 && beta2 < 1, "beta2 lies in [0, 1), got \(beta2)")
    precondition(epsilon > 0, "epsilon is positive, got \(epsilon)")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var momentCount: Int { 2 }

  public func update<Scalar: TensorScalar>(
    _ parameters: inout ParameterSet<Scalar>, gradient: ParameterSet<Scalar>,
    state: inout OptimizerState<Scalar>, rate: Double, regularizer: Regularizer,
    on workers: Workers
  ) {
    state.steps += 1
    let correction1 = 1 - Double.pow(beta1, Double(state.steps))
    let correction2 = 1 - Double.pow(beta2, Double(state.steps))
    // Out of the array while they are written: two elements of one array cannot be lent at once.
    var firstMoments = ParameterSet<Scalar>([])
    var secondMoments = ParameterSet<Scalar>([])
    swap(&firstMoments, &state.moments[0])
    swap(&secondMoments, &state.moments[1])
    for index in parameters.entries.indices {
      let penalty = parameters.entries[index].role == .weight ? regularizer : Regularizer()
      let slope = gradient.entries[index].value
      workers.mutateRows(
        of: parameters.entries[index].value.elements.mutableSpan,
        firstMoments.entries[index].value.elements.mutableSpan,
        secondMoments.entries[index].value.elements.mutableSpan,
        rowLength: 1, rowsPerPiece: UpdatePieces.length
      ) { range, values, first, second in
        VectorKernels.best.adam(
          values, gradient: slope.elements.span.extracting(range),
          first: first, second: second, rate: rate,
          beta1: beta1, beta2: beta2, epsilon: epsilon,
          correction1: correction1, correction2: correction2,
          l1: penalty.l1, l2: penalty.l2)
      }
    }
    swap(&firstMoments, &state.moments[0])
    swap(&secondMoments, &state.moments[1])
  }
}
