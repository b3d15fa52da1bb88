public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// An energy that is a network with one output.
///
///     E(x) = f(x; θ) + ½ κ |x − c|²
///
///     let energy = NeuralEnergy<Float>(
///       try EnergyArchitecture("mlp:128x3"), inputShape: [2],
///       confinement: Confinement(strength: 0.1, center: Tensor([0, 0])), using: RandomKey(seed: 1))
///
/// Its parameters are the network's, under the names of ``Sequential``; κ and c are not learnt. Without a confinement
/// nothing says that exp(−E) can be normalised; see ``Confinement``.
public struct NeuralEnergy<Scalar: TensorScalar>: EnergyExpression {
  public let architecture: EnergyArchitecture
  /// What a row of variables is to the network, such as `[784]`.
  public let inputShape: [Int]
  public let confinement: Confinement<Scalar>?
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()
  private let network: Sequential

  /// A network as it starts.
  ///
  /// - Parameters:
  ///   - inputShape: of one row; the product of its lengths is the number of variables.
  ///   - confinement: nil for none.
  /// - Throws: when the network does not fit the inputs.
  public init(
    _ architecture: EnergyArchitecture, inputShape: [Int],
    confinement: Confinement<Scalar>? = nil, using key: RandomKey
  ) throws(ArchitectureError) {
    let network = try architecture.network(for: inputShape)
    self.init(
      architecture, network, inputShape: inputShape, confinement: confinement,
      parameters: network.initialParameters(using: key))
  }

  init(
    _ architecture: EnergyArchitecture, _ network: Sequential, inputShape: [Int],
    confinement: Confinement<Scalar>?, parameters: ParameterSet<Scalar>
  ) {
    self.architecture = architecture
    self.network = network
    self.inputShape = inputShape
    self.confinement = confinement
    self.parameters = parameters
    if let confinement {
      precondition(
        confinement.center.count == variableCount,
        "a confinement of \(confinement.center.count) variables for inputs of shape \(inputShape)")
    }
  }

  /// The same energy in another scalar type.
  public init<Other>(_ other: NeuralEnergy<Other>) {
    self.init(
      other.architecture, other.network, inputShape: other.inputShape,
      confinement: other.confinement.map {
        Confinement(strength: Scalar($0.strength), center: Tensor($0.center))
      },
      parameters: ParameterSet(
        other.parameters.entries.map {
          .init(name: $0.name, role: $0.role, value: Tensor($0.value))
        }))
  }

  public var variableCount: Int { inputShape.reduce(1, *) }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let batch = rows.shape[0]
    let output = network(rows.reshaped(to: [batch] + inputShape), parameters)
      .reshaped(to: [batch])
    guard let confinement else { return output }
    let offset = rows - rows.tape.value(confinement.center)
    return output + offset.squared().sum(along: 1) * (confinement.strength / 2)
  }
}
