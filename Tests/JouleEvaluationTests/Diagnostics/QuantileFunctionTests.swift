import JouleEvaluation
import Testing

/// Quantile functions against values of SciPy 1.17 and against their inverses.
@Suite struct QuantileFunctionTests {
  @Test func normalQuantiles() {
    for (p, z) in [
      (1e-300, -37.0470962993612), (1e-10, -6.361340902404056), (0.001, -3.090232306167813),
      (0.05, -1.6448536269514729), (0.3, -0.5244005127080409), (0.5, 0),
      (0.9, 1.2815515655446004), (0.975, 1.959963984540054), (0.999999, 4.753424308817087),
    ] {
      #expect(abs(NormalQuantile.value(p) - z) <= 4e-15 * max(1, abs(z)))
    }
    #expect(NormalQuantile.value(0) == -.infinity && NormalQuantile.value(1) == .infinity)
    for p in [1e-12, 0.01, 0.2, 0.45] {
      #expect(NormalQuantile.value(p) < NormalQuantile.value(p * 1.0001))
    }
  }

  /// I_x(1, b) = 1 − (1 − x)ᵇ and I_x(a, 1) = xᵃ have inverses of their own; the median of a symmetric
  /// distribution is a half.
  @Test func betaQuantilesOfClosedForms() {
    for p in [0.01, 0.1586553, 0.5, 0.8413447, 0.999] {
      for k in [1.0, 2, 7.5, 300] {
        let root = p.root(k)
        #expect(abs(BetaQuantile.value(p, a: k, b: 1) - root) < 1e-12)
        #expect(abs(BetaQuantile.value(1 - p, a: 1, b: k) - (1 - root)) < 1e-11)
      }
    }
    for a in [1.5, 40, 12_345, 2e5] {
      #expect(abs(BetaQuantile.value(0.5, a: a, b: a) - 0.5) < 1e-9)
    }
  }

  @Test func betaQuantilesAreInverses() {
    for (a, b) in [(2.0, 5.0), (51, 951), (1.2, 3000), (2001, 38001), (3e5, 1e5)] {
      for p in [0.1586553, 0.5, 0.8413447] {
        let x = BetaQuantile.value(p, a: a, b: b)
        #expect(abs(BetaQuantile.distribution(x, a, b) - p) < 1e-8, "\(a), \(b)")
      }
    }
  }
}

extension Double {
  /// x to the power 1/k, by bisection.
  fileprivate func root(_ k: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      var (power, rest) = (1.0, k)
      while rest >= 1 {
        power *= middle
        rest -= 1
      }
      if rest > 0 { power *= middle.squareRoot() }
      if power < self { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
