import JouleTensor
import RealModule

/// The polynomial of degree 14 through values at the nodes of ``GaussKronrod``, on [0, 1].
///
///     g(u) = Σ_l c_l P_l(2u − 1),   c = V⁻¹ values,   V_il = P_l(2uᵢ − 1)
///
/// P are Legendre's polynomials, in which the values determine the coefficients without loss.
struct NodePolynomial {
  /// c, `[15]`.
  private let coefficients: [Double]

  private static let order = GaussKronrod.nodes.count

  /// V⁻¹, `[15, 15]`.
  private static let transform: Tensor<Double> = {
    let values = Tensor(GaussKronrod.nodes.map { Array(legendre(at: $0).dropLast()) })
    guard let inverse = try? values.inverse() else {
      preconditionFailure("values at \(order) nodes determine a polynomial")
    }
    return inverse
  }()

  /// - Parameter values: at the nodes, `[15]`.
  init(_ values: [Double]) {
    coefficients = Self.transform.matmul(Tensor(values)).elements
  }

  /// Lagrange's polynomials at a point: what the value at each node counts there, `[15]`.
  static func shares(at u: Double) -> [Double] {
    Tensor(Array(legendre(at: u).dropLast())).matmul(transform).elements
  }

  /// ∫₀ᵘ g, from ∫ P_l = (P_{l+1} − P_{l−1}) / (2 (2l + 1)) in u.
  private func integral(to u: Double) -> Double {
    let values = Self.legendre(at: u)
    var sum = coefficients[0] * u
    for l in 1..<Self.order {
      sum += coefficients[l] * (values[l + 1] - values[l - 1]) / Double(4 * l + 2)
    }
    return sum
  }

  /// Where the integral is a share p of the whole, by halving.
  func quantile(_ p: Double) -> Double {
    let target = p * coefficients[0]
    var (low, high) = (0.0, 1.0)
    for _ in 0..<52 {
      let middle = (low + high) / 2
      if integral(to: middle) < target { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// P₀ … P₁₅ at 2u − 1, by (l + 1) P_{l+1} = (2l + 1) v P_l − l P_{l−1}.
  private static func legendre(at u: Double) -> [Double] {
    let v = 2 * u - 1
    var values = [1, v]
    for l in 1..<order {
      values.append(
        (Double(2 * l + 1) * v * values[l] - Double(l) * values[l - 1]) / Double(l + 1))
    }
    return values
  }
}
