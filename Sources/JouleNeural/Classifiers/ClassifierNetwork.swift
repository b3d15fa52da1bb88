public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A network that names classes: dense layers of logistic units, such as unrolled machines have, then a softmax.
///
///     h₀ = x,   hₗ = σ(hₗ₋₁ Wₗ + bₗ),   E(x, y) = −(h_L V + a)_y,   p(y | x) ∝ exp(−E(x, y))
///
/// Parameters: `layer<l>.weights` `[below, above]` and `layer<l>.bias`, from l = 0 to L, the last being V and a.
///
/// Reference: G. Hinton, R. Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313
/// (2006), for networks that begin as stacks of machines.
public struct ClassifierNetwork<Scalar: TensorScalar>: ClassifierExpression {
  /// Units of the inputs, of every hidden layer, and the classes.
  public let sizes: [Int]
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()
  private let layers: [Dense]

  public var inputCount: Int { sizes[0] }
  public var classCount: Int { sizes[sizes.count - 1] }
  public var variableCount: Int { inputCount + classCount }
  /// Units of every hidden layer, the one next to the inputs first.
  public var hiddenCounts: [Int] { Array(sizes[1..<sizes.count - 1]) }

  /// A network as it starts.
  ///
  /// - Parameter hidden: units of every hidden layer; none makes multinomial logistic regression.
  /// - Precondition: at least one input and two classes, no layer empty.
  public init(inputCount: Int, hidden: [Int], classCount: Int, using key: RandomKey) {
    self.init(sizes: [inputCount] + hidden + [classCount]) { _, description in
      description.initialValue(using: key.folded(description.name))
    }
  }

  /// A network whose hidden layers are those of trained machines; the softmax starts at random.
  ///
  /// - Parameter stack: Wₗ `[below, above]` and bₗ `[above]` of every hidden layer: the weights and the hidden biases of
  ///   machines, each of which sees the hidden units of the one below.
  /// - Precondition: the shapes follow from one another.
  public init(
    unrolling stack: [(weights: Tensor<Scalar>, bias: Tensor<Scalar>)], classCount: Int,
    using key: RandomKey
  ) {
    precondition(!stack.isEmpty, "a stack has at least one machine")
    for (below, above) in zip(stack, stack.dropFirst()) {
      precondition(
        below.weights.shape[1] == above.weights.shape[0],
        "a machine of \(above.weights.shape[0]) units over one of \(below.weights.shape[1])")
    }
    self.init(
      sizes: [stack[0].weights.shape[0]] + stack.map { $0.weights.shape[1] } + [classCount]
    ) { layer, description in
      guard layer < stack.count else {
        return description.initialValue(using: key.folded(description.name))
      }
      return description.role == .weight ? stack[layer].weights : stack[layer].bias
    }
  }

  private init(
    sizes: [Int], _ value: (_ layer: Int, ParameterDescription) -> Tensor<Scalar>
  ) {
    let layers = Self.layers(sizes)
    self.init(
      sizes: sizes,
      parameters: ParameterSet(
        layers.enumerated().flatMap { number, layer in
          Self.parameters(of: layer, number).map {
            .init(name: $0.name, role: $0.role, value: value(number, $0))
          }
        }))
  }

  init(sizes: [Int], parameters: ParameterSet<Scalar>) {
    precondition(
      sizes.count >= 2 && sizes.allSatisfy { $0 > 0 } && sizes[sizes.count - 1] > 1,
      "layers are not empty and classes at least two, got \(sizes)")
    self.sizes = sizes
    layers = Self.layers(sizes)
    self.parameters = parameters
    parameters.require(Self.descriptions(sizes))
  }

  private static func layers(_ sizes: [Int]) -> [Dense] {
    zip(sizes, sizes.dropFirst()).map {
      Dense($0, $1, initializer: Activation.logistic.initializer)
    }
  }

  private static func parameters(of layer: Dense, _ number: Int) -> [ParameterDescription] {
    layer.parameters.map { $0.prefixed("layer\(number).") }
  }

  /// The parameters of a network of these sizes.
  static func descriptions(_ sizes: [Int]) -> [ParameterDescription] {
    layers(sizes).enumerated().flatMap { parameters(of: $1, $0) }
  }

  public func classEnergies(
    of inputs: Value<Scalar>, _ parameters: ParameterValues<Scalar>, dropout: UnitDropout
  ) -> Value<Scalar> {
    var units = inputs
    for (number, layer) in layers.enumerated() {
      let sums = layer(dropout(units, layer: number), parameters.part("layer\(number)."))
      if number == layers.count - 1 { return -sums }
      units = sums.logistic()
    }
    return units
  }

  /// E(x, y) of rows (x, y).
  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let energies = classEnergies(
      of: rows.columns(0..<inputCount), parameters, dropout: .none)
    return (energies * rows.columns(inputCount..<variableCount)).sum(along: 1)
  }

  public func classEnergies(of inputs: Tensor<Scalar>) -> Tensor<Double> {
    workspace.withTape { tape in
      Tensor<Double>(
        classEnergies(
          of: tape.value(inputs), ParameterValues(parameters, on: tape), dropout: .none
        ).tensor)
    }
  }

  /// The units of a hidden layer, `[batch, units]`.
  ///
  /// - Parameter layer: from 0, the one next to the inputs.
  public func hiddenUnits(of inputs: Tensor<Scalar>, layer: Int) -> Tensor<Scalar> {
    precondition(
      hiddenCounts.indices.contains(layer), "layer \(layer) of \(hiddenCounts.count) hidden ones")
    return (0...layer).reduce(inputs) { units, number in
      (units.matmul(parameters["layer\(number).weights"]) + parameters["layer\(number).bias"])
        .logistic()
    }
  }
}
