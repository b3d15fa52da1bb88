import CVectorKernels

// Optimizer passes over a parameter and its gradient. In all of them the gradient of the penalty
// l1·|θ| + l2·θ²/2 is added first:
//
//     g′ = g + l2·θ + l1·sign θ

extension VectorKernels {
  /// Plain gradient descent: θ ← θ − rate·g′.
  ///
  /// - Parameters:
  ///   - parameters: θ, in place.
  ///   - gradient: g, of the function to be made small.
  public func sgd<S: KernelScalar>(
    _ parameters: consuming MutableSpan<S>, gradient: Span<S>, rate: Double, l1: Double = 0,
    l2: Double = 0
  ) {
    let count = parameters.count
    requireCount(gradient.count, count, "gradient")
    let run = functions(for: S.self).sgd
    var penalty = jk_penalty(l1: l1, l2: l2)
    parameters.withUnsafeMutableBytes { parameters in
      gradient.withUnsafeBytes { gradient in
        guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress
        else { return }
        run(parameters, gradient, Int64(count), rate, &penalty)
      }
    }
  }

  /// Gradient descent with momentum: m ← μ·m + g′, then θ ← θ − rate·m, or with Nesterov's look ahead
  /// θ ← θ − rate·(g′ + μ·m).
  ///
  /// - Parameters:
  ///   - parameters: θ, in place.
  ///   - gradient: g, of the function to be made small.
  ///   - velocity: m, in place; zero at first.
  ///   - momentum: μ in [0, 1).
  public func sgd<S: KernelScalar>(
    _ parameters: consuming MutableSpan<S>, gradient: Span<S>,
    velocity: consuming MutableSpan<S>, rate: Double, momentum: Double, nesterov: Bool = false,
    l1: Double = 0, l2: Double = 0
  ) {
    let count = parameters.count
    requireCount(gradient.count, count, "gradient")
    requireCount(velocity.count, count, "velocity")
    let run = functions(for: S.self).momentum
    var penalty = jk_penalty(l1: l1, l2: l2)
    parameters.withUnsafeMutableBytes { parameters in
      gradient.withUnsafeBytes { gradient in
        velocity.withUnsafeMutableBytes { velocity in
          guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress,
            let velocity = velocity.baseAddress
          else { return }
          run(
            parameters, gradient, velocity, Int64(count), rate, momentum, nesterov ? 1 : 0,
            &penalty)
        }
      }
    }
  }

  /// Adam: m ← β₁m + (1 − β₁)g′, v ← β₂v + (1 − β₂)g′²,
  ///
  ///     θ ← θ − rate · (m / correction1) / (√(v / correction2) + ε)
  ///
  /// with correctionᵢ = 1 − βᵢᵗ at step t = 1, 2, … Reference: Kingma and Ba, arXiv:1412.6980,
  /// algorithm 1.
  ///
  /// - Parameters:
  ///   - parameters: θ, in place.
  ///   - gradient: g, of the function to be made small.
  ///   - first: m, in place; zero at first.
  ///   - second: v, in place; zero at first.
  public func adam<S: KernelScalar>(
    _ parameters: consuming MutableSpan<S>, gradient: Span<S>, first: consuming MutableSpan<S>,
    second: consuming MutableSpan<S>, rate: Double, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, correction1: Double, correction2: Double, l1: Double = 0,
    l2: Double = 0
  ) {
    let count = parameters.count
    requireCount(gradient.count, count, "gradient")
    requireCount(first.count, count, "first")
    requireCount(second.count, count, "second")
    let run = functions(for: S.self).adam
    var penalty = jk_penalty(l1: l1, l2: l2)
    var step = jk_adam_step(
      rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, correction1: correction1,
      correction2: correction2)
    parameters.withUnsafeMutableBytes { parameters in
      gradient.withUnsafeBytes { gradient in
        first.withUnsafeMutableBytes { first in
          second.withUnsafeMutableBytes { second in
            guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress,
              let first = first.baseAddress, let second = second.baseAddress
            else { return }
            run(parameters, gradient, first, second, Int64(count), &step, &penalty)
          }
        }
      }
    }
  }
}
