import JouleAutodiff
import JouleCore
import JouleTensor

/// An invertible layer of a flow: some variables pass as they are, and say how each of the others is changed.
///
///     z_A = x_A,   z_B = g(x_B; network(x_A)),   log |det ∂z/∂x| = Σ_B log g′
///
/// Since z_A = x_A, the way back needs the same network once: the Jacobian is triangular.
///
/// Parameters: those of the network, and `gain` where the transform has one.
///
/// References: L. Dinh, J. Sohl-Dickstein, S. Bengio, Density estimation using Real NVP, ICLR 2017, eq. 4–8;
/// C. Durkan, A. Bekasov, I. Murray, G. Papamakarios, Neural spline flows, NeurIPS 2019, section 3.
public struct Coupling: Sendable {
  /// A: the variables that pass, in ascending order.
  public let passing: [Int]
  /// B: the others.
  public let changed: [Int]
  public let transform: CouplingTransform
  private let network: Sequential

  /// - Parameters:
  ///   - passing: A; neither empty nor all variables.
  ///   - hiddenCounts: units of the network's hidden layers.
  public init(
    passing: [Int], of variableCount: Int, transform: CouplingTransform, hiddenCounts: [Int],
    activation: Activation
  ) {
    let others = Set(0..<variableCount).subtracting(passing).sorted()
    precondition(
      !passing.isEmpty && !others.isEmpty && others.count + passing.count == variableCount,
      "a coupling of \(variableCount) variables passes some of them, got \(passing)")
    self.passing = passing.sorted()
    self.changed = others
    self.transform = transform
    var layers: [any Layer] = []
    var inputs = passing.count
    for count in hiddenCounts {
      layers += [Dense(inputs, count, initializer: activation.initializer), activation]
      inputs = count
    }
    // Zero at first: the layer starts as the identity.
    layers.append(
      Dense(inputs, others.count * transform.numbersPerVariable, initializer: .zeros))
    network = Sequential(layers)
  }

  var parameters: [ParameterDescription] {
    network.parameters + transform.parameters(variables: changed.count)
  }

  /// Towards the base: z, and log |det ∂z/∂x| of every row, `[batch]`.
  func forward<Scalar: TensorScalar>(
    _ x: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> (z: Value<Scalar>, logDeterminant: Value<Scalar>) {
    let (kept, moved) = (x.picking(passing), x.picking(changed))
    let (result, logSlopes) = transform.forward(moved, by: network(kept, parameters), parameters)
    return (joined(kept, result), logSlopes.sum(along: 1))
  }

  /// Towards the data: the x whose z is given.
  func inverse<Scalar: TensorScalar>(
    _ z: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let (kept, moved) = (z.picking(passing), z.picking(changed))
    return joined(kept, transform.inverse(moved, by: network(kept, parameters), parameters))
  }

  private func joined<Scalar>(_ kept: Value<Scalar>, _ moved: Value<Scalar>) -> Value<Scalar> {
    let count = passing.count + changed.count
    return kept.placed(at: passing, of: count) + moved.placed(at: changed, of: count)
  }
}

// Columns are picked by products with matrices of zeros and ones, which round nothing: a sum of one element and
// zeros.
extension Value {
  /// Some columns of a matrix, in the order given.
  func picking(_ columns: [Int]) -> Value {
    matmul(tape.value(Self.selection(of: columns, from: shape[1])))
  }

  /// The columns of a matrix at given places of a wider one, zero elsewhere.
  func placed(at columns: [Int], of count: Int) -> Value {
    matmul(tape.value(Self.selection(of: columns, from: count)), transposingOther: true)
  }

  /// `[count, columns]`: one where the row is the number of the column.
  private static func selection(of columns: [Int], from count: Int) -> Tensor<Scalar> {
    var matrix = Tensor<Scalar>(zeros: [count, columns.count])
    for (place, column) in columns.enumerated() { matrix[column, place] = 1 }
    return matrix
  }
}
