public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// A normalizing flow: an invertible network that carries the data's distribution to a standard normal one.
///
///     z = f(x),   E(x) = −log p(x) = ½ |z|² + (n/2) log 2π − log |det ∂f/∂x|
///
/// It is normalised for any parameters, and drawn from by x = f⁻¹(z) with normal z. f is a sequence of
/// ``Coupling``s, affine ones or splines; it starts as the identity, so data should be standardised. Splines
/// are the identity outside of their bound.
///
/// Parameters: those of coupling i under the prefix `coupling<i>.`, counted from 0 at the data.
///
/// References: L. Dinh, J. Sohl-Dickstein, S. Bengio, Density estimation using Real NVP, ICLR 2017, eq. 2–8;
/// C. Durkan, A. Bekasov, I. Murray, G. Papamakarios, Neural spline flows, NeurIPS 2019.
public struct Flow<Scalar: TensorScalar>: EnergyExpression, NormalizedModel {
  public let architecture: FlowArchitecture
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()
  private let couplings: [Coupling]

  public var variableCount: Int { architecture.variableCount }

  /// A flow as training starts from it.
  public init(_ architecture: FlowArchitecture, using key: RandomKey) {
    self.init(
      architecture, ParameterSet(initial: Self.descriptions(of: architecture), using: key))
  }

  /// A flow of given parameters.
  ///
  /// - Precondition: names and shapes are those of the architecture.
  public init(_ architecture: FlowArchitecture, _ parameters: ParameterSet<Scalar>) {
    parameters.require(Self.descriptions(of: architecture))
    self.architecture = architecture
    self.parameters = parameters
    couplings = architecture.couplings()
  }

  /// The same flow in another scalar type.
  public init<Other>(_ other: Flow<Other>) {
    self.init(
      other.architecture,
      ParameterSet(
        other.parameters.entries.map {
          .init(name: $0.name, role: $0.role, value: Tensor<Scalar>($0.value))
        }))
  }

  static func descriptions(of architecture: FlowArchitecture) -> [ParameterDescription] {
    architecture.couplings().enumerated().flatMap { number, coupling in
      coupling.parameters.map { $0.prefixed(prefix(number)) }
    }
  }

  private static func prefix(_ number: Int) -> String { "coupling\(number)." }

  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let (z, logDeterminant) = transformed(rows, parameters)
    let constant = Double(variableCount) / 2 * Double.log(2 * .pi)
    return z.squared().sum(along: 1) * 0.5 + Scalar(constant) - logDeterminant
  }

  /// f(x) of every row, and log |det ∂f/∂x|, `[batch]`.
  public func transformed(
    _ rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> (z: Value<Scalar>, logDeterminant: Value<Scalar>) {
    var z = rows
    var total: Value<Scalar>?
    for (number, coupling) in couplings.enumerated() {
      let step = coupling.forward(z, parameters.part(Self.prefix(number)))
      z = step.z
      total = total.map { $0 + step.logDeterminant } ?? step.logDeterminant
    }
    return (z, total ?? rows.tape.value(Tensor(zeros: [rows.shape[0]])))
  }

  /// f(x) of every row, and log |det ∂f/∂x|, `[batch]`.
  public func transformed(
    _ rows: Tensor<Scalar>
  ) -> (z: Tensor<Scalar>, logDeterminant: Tensor<Scalar>) {
    requireRows(rows)
    return workspace.withTape { tape in
      let (z, logDeterminant) = transformed(
        tape.value(rows), ParameterValues(parameters, on: tape))
      return (z.tensor, logDeterminant.tensor)
    }
  }

  /// f⁻¹(z) of every row.
  public func inverse(_ z: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(z)
    return workspace.withTape { tape in
      let values = ParameterValues(parameters, on: tape)
      return couplings.enumerated().reversed().reduce(tape.value(z)) { point, step in
        step.element.inverse(point, values.part(Self.prefix(step.offset)))
      }.tensor
    }
  }

  /// Independent draws: f⁻¹ of standard normal rows.
  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    requireRows(rows)
    rows.fillNormal(using: random)
    rows = inverse(rows)
  }
}
