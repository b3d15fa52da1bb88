import RealModule

/// The Ising model on a torus without field, solved: the partition function of every size and what follows
/// from it by differentiation.
///
///     Z = ½ (2 sinh 2K)^{mn/2} (Z₁ + Z₂ + Z₃ + Z₄),   K = J / T
///     Z₁, Z₂ = Π_r 2 cosh, 2 sinh(½ m γ_{2r+1}),   Z₃, Z₄ = Π_r 2 cosh, 2 sinh(½ m γ_{2r}),   r = 0 … n − 1
///     cosh γ_l = sinh 2K + 1 / sinh 2K − cos(π l / n),   γ₀ = 2K + log tanh K
///
/// Reference: B. Kaufman, Crystal statistics II, Physical Review 76 (1949); in this form A. Ferdinand,
/// M. Fisher, Bounded and inhomogeneous Ising models I, Physical Review 185 (1969), eq. 2.1–2.7.
public struct IsingTorus: Sendable, Equatable {
  /// m and n; both are at least 2. An extent of 2 joins its two sites twice.
  public let height: Int
  public let width: Int

  public init(height: Int, width: Int) {
    precondition(
      height >= 2 && width >= 2, "a torus has extents of at least 2, got \(height)×\(width)")
    self.height = height
    self.width = width
  }

  /// What the formula gives at one temperature, per site, with J = 1.
  public struct Values: Sendable, Equatable {
    /// log Z, of all sites together.
    public let logPartition: Double
    /// ⟨E⟩ / N = −∂ log Z / ∂K / N.
    public let energy: Double
    /// K² ∂² log Z / ∂K² / N = (⟨E²⟩ − ⟨E⟩²) / (N T²).
    public let heatCapacity: Double
  }

  /// The critical temperature of the infinite lattice, 2 / log(1 + √2).
  public static let criticalTemperature = 2 / Double.log(1 + 2.0.squareRoot())

  /// - Precondition: the temperature is positive.
  public func values(temperature: Double) -> Values {
    precondition(
      temperature > 0 && temperature.isFinite, "a temperature is positive, got \(temperature)")
    let k = 1 / temperature
    let sites = Double(height * width)
    let sum = logSum(k)
    // ½ N log(2 sinh 2K) and its derivatives.
    let sinh2 = Double.sinh(2 * k)
    let coth2 = Double.cosh(2 * k) / sinh2
    let prefactor = 0.5 * sites * (2 * k + Self.logOneMinusExp(4 * k))
    let logZ = -Double.log(2) + prefactor + sum.value
    let first = sites * coth2 + sum.first
    let second = -2 * sites / (sinh2 * sinh2) + sum.second
    return Values(
      logPartition: logZ, energy: -first / sites, heatCapacity: k * k * second / sites)
  }

  /// log(1 − e^{−x}).
  private static func logOneMinusExp(_ x: Double) -> Double { Double.log(-Double.expMinusOne(-x)) }

  /// A function of K with its first two derivatives.
  private struct Jet {
    var value = 0.0
    var first = 0.0
    var second = 0.0
  }

  /// log(Z₁ + … + Z₄).
  private func logSum(_ k: Double) -> Jet {
    let odd = (0..<width).map { gamma(2 * $0 + 1, k) }
    let even = (1..<width).map { gamma(2 * $0, k) }
    let half = 0.5 * Double(height)
    let zero = Jet(
      value: half * (2 * k + Double.log(Double.tanh(k))),
      first: half * (2 + 2 / Double.sinh(2 * k)),
      second: half * (-4 * Double.cosh(2 * k) / (Double.sinh(2 * k) * Double.sinh(2 * k))))
    // The sinh of γ₀ passes through zero at the critical point: that factor is kept apart from logarithms.
    let products = [
      product(odd, isCosh: true), product(odd, isCosh: false), product(even, isCosh: true),
      product(even, isCosh: false),
    ]
    let scale = Double.exp(-2 * abs(zero.value))
    let (cosh, sinh) = (1 + scale, zero.value < 0 ? scale - 1 : 1 - scale)
    let one = Jet(value: 1)
    let coshFactor = Jet(
      value: cosh, first: sinh * zero.first,
      second: cosh * zero.first * zero.first + sinh * zero.second)
    let sinhFactor = Jet(
      value: sinh, first: cosh * zero.first,
      second: sinh * zero.first * zero.first + cosh * zero.second)
    let factors = [one, one, coshFactor, sinhFactor]
    let exponents = [
      products[0].value, products[1].value, products[2].value + abs(zero.value),
      products[3].value + abs(zero.value),
    ]
    let largest = exponents.max() ?? 0
    var (total, first, second) = (0.0, 0.0, 0.0)
    for index in 0..<4 {
      let (p, v) = (products[index], factors[index])
      let weight = Double.exp(exponents[index] - largest)
      total += weight * v.value
      first += weight * (v.first + v.value * p.first)
      second +=
        weight * (v.second + 2 * v.first * p.first + v.value * (p.second + p.first * p.first))
    }
    let mean = first / total
    return Jet(
      value: largest + Double.log(total), first: mean, second: second / total - mean * mean)
  }

