public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// A masked autoencoder of binary variables: one network that gives every variable's probability given
/// those before it, all at once.
///
///     p(x) = Πᵢ p(xᵢ | x before i),   E(x) = −log p(x) = Σᵢ softplus(yᵢ) − xᵢ yᵢ,   x ∈ {0,1}ⁿ
///     h₁ = f(x (W₁∘M₁) + b₁), …,   y = h (V∘M) + c + x (A∘M′)
///
/// with masks M of an ``AutoregressiveMask``. It is normalised for any parameters, and drawn from exactly.
/// With several masks over the same weights it is the mixture of as many networks, in equal parts:
///
///     E(x) = −log (1/K) Σₖ pₖ(x)
///
/// Parameters, in this order: `hidden.0.weights` W₁ `[variables, hidden]`, `hidden.0.bias` b₁ `[hidden]`,
/// the same of further hidden layers, `output.weights` V `[hidden, variables]`, `output.bias` c
/// `[variables]`, and `direct.weights` A `[variables, variables]` unless it was left out. What a mask
/// hides of a matrix plays no part, whatever it is.
///
/// Reference: M. Germain, K. Gregor, I. Murray, H. Larochelle, MADE: masked autoencoder for distribution
/// estimation, ICML 2015, eq. 1–13 and section 4.2 (several masks; there each update takes one of them).
public struct MADE<Scalar: TensorScalar>: EnergyExpression, NormalizedModel {
  public var parameters: ParameterSet<Scalar>
  /// One, or those that are mixed.
  public let masks: [AutoregressiveMask]
  /// f.
  public let activation: Activation
  public let workspace = Workspace<Scalar>()
  /// Of every mask, its matrices of zeros and ones.
  let connections: [Connections]

  /// The masks as matrices.
  struct Connections: Sendable {
    let layers: [Tensor<Scalar>]
    let direct: Tensor<Scalar>?
  }

  public var variableCount: Int { masks[0].order.count }
  /// How many units each hidden layer has.
  public var hiddenCounts: [Int] { masks[0].degrees.map(\.count) }
  /// Whether outputs see earlier variables without hidden units between.
  public var isDirect: Bool { connections[0].direct != nil }

  /// A model of given parameters.
  ///
  /// - Precondition: names and shapes are those of the masks.
  public init(
    _ parameters: ParameterSet<Scalar>, masks: [AutoregressiveMask], activation: Activation
  ) {
    precondition(
      Set(masks.map { [$0.order.count] + $0.degrees.map(\.count) }).count == 1,
      "a model has one mask at least, and masks of one network have equal sizes")
    let isDirect = parameters.entries.contains { $0.name == "direct.weights" }
    let layout = Self.layout(of: masks[0], isDirect: isDirect)
    precondition(
      parameters.entries.map(\.name) == layout.map(\.name)
        && parameters.entries.map(\.value.shape) == layout.map(\.shape),
      "parameters \(parameters.entries.map { ($0.name, $0.value.shape) }) are not \(layout)")
    self.parameters = parameters
    self.masks = masks
    self.activation = activation
    connections = masks.map {
      Connections(layers: $0.connections(), direct: isDirect ? $0.directConnections() : nil)
    }
  }

  /// A model to be trained: hidden weights normal, scaled by the number of units that are seen; output and
  /// direct weights zero; output biases such that the variables' means are the given ones.
  ///
  ///     W ~ N(0, 1/k) for a unit that sees k,   V = A = 0,   cᵢ = log(μᵢ / (1 − μᵢ))
  ///
  /// - Parameters:
  ///   - means: μ, `[variables]`, each strictly between 0 and 1, such as `DataStatistics.smoothedMeans`.
  ///   - masks: one, or those to be mixed.
  ///   - isDirect: whether there are weights A.
  public init(
    visibleMeans means: Tensor<Scalar>, masks: [AutoregressiveMask],
    activation: Activation = .swish, isDirect: Bool = true, using key: RandomKey
  ) {
    let entries = Self.layout(of: masks[0], isDirect: isDirect).map { name, shape in
      ParameterSet<Scalar>.Entry(
        name: name, role: shape.count == 1 ? .bias : .weight, value: Tensor(zeros: shape))
    }
    self.init(ParameterSet(entries), masks: masks, activation: activation)
    for (layer, connection) in connections[0].layers.dropLast().enumerated() {
      let seen = connection.sum(along: 0).maximum(with: Tensor([connection.shape[1]], repeating: 1))
      parameters.entries[2 * layer].value =
        Tensor(normal: connection.shape, using: key.folded("hidden").folded(UInt64(layer)))
        / seen.sqrt()
    }
    parameters.entries[2 * hiddenCounts.count + 1].value = (means / (1 - means)).log()
  }

  /// Names and shapes of the parameters.
  static func layout(
    of mask: AutoregressiveMask, isDirect: Bool
  ) -> [(name: String, shape: [Int])] {
    let variables = mask.order.count
    let sizes = [variables] + mask.degrees.map(\.count) + [variables]
    var layout: [(name: String, shape: [Int])] = []
    for layer in 0..<sizes.count - 1 {
      let name = layer == sizes.count - 2 ? "output" : "hidden.\(layer)"
      layout.append((name + ".weights", [sizes[layer], sizes[layer + 1]]))
      layout.append((name + ".bias", [sizes[layer + 1]]))
    }
    if isDirect { layout.append(("direct.weights", [variables, variables])) }
    return layout
  }

  /// The same model in another scalar type.
  public init<Other>(_ other: MADE<Other>) {
    self.init(
      ParameterSet(
        other.parameters.entries.map {
          .init(name: $0.name, role: $0.role, value: Tensor<Scalar>($0.value))
        }), masks: other.masks, activation: other.activation)
  }

  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let energies = logits(of: rows, parameters).map { logits in
      (logits.softplus() - rows * logits).sum(along: 1)
    }
    if energies.count == 1 { return energies[0] }
    // log(eᵃ + eᵇ) = a + softplus(b − a), so that nothing overflows.
    let logSum = energies.dropFirst().reduce(-energies[0]) { $0 + (-$1 - $0).softplus() }
    return Scalar(Double.log(Double(energies.count))) - logSum
  }

  /// y of every row, `[batch, variables]`, under every mask: the log-odds of each variable given those
  /// before it.
  public func logits(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> [Value<Scalar>] {
    let tape = rows.tape
    return connections.map { connections in
      var units = rows
      for (layer, connection) in connections.layers.enumerated() {
        let isOutput = layer == connections.layers.count - 1
        let part = parameters.part(isOutput ? "output." : "hidden.\(layer).")
        let sums = units.affine(part["weights"] * tape.value(connection), part["bias"])
        units = isOutput ? sums : activation(sums)
      }
      guard let direct = connections.direct else { return units }
      return units + rows.matmul(parameters["direct.weights"] * tape.value(direct))
    }
  }
}
