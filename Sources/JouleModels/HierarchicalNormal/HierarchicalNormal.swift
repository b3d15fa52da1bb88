public import JouleCore
public import JouleTensor
import RealModule

/// Effects in several groups, each measured with a known error: the non-centred hierarchical normal model.
///
///     yᵢ ~ N(θᵢ, σᵢ²),   θᵢ = μ + τ zᵢ,   zᵢ ~ N(0, 1),   μ ~ N(0, s_μ²),   τ ~ half-Cauchy(s_τ)
///
/// The variables are x = (μ, log τ, z₁, …, z_n), without bounds:
///
///     E(x) = ½ Σᵢ ((yᵢ − μ − τ zᵢ)/σᵢ)² + ½ |z|² + μ²/2s_μ² + log(1 + τ²/s_τ²) − log τ
///
/// The last term belongs to log τ in place of τ. With θ as variables instead of z, small τ would leave them
/// a funnel too narrow for any step size; here it is mild, and still a test for samplers. A meta-analysis with
/// random effects is this model; so is `eightSchools`.
///
/// References: D. Rubin, Estimation in parallel randomized experiments, Journal of Educational Statistics 6
/// (1981); O. Papaspiliopoulos, G. Roberts, M. Sköld, A general framework for the parametrization of
/// hierarchical models, Statistical Science 22 (2007), §2.
public struct HierarchicalNormal<Scalar: TensorScalar>: DifferentiableEnergy {
  /// yᵢ.
  public let means: [Double]
  /// σᵢ.
  public let errors: [Double]
  /// s_μ and s_τ.
  public let priorScales: (mean: Double, spread: Double)

  /// - Parameters:
  ///   - means: yᵢ, one a group, finite.
  ///   - errors: σᵢ > 0, as many.
  ///   - meanScale: s_μ > 0, in the units of the means.
  ///   - spreadScale: s_τ > 0, likewise.
  public init(means: [Double], errors: [Double], meanScale: Double = 5, spreadScale: Double = 5) {
    precondition(
      means.count == errors.count && !means.isEmpty,
      "\(means.count) means with \(errors.count) errors: as many are needed, at least one")
    precondition(
      means.allSatisfy(\.isFinite) && errors.allSatisfy { $0 > 0 && $0.isFinite }
        && meanScale > 0 && spreadScale > 0,
      "means are finite, errors and scales positive; got \(means), \(errors), \(meanScale) and "
        + "\(spreadScale)")
    self.means = means
    self.errors = errors
    priorScales = (meanScale, spreadScale)
  }

  /// What coaching gave in eight schools, in points of a test, with the priors that it is usually given: the
  /// standard example.
  ///
  /// Data: D. Rubin (1981), table 1.
  public static var eightSchools: HierarchicalNormal {
    HierarchicalNormal(
      means: [28, 8, -3, 7, -1, 1, 18, 12], errors: [15, 10, 16, 11, 9, 11, 10, 18])
  }

  /// n + 2.
  public var variableCount: Int { means.count + 2 }

  /// - Complexity: O(batch · n).
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    var energies = [Scalar](repeating: 0, count: rows.shape[0])
    var x = [Double](repeating: 0, count: variableCount)
    var slopes = x
    for row in energies.indices {
      for variable in x.indices { x[variable] = Double(rows[row, variable]) }
      energies[row] = Scalar(energy(of: x, gradient: &slopes))
      for variable in x.indices { gradient[row, variable] = Scalar(slopes[variable]) }
    }
    return Tensor(energies)
  }

  /// The same of one row.
  private func energy(of x: [Double], gradient: inout [Double]) -> Double {
    let (mean, spread) = (x[0], Double.exp(x[1]))
    let ratio = spread / priorScales.spread
    var energy = mean * mean / (2 * priorScales.mean * priorScales.mean) - x[1]
    energy += Double.log(onePlus: ratio * ratio)
    gradient[0] = mean / (priorScales.mean * priorScales.mean)
    // 2r²/(1 + r²), written so that a spread without bound has a slope.
    gradient[1] = 2 / (1 + 1 / (ratio * ratio)) - 1
    for group in means.indices {
      let z = x[group + 2]
      let rest = means[group] - mean - spread * z
      let force = rest / (errors[group] * errors[group])
      energy += (rest * force + z * z) / 2
      gradient[0] -= force
      gradient[1] -= spread * z * force
      gradient[group + 2] = z - spread * force
    }
    return energy
  }

  /// μ, τ and θ of every row: `[rows, n + 2]`, from as many variables.
  public func parameters(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    var result = rows
    for row in 0..<rows.shape[0] {
      let spread = Double.exp(Double(rows[row, 1]))
      result[row, 1] = Scalar(spread)
      for group in means.indices {
        result[row, group + 2] = Scalar(
          Double(rows[row, 0]) + spread * Double(rows[row, group + 2]))
      }
    }
    return result
  }

  /// `mu`, `tau`, `theta[1]`, …: the columns of `parameters(of:)`.
  public var parameterNames: [String] {
    ["mu", "tau"] + means.indices.map { "theta[\($0 + 1)]" }
  }
}
