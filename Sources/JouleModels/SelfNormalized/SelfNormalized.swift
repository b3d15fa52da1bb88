public import JouleAutodiff
public import JouleCore
import JouleTensor

/// An energy with one parameter more, that learns to be log Z.
///
///     E(x; θ, c) = E₀(x; θ) + c,   log p(x) = −E(x; θ, c) once c = log Z₀(θ)
///
/// For estimators to which the constant matters: with `NoiseContrastiveEstimation` c converges to log Z of the
/// base. To all others it makes no difference, and c stays where it is.
///
/// Reference: M. Gutmann, A. Hyvärinen, Noise-contrastive estimation of unnormalized statistical models, with
/// applications to natural image statistics, JMLR 13 (2012), §2.1.
public struct SelfNormalized<Base: EnergyExpression>: EnergyExpression {
  public typealias Scalar = Base.Scalar

  /// The name of c among the parameters.
  public static var parameterName: String { "log_partition" }

  public private(set) var base: Base
  /// c, in nats.
  public private(set) var logPartition: Scalar

  /// - Parameter logPartition: c to begin with.
  public init(_ base: Base, logPartition: Scalar = 0) {
    self.base = base
    self.logPartition = logPartition
  }

  public var variableCount: Int { base.variableCount }
  public var workspace: Workspace<Scalar> { base.workspace }

  /// The base's parameters, then c.
  public var parameters: ParameterSet<Scalar> {
    get {
      ParameterSet(
        base.parameters.entries + [
          .init(name: Self.parameterName, role: .bias, value: Tensor([logPartition]))
        ])
    }
    set {
      base.parameters = ParameterSet(Array(newValue.entries.dropLast()))
      logPartition = newValue[Self.parameterName][0]
    }
  }

  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    base.energy(of: rows, parameters) + parameters[Self.parameterName]
  }
}