  /// γ_l, l > 0.
  private func gamma(_ l: Int, _ k: Double) -> Jet {
    let u = Double.sinh(2 * k)
    let slope = 2 * Double.cosh(2 * k)
    // cosh γ − 1 without cancellation: (√u − 1/√u)² + 2 sin²(π l / 2n).
    let root = u.squareRoot()
    let sine = Double.sin(Double.pi * Double(l) / Double(2 * width))
    let excess = (root - 1 / root) * (root - 1 / root) + 2 * sine * sine
    let sinhGamma = (excess * (excess + 2)).squareRoot()
    let first = slope * (1 - 1 / (u * u))
    let second = 4 * u * (1 - 1 / (u * u)) + 2 * slope * slope / (u * u * u)
    let gammaFirst = first / sinhGamma
    return Jet(
      value: Double.log(onePlus: excess + sinhGamma), first: gammaFirst,
      second: (second - (1 + excess) * gammaFirst * gammaFirst) / sinhGamma)
  }

  /// Σ log 2 cosh(½ m γ), or of sinh.
  private func product(_ gammas: [Jet], isCosh: Bool) -> Jet {
    let half = 0.5 * Double(height)
    return gammas.reduce(into: Jet()) { sum, gamma in
      let x = half * gamma.value
      let tail = Double.exp(-2 * x)
      let sign = isCosh ? 1.0 : -1.0
      let ratio = isCosh ? (1 - tail) / (1 + tail) : (1 + tail) / (1 - tail)
      sum.value += x + Double.log(onePlus: sign * tail)
      sum.first += ratio * half * gamma.first
      let slope = half * gamma.first
      sum.second += ratio * half * gamma.second + (1 - ratio * ratio) * slope * slope
    }
  }
}

/// The infinite square lattice without field, J = 1, per site.
///
/// References: L. Onsager, Crystal statistics I, Physical Review 65 (1944), eq. 116–117; C. Yang, The
/// spontaneous magnetization of a two-dimensional Ising model, Physical Review 85 (1952), eq. 96.
public enum IsingPlane {
  /// −coth 2K [1 + (2/π) (2 tanh² 2K − 1) K₁(κ)],   κ = 2 sinh 2K / cosh² 2K.
  public static func energy(temperature: Double) -> Double {
    let k = 1 / temperature
    let tanh2 = Double.tanh(2 * k)
    let factor = 2 * tanh2 * tanh2 - 1
    // The integral grows like a logarithm where the factor vanishes.
    let term = abs(factor) < 1e-15 ? 0 : factor * integrals(k).first
    return -1 / tanh2 * (1 + 2 / Double.pi * term)
  }

  /// (4/π) (K coth 2K)² {K₁ − E₁ − (1 − tanh² 2K) [π/2 + (2 tanh² 2K − 1) K₁]}; infinite at the critical
  /// temperature.
  public static func heatCapacity(temperature: Double) -> Double {
    let k = 1 / temperature
    let tanh2 = Double.tanh(2 * k)
    let factor = 2 * tanh2 * tanh2 - 1
    let (first, second) = integrals(k)
    let scale = 4 / Double.pi * (k / tanh2) * (k / tanh2)
    return scale
      * (first - second - (1 - tanh2 * tanh2) * (Double.pi / 2 + factor * first))
  }

  /// (1 − sinh(2K)⁻⁴)^{1/8} below the critical temperature, 0 above.
  public static func magnetisation(temperature: Double) -> Double {
    let sinh2 = Double.sinh(2 / temperature)
    return sinh2 <= 1 ? 0 : Double.pow(1 - Double.pow(sinh2, -4), 0.125)
  }

  /// The complete elliptic integrals of the first and second kind, by the arithmetic-geometric mean.
  private static func integrals(_ k: Double) -> (first: Double, second: Double) {
    let cosh2 = Double.cosh(2 * k)
    let kappa = 2 * Double.sinh(2 * k) / (cosh2 * cosh2)
    // 1 − κ² = (1 − sinh²)² / cosh⁴.
    let complement = abs(1 - Double.sinh(2 * k) * Double.sinh(2 * k)) / (cosh2 * cosh2)
    var (a, b) = (1.0, complement)
    var sum = 0.5 * kappa * kappa
    var power = 1.0
    for _ in 0..<60 {
      let difference = 0.5 * (a - b)
      sum += power * difference * difference
      power *= 2
      (a, b) = (0.5 * (a + b), (a * b).squareRoot())
      if abs(difference) <= 1e-16 * a { break }
    }
    let first = Double.pi / (2 * a)
    return (first, first * (1 - sum))
  }
}
