public import JouleCore
public import JouleTensor

/// A deep belief network of binary units: a restricted Boltzmann machine at the top, and below it layers
/// that each are drawn given the one above.
///
///     p(v, h¹ … h^L) = p(v | h¹) ⋯ p(h^{L−2} | h^{L−1}) · p_top(h^{L−1}, h^L)
///     p(hˡⱼ = 1 | h^{l+1}) = σ(bˡⱼ + (Gˡ h^{l+1})ⱼ)
///
/// What the layers are where v is known is approximated upward, by weights of its own:
///
///     q(h^{l+1}ⱼ = 1 | hˡ) = σ(rˡⱼ + (hˡᵀRˡ)ⱼ)
///
/// Parameters, for l = 0 … L − 2: `generative<l>.weights` Gˡ and `recognition<l>.weights` Rˡ
/// `[width l, width l + 1]`, `generative<l>.bias` bˡ `[width l]`, `recognition<l>.bias` rˡ
/// `[width l + 1]`; then `top.weights`, `top.visible_bias` and `top.hidden_bias`.
///
/// Reference: G. Hinton, S. Osindero, Y.-W. Teh, A fast learning algorithm for deep belief nets, Neural
/// Computation 18 (2006).
public struct DeepBeliefNetwork<Scalar: TensorScalar>: Sendable, Equatable {
  public var parameters: ParameterSet<Scalar>

  /// The layers below the top machine's visible one.
  public var directedCount: Int { (parameters.entries.count - 3) / 4 }

  /// The units of the data.
  public var variableCount: Int {
    directedCount > 0 ? generativeBias(0).count : top.variableCount
  }

  /// The units of every layer, the data first.
  public var widths: [Int] {
    (0..<directedCount).map { generativeBias($0).count } + [top.variableCount, top.hiddenCount]
  }

  /// Gˡ, `[width l, width l + 1]`.
  public func generativeWeights(_ layer: Int) -> Tensor<Scalar> { entry(layer, 0) }
  /// bˡ, `[width l]`.
  public func generativeBias(_ layer: Int) -> Tensor<Scalar> { entry(layer, 1) }
  /// Rˡ, `[width l, width l + 1]`.
  public func recognitionWeights(_ layer: Int) -> Tensor<Scalar> { entry(layer, 2) }
  /// rˡ, `[width l + 1]`.
  public func recognitionBias(_ layer: Int) -> Tensor<Scalar> { entry(layer, 3) }

  private func entry(_ layer: Int, _ part: Int) -> Tensor<Scalar> {
    precondition(
      (0..<directedCount).contains(layer), "directed layer \(layer) of \(directedCount)")
    return parameters.entries[4 * layer + part].value
  }

  /// The machine of the two topmost layers.
  public var top: RestrictedBoltzmannMachine<Scalar> {
    let entries = parameters.entries.suffix(3).map(\.value)
    return RestrictedBoltzmannMachine(
      weights: entries[0], visibleBias: entries[1], hiddenBias: entries[2])
  }

  /// The network of machines trained one on another: each but the last gives its weights to both directions.
  ///
  /// - Parameter stack: from the data up.
  /// - Precondition: at least one machine; the hidden units of each are the visible ones of the next.
  public init(stacking stack: [RestrictedBoltzmannMachine<Scalar>]) {
    precondition(!stack.isEmpty, "a deep belief network is made of at least one machine")
    for (lower, upper) in zip(stack, stack.dropFirst()) {
      precondition(
        lower.hiddenCount == upper.variableCount,
        "a machine of \(upper.variableCount) visible units on one of \(lower.hiddenCount) hidden")
    }
    let directed = stack.dropLast().map { ($0.weights, $0.visibleBias, $0.weights, $0.hiddenBias) }
    self.init(directed: directed, top: stack[stack.count - 1])
  }

  /// - Parameters:
  ///   - directed: of every layer Gˡ, bˡ, Rˡ and rˡ, from the data up.
  ///   - top: the machine of the two topmost layers.
  init(
    directed: [(Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>)],
    top: RestrictedBoltzmannMachine<Scalar>
  ) {
    typealias Entry = ParameterSet<Scalar>.Entry
    var entries: [Entry] = []
    for (layer, part) in directed.enumerated() {
      entries += [
        Entry(name: "generative\(layer).weights", role: .weight, value: part.0),
        Entry(name: "generative\(layer).bias", role: .bias, value: part.1),
        Entry(name: "recognition\(layer).weights", role: .weight, value: part.2),
        Entry(name: "recognition\(layer).bias", role: .bias, value: part.3),
      ]
    }
    entries += top.parameters.entries.map {
      Entry(name: "top." + $0.name, role: $0.role, value: $0.value)
    }
    parameters = ParameterSet(entries)
  }

  /// The same network in another scalar type.
  public init<Other>(_ other: DeepBeliefNetwork<Other>) {
    self.init(
      directed: (0..<other.directedCount).map {
        (
          Tensor(other.generativeWeights($0)), Tensor(other.generativeBias($0)),
          Tensor(other.recognitionWeights($0)), Tensor(other.recognitionBias($0))
        )
      }, top: RestrictedBoltzmannMachine(other.top))
  }
}
