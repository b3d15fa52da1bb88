import JouleAutodiff
import JouleRandom
import JouleTensor

/// How the weights of a layer are rescaled before they are used.
///
/// A network of normalised weights cannot grow steep as it learns, which is what lets chains run away from an energy.
public enum WeightNormalization: Sendable, Equatable {
  /// As they are.
  case none
  /// Every output's weights shifted to mean 0 and scaled to the variance 1 / inputs.
  ///
  /// References: S. Qiao et al., Micro-batch training with batch-channel normalization and weight standardization
  /// (2019), eq. 5; with the factor of A. Brock, S. De, S. Smith, Characterizing signal propagation to close the
  /// performance gap in unnormalized ResNets, ICLR 2021, §4.1.
  case standardized
  /// W / σ, where σ is W's largest singular value by so many rounds of the power iteration: the layer then is
  /// 1-Lipschitz.
  ///
  ///     v ← Wᵀu / |Wᵀu|,   u ← W v / |W v|,   σ = uᵀ W v
  ///
  /// u and v are constants to the derivative, so ∂σ/∂W = u vᵀ, which is exact at the fixed point. Every evaluation
  /// starts from the same fixed u and runs all rounds: σ is a function of W alone, whatever was evaluated before, in
  /// whatever order and on however many threads. A round costs 4 · inputs · outputs flops.
  ///
  /// Reference: T. Miyato et al., Spectral normalization for generative adversarial networks, ICLR 2018,
  /// eq. 8 and algorithm 1 (which carries u from one update to the next instead).
  case spectral(rounds: Int)

  /// The weights as they are used.
  ///
  /// - Parameter weights: W, `[inputs, outputs]`.
  func callAsFunction<Scalar: TensorScalar>(_ weights: Value<Scalar>) -> Value<Scalar> {
    switch self {
    case .none: weights
    case .standardized:
      weights.standardized(along: 0) * (1 / Scalar(weights.shape[0]).squareRoot())
    case .spectral(let rounds):
      weights / largestSingularValue(of: weights, rounds: rounds)
    }
  }

  private func largestSingularValue<Scalar: TensorScalar>(
    of weights: Value<Scalar>, rounds: Int
  ) -> Value<Scalar> {
    precondition(rounds > 0, "the power iteration needs at least 1 round, got \(rounds)")
    let matrix = weights.tensor
    var u = Tensor<Scalar>(normal: [1, matrix.shape[0]], using: RandomKey(seed: 0))
    var v = Tensor<Scalar>(zeros: [1, matrix.shape[1]])
    for _ in 0..<rounds {
      Tensor.multiply(u, matrix, into: &v)
      v.normalizeLength()
      Tensor.multiply(v, .none, matrix, .transposed, into: &u)
      u.normalizeLength()
    }
    let tape = weights.tape
    return tape.value(u).matmul(weights).matmul(tape.value(v), transposingOther: true)
  }
}

extension Tensor {
  /// Divides by the length; the zero vector stays, and so then does the norm of zero weights.
  fileprivate mutating func normalizeLength() {
    let length = Scalar(squared().sum().squareRoot())
    if length > 0 { scale(by: 1 / length) }
  }
}
