public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A network that copies its input through a narrow code: layers of logistic units down to the code and up again.
///
///     h₀ = x,   hₗ = σ(hₗ₋₁ Wₗ + bₗ) down to the code h_L,   g_L = h_L,   gₗ₋₁ = σ(sₗ₋₁),   sₗ₋₁ = gₗ Vₗ + aₗ
///     E(x) = Σᵢ [softplus(s₀ᵢ) − xᵢ s₀ᵢ] = −log p(x | code), pixels being bits of probability g₀
///
/// The energy of a row is the nats that its pixels cost once its code is known. A stack of machines is unrolled with
/// Vₗ = Wₗᵀ; backpropagation then tunes both ways apart. Parameters: `encoder<l>.weights` `[below, above]`,
/// `encoder<l>.bias`, and `decoder<l>.weights` `[above, below]`, `decoder<l>.bias`, l = 0 being next to the data.
///
/// Reference: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313 (2006);
/// their code units are linear.
public struct Autoencoder<Scalar: TensorScalar>: EnergyExpression {
  /// Units of the inputs, of every layer down to the code.
  public let sizes: [Int]
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()

  public var variableCount: Int { sizes[0] }
  /// Units of every layer, the one next to the data first and the code last.
  public var hiddenCounts: [Int] { Array(sizes[1...]) }

  /// A network as it starts.
  ///
  /// - Parameter hidden: units of the layers down to the code, at least one.
  public init(inputCount: Int, hidden: [Int], using key: RandomKey) {
    let sizes = [inputCount] + hidden
    self.init(
      sizes: sizes,
      parameters: ParameterSet(initial: Self.descriptions(sizes), using: key))
  }

  /// A stack of trained machines, unrolled: each way through a layer has its machine's weights.
  ///
  /// - Parameter stack: of every machine the weights `[below, above]`, the biases of the units above and of those below.
  /// - Precondition: the shapes follow from one another.
  public init(
    unrolling stack: [(weights: Tensor<Scalar>, bias: Tensor<Scalar>, biasBelow: Tensor<Scalar>)]
  ) {
    precondition(!stack.isEmpty, "a stack has at least one machine")
    let sizes = [stack[0].weights.shape[0]] + stack.map { $0.weights.shape[1] }
    let values = stack.flatMap { [$0.weights, $0.bias, $0.weights.transposed(), $0.biasBelow] }
    self.init(
      sizes: sizes,
      parameters: ParameterSet(
        zip(Self.descriptions(sizes), values).map {
          .init(name: $0.name, role: $0.role, value: $1)
        }))
  }

  init(sizes: [Int], parameters: ParameterSet<Scalar>) {
    precondition(
      sizes.count >= 2 && sizes.allSatisfy { $0 > 0 }, "layers are not empty, got \(sizes)")
    self.sizes = sizes
    self.parameters = parameters
    parameters.require(Self.descriptions(sizes))
  }

  /// The parameters of a network of these sizes: each layer's way down, then its way up.
  static func descriptions(_ sizes: [Int]) -> [ParameterDescription] {
    let initializer = Activation.logistic.initializer
    return zip(sizes, sizes.dropFirst()).enumerated().flatMap { number, pair in
      Dense(pair.0, pair.1, initializer: initializer).parameters
        .map { $0.prefixed("encoder\(number).") }
        + Dense(pair.1, pair.0, initializer: initializer).parameters
        .map { $0.prefixed("decoder\(number).") }
    }
  }

  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let inputs = logits(of: rows, parameters)
    return (inputs.softplus() - rows * inputs).sum(along: 1)
  }

  /// s₀: the logits of the copy.
  private func logits(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    var units = rows
    let layers = 0..<sizes.count - 1
    for layer in layers {
      let part = parameters.part("encoder\(layer).")
      units = units.affine(part["weights"], part["bias"]).logistic()
    }
    for layer in layers.reversed() {
      let part = parameters.part("decoder\(layer).")
      units = units.affine(part["weights"], part["bias"])
      if layer > 0 { units = units.logistic() }
    }
    return units
  }

  /// g₀: the copies of rows, `[batch, variables]`, in (0, 1).
  public func reconstruction(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    workspace.withTape { tape in
      logits(of: tape.value(rows), ParameterValues(parameters, on: tape)).logistic().tensor
    }
  }

  /// The units of a layer on the way down, `[batch, units]`.
  ///
  /// - Parameter layer: from 0, the one next to the data; the last is the code.
  public func hiddenUnits(of rows: Tensor<Scalar>, layer: Int) -> Tensor<Scalar> {
    precondition(
      hiddenCounts.indices.contains(layer), "layer \(layer) of \(hiddenCounts.count)")
    return (0...layer).reduce(rows) { units, number in
      (units.matmul(parameters["encoder\(number).weights"])
        + parameters["encoder\(number).bias"]).logistic()
    }
  }
}

extension Autoencoder: ArchivableModel {
  public static var kind: String { "autoencoder" }

  /// The parameters by name, and the text `layers`, such as `784-1000-500-30`.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["layers"] = sizes.map(String.init).joined(separator: "-")
  }

  /// - Throws: when the text is missing or malformed, when tensors are missing, of other shapes than it says, unknown to
  ///   it, or not finite.
  public init(from archive: Archive) throws(ArchiveError) {
    let text = try archive.text("layers")
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    let sizes = parts.compactMap(\.self)
    guard sizes.count == parts.count, sizes.count >= 2, sizes.allSatisfy({ $0 > 0 }) else {
      throw .malformed("layers", text)
    }
    self.init(
      sizes: sizes, parameters: try ParameterSet(Self.descriptions(sizes), from: archive))
  }
}
