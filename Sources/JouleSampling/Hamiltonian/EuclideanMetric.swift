public import JouleAlgebra
public import JouleTensor
import RealModule

/// The mass of Hamiltonian and Langevin dynamics: how far each direction is to move in a unit of time.
///
///     M⁻¹ = L Lᵀ,   momenta p ~ N(0, M),   kinetic energy ½ pᵀM⁻¹p
///
/// The best M⁻¹ is the target's covariance. Kernels work with z = Lᵀp, which is N(0, I) whatever the mass:
/// then ẋ = L z and ż = −Lᵀ∇E, kinetic energies are ½|z|², and so are all scalar products of momenta and
/// velocities. That is the dynamics of a unit mass in y = L⁻¹x.
///
/// Reference: R. Neal, MCMC using Hamiltonian dynamics, arXiv:1206.1901, §4.1.
public struct EuclideanMetric<Scalar: TensorScalar>: Sendable, Equatable {
  enum Form: Sendable, Equatable {
    case unit
    /// The diagonal of L, `[n]`.
    case diagonal([Scalar])
    /// L, `[n, n]`, lower triangular.
    case dense(Tensor<Scalar>)
  }

  /// n.
  public let variableCount: Int
  let form: Form

  private init(variableCount: Int, form: Form) {
    self.variableCount = variableCount
    self.form = form
  }

  /// M = I.
  public static func unit(_ variableCount: Int) -> EuclideanMetric {
    EuclideanMetric(variableCount: variableCount, form: .unit)
  }

  /// M⁻¹ = diag(variances): variables of different scales.
  ///
  /// - Parameter variances: those of the target, or estimates, `[n]`.
  /// - Throws: `.singularVariance` where one is not positive and finite.
  public static func diagonal(variances: [Double]) throws(MetricError) -> EuclideanMetric {
    var scales: [Scalar] = []
    for (variable, variance) in variances.enumerated() {
      let scale = Scalar(Double.sqrt(variance))
      guard variance > 0, scale > 0, scale.isFinite else {
        throw .singularVariance(variable: variable, variance)
      }
      scales.append(scale)
    }
    return EuclideanMetric(variableCount: scales.count, form: .diagonal(scales))
  }

  /// M⁻¹ = covariance: variables that depend on each other. A step costs two products of n² more.
  ///
  /// - Parameter covariance: that of the target, or an estimate, `[n, n]`; only its lower triangle is read.
  /// - Throws: `.singularCovariance` where it is not positive definite, or not finite.
  public static func dense(covariance: Tensor<Double>) throws(MetricError) -> EuclideanMetric {
    let factor: Tensor<Double>
    do {
      factor = try covariance.cholesky()
    } catch {
      throw .singularCovariance(error)
    }
    return EuclideanMetric(
      variableCount: covariance.shape[0], form: .dense(Tensor<Scalar>(factor)))
  }

  /// M⁻¹, `[n, n]`.
  public var inverseMass: Tensor<Double> {
    var factor = Tensor<Double>.identity(variableCount)
    switch form {
    case .unit: break
    case .diagonal(let scales): for i in scales.indices { factor[i, i] = Double(scales[i]) }
    case .dense(let lower): factor = Tensor<Double>(lower)
    }
    return factor.matmul(factor, transposingOther: true)
  }

  /// The diagonal of L where it is all of L; nil for ones.
  var scale: [Scalar]? {
    if case .diagonal(let scales) = form { scales } else { nil }
  }

  /// L where it is more than a diagonal.
  var factor: Tensor<Scalar>? {
    if case .dense(let factor) = form { factor } else { nil }
  }
}

/// A mass that is none.
public enum MetricError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A variance, counted from zero, that is zero, negative or not finite.
  case singularVariance(variable: Int, Double)
  /// A covariance that is not positive definite.
  case singularCovariance(LinearAlgebraError)

  public var description: String {
    switch self {
    case .singularVariance(let variable, let found):
      "the mass is singular: variable \(variable) (counted from zero) has the variance \(found), "
        + "expected a positive finite number"
    case .singularCovariance(let reason): "the mass is singular: \(reason)"
    }
  }
}
