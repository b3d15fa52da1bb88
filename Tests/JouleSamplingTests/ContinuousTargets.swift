import Joule
import JouleTestSupport

/// Continuous targets that can be drawn from exactly and whose moments are known, with nothing symmetric
/// about them.
enum ContinuousTargets {
  /// A bent Gaussian in two variables beside the logarithm of a gamma variable:
  ///
  ///     x₀ ~ N(0, s²),   x₁ | x₀ ~ N(b(x₀² − s²), 1),   x₂ = log Γ(a)
  ///     E = x₀²/2s² + ½(x₁ − b(x₀² − s²))² + e^{x₂} − a x₂
  enum Bent {
    static let (s, b, a) = (1.4, 0.35, 2.5)

    static let energy = energy(bend: b)

    /// The same with another b.
    static func energy(bend b: Double) -> DifferentiableEnergyFunction<Double> {
      DifferentiableEnergyFunction(variableCount: 3) { x in
        var energies = [Double](repeating: 0, count: x.shape[0])
        var gradient = Tensor<Double>(zeros: x.shape)
        for row in 0..<x.shape[0] {
          let (x0, x1, x2) = (x[row, 0], x[row, 1], x[row, 2])
          let rest = x1 - b * (x0 * x0 - s * s)
          let exponential = MonteCarlo.exp(x2)
          energies[row] = x0 * x0 / (2 * s * s) + rest * rest / 2 + exponential - a * x2
          gradient[row, 0] = x0 / (s * s) - 2 * b * x0 * rest
          gradient[row, 1] = rest
          gradient[row, 2] = exponential - a
        }
        return (Tensor(energies), gradient)
      }
    }

    /// Independent exact draws, `[count, 3]`.
    static func draws(_ count: Int, key: RandomKey) -> Tensor<Double> {
      var stream = RandomStream(key: key)
      var rows = Tensor<Double>(zeros: [count, 3])
      for row in 0..<count {
        let (x0, noise): (Double, Double) = (s * stream.normal(), stream.normal())
        rows[row, 0] = x0
        rows[row, 1] = b * (x0 * x0 - s * s) + noise
        rows[row, 2] = MonteCarlo.log(stream.gamma(shape: a))
      }
      return rows
    }

    /// x₁ drawn anew given x₀, as a simulator draws data given parameters.
    static func simulate(_ rows: inout Tensor<Double>, _ random: ChainRandom) {
      let noise = Tensor<Double>(normal: [rows.shape[0], 1], using: random)
      for row in 0..<rows.shape[0] {
        rows[row, 1] = b * (rows[row, 0] * rows[row, 0] - s * s) + noise[row, 0]
      }
    }

    /// The functions below, for the oracle.
    static let observable = Observable(expectations.map(\.name)) { rows in
      Tensor(
        (0..<rows.shape[0]).map { row in
          let point = rows.row(row)
          return expectations.map { $0.of(point) }
        })
    }

    /// Functions of a row with their exact expectations.
    static let expectations:
      [(name: String, value: Double, of: @Sendable (Tensor<Double>) -> Double)] =
        [
          ("x0", 0, { $0[0] }),
          ("x0²", s * s, { $0[0] * $0[0] }),
          ("x1", 0, { $0[1] }),
          ("x1²", 1 + 2 * b * b * s * s * s * s, { $0[1] * $0[1] }),
          ("x0² x1", 2 * b * s * s * s * s, { $0[0] * $0[0] * $0[1] }),
          ("e^x2", a, { MonteCarlo.exp($0[2]) }),
          ("e^2x2", a * (a + 1), { MonteCarlo.exp(2 * $0[2]) }),
          ("x2 < log a", 0.584_119_813_004, { $0[2] < MonteCarlo.log(a) ? 1 : 0 }),
        ]
  }

  /// A covariance without structure, of condition number about 30.
  static func covariance(_ n: Int, seed: UInt64 = 5) -> Tensor<Double> {
    let a = Tensor<Double>(normal: [n, 2 * n], using: RandomKey(seed: seed))
    return a.matmul(a, transposingOther: true) / Double(2 * n)
  }
}
