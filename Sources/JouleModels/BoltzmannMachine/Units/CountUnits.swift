import JouleRandom
import JouleTensor
import RealModule

/// Whole numbers from 0 to N, each with a weight of its own.
///
///     x ∈ {0, …, N},   U(x) = −log w_x − b x,   Γ(I) = log Σₓ w_x exp((b + I) x)
///
/// With w_x the binomial coefficients a unit is the sum of N bits of the same bias and weights: `binomial`. With
/// w_x the elementary symmetric polynomials of exp(½ − k), k = 1 … N, it is the sum of bits whose biases fall by one
/// from bit to bit: `stepped`, of which a rectified unit with noise is the usual approximation,
/// max(0, y + √σ(y) ε). This one is exact, so that its energy is one.
///
/// References: Y. Teh, G. Hinton, Rate-coded restricted Boltzmann machines for face recognition, NIPS 2000, §2;
/// V. Nair, G. Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010, §2.
public struct CountUnits: ElementwiseUnits {
  public static let kind = "count"
  public let count: Int
  /// N
  public let largest: Int
  /// Which weights.
  public enum Weights: String, Sendable, Equatable { case binomial, stepped }
  public let weights: Weights
  /// log w_x for every x.
  let logWeights: [Double]

  /// - Precondition: N from 1 to 1000.
  public init(_ count: Int, largest: Int, weights: Weights) {
    precondition(
      (1...1000).contains(largest), "counts go up to 1 at least and 1000 at most, got \(largest)")
    self.count = count
    self.largest = largest
    self.weights = weights
    logWeights = (0...largest).map { x in
      // The q-binomial theorem, q = 1/e: e_x = q^(x²/2) Π_{k=1}^{x} (1 − q^(N−k+1)) / (1 − q^k).
      switch weights {
      case .binomial:
        return Double.logGamma(Double(largest + 1)) - Double.logGamma(Double(x + 1))
          - Double.logGamma(Double(largest - x + 1))
      case .stepped:
        let ratios = (1..<x + 1).reduce(0.0) { sum, k in
          sum + Double.log(onePlus: -Double.exp(-Double(largest - k + 1)))
            - Double.log(onePlus: -Double.exp(-Double(k)))
        }
        return ratios - Double(x * x) / 2
      }
    }
  }

  public var text: String { "\(weights.rawValue):\(count)x\(largest)" }
  public var states: [[Double]]? { (0...largest).map { [Double($0)] } }
  public func resized(to count: Int) -> CountUnits {
    CountUnits(count, largest: largest, weights: weights)
  }
  public var valuesInWords: String { "whole numbers from 0 to \(largest)" }
  var support: ClosedRange<Double> { 0...Double(largest) }
  var isWhole: Bool { true }

  func potential(_ x: Double, _ shape: [Double]) -> Double {
    let whole = x.rounded()
    guard whole == x, whole >= 0, whole <= Double(largest) else { return .infinity }
    return -logWeights[Int(whole)]
  }

  func logPartition(_ y: Double, _ shape: [Double]) -> Double {
    if weights == .binomial {
      // N softplus(y)
      return Double(largest) * (Swift.max(y, 0) + Double.log(onePlus: Double.exp(-abs(y))))
    }
    let exponents = self.exponents(y)
    let top = exponents.max() ?? 0
    return top + Double.log(exponents.reduce(0) { $0 + Double.exp($1 - top) })
  }

  func moments(_ y: Double, _ shape: [Double]) -> (mean: Double, variance: Double) {
    if weights == .binomial {
      let p = y < 0 ? Double.exp(y) / (1 + Double.exp(y)) : 1 / (1 + Double.exp(-y))
      return (Double(largest) * p, Double(largest) * p * (1 - p))
    }
    let total = logPartition(y, shape)
    var (mean, square) = (0.0, 0.0)
    for (x, exponent) in exponents(y).enumerated() {
      let p = Double.exp(exponent - total)
      mean += p * Double(x)
      square += p * Double(x * x)
    }
    return (mean, Swift.max(0, square - mean * mean))
  }

  func mode(_ y: Double, _ shape: [Double]) -> Double {
    let exponents = self.exponents(y)
    return Double(exponents.indices.max { exponents[$0] < exponents[$1] } ?? 0)
  }

  func draw(_ y: Double, _ shape: [Double], using stream: inout RandomStream) -> Double {
    let total = logPartition(y, shape)
    var rest = stream.uniform(as: Double.self)
    let exponents = self.exponents(y)
    for (x, exponent) in exponents.enumerated() {
      rest -= Double.exp(exponent - total)
      if rest < 0 { return Double(x) }
    }
    return mode(y, shape)
  }

  private func exponents(_ y: Double) -> [Double] {
    logWeights.enumerated().map { $1 + y * Double($0) }
  }
}
