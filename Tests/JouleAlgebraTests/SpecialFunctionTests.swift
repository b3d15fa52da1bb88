import JouleAlgebra
import Testing

/// Special functions against tables from arithmetic with many digits, to the accuracy they state.
@Suite struct SpecialFunctionTests {
  /// |value/expected − 1| ≤ accuracy.
  static func expect(
    _ value: Double, _ expected: Double, within accuracy: Double, _ arguments: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = expected == 0 ? abs(value) : abs(value / expected - 1)
    #expect(
      error <= accuracy, "at \(arguments): \(value), not \(expected), off by \(error)",
      sourceLocation: sourceLocation)
  }

  @Test func digammaAndTrigamma() {
    for row in SpecialFunctionTables.digamma {
      Self.expect(SpecialFunctions.digamma(row[0]), row[1], within: 4e-15, row)
      Self.expect(SpecialFunctions.trigamma(row[0]), row[2], within: 2e-15, row)
    }
    for row in SpecialFunctionTables.digammaDifference {
      Self.expect(
        SpecialFunctions.digammaDifference(from: row[0], by: row[1]), row[2], within: 4e-15, row)
    }
  }

  @Test func betaFunction() {
    for row in SpecialFunctionTables.logBeta {
      Self.expect(SpecialFunctions.logBeta(row[0], row[1]), row[2], within: 2e-14, row)
      Self.expect(SpecialFunctions.logBeta(row[1], row[0]), row[2], within: 2e-14, row)
    }
    Self.expect(
      SpecialFunctions.logChoose(52, 5), Double(2_598_960).logarithm, within: 2e-15, [52, 5])
  }

  @Test func incompleteGamma() {
    for row in SpecialFunctionTables.regularizedGamma {
      let pair = SpecialFunctions.regularizedGamma(shape: row[0], at: row[1])
      Self.expect(pair.lower, row[2], within: 2e-14, row)
      Self.expect(pair.upper, row[3], within: 2e-14, row)
    }
  }

  @Test func incompleteBeta() {
    for row in SpecialFunctionTables.regularizedBeta {
      let pair = SpecialFunctions.regularizedBeta(row[0], row[1], at: row[2])
      Self.expect(pair.lower, row[3], within: 3e-14, row)
      Self.expect(pair.upper, row[4], within: 3e-14, row)
    }
  }

  @Test func besselFunctions() {
    for row in SpecialFunctionTables.bessel {
      let ratio = SpecialFunctions.besselRatio(row[0])
      Self.expect(SpecialFunctions.logBesselI0(row[0]), row[1], within: 3e-15, row)
      Self.expect(ratio.value, row[2], within: 3e-15, row)
      Self.expect(ratio.overArgument, row[2] / row[0], within: 3e-15, row)
      Self.expect(ratio.slope, row[3], within: 3e-13, row)
    }
    #expect(SpecialFunctions.besselRatio(0) == (0, 0.5, 0.5))
  }

  @Test func normalDistribution() {
    for row in SpecialFunctionTables.normal {
      // The exponent z²/2 is rounded: its error is one of the value.
      let accuracy = 1e-15 + row[0] * row[0] * 2e-16
      Self.expect(SpecialFunctions.normalCumulative(row[0]), row[1], within: accuracy, row)
    }
    for row in SpecialFunctionTables.quantile {
      Self.expect(SpecialFunctions.normalQuantile(row[0]), row[1], within: 1e-14, row)
    }
    #expect(SpecialFunctions.normalQuantile(0) == -.infinity)
    #expect(SpecialFunctions.normalQuantile(.leastNonzeroMagnitude) < -38)
  }

  @Test func multivariateGamma() {
    // Γ₂(x) = √π Γ(x) Γ(x − ½).
    let expected =
      0.5 * Double.pi.logarithm + SpecialFunctions.logGamma(3.7) + SpecialFunctions.logGamma(3.2)
    Self.expect(
      SpecialFunctions.logMultivariateGamma(3.7, order: 2), expected, within: 1e-15, [3.7])
  }

  @Test func outsideTheDomainIsNaN() {
    #expect(SpecialFunctions.digamma(0).isNaN && SpecialFunctions.trigamma(-1).isNaN)
    #expect(SpecialFunctions.regularizedGamma(shape: 0, at: 1).lower.isNaN)
    #expect(SpecialFunctions.regularizedBeta(1, 1, at: 1.5).lower.isNaN)
    #expect(SpecialFunctions.logBesselI0(-1).isNaN && SpecialFunctions.normalQuantile(1.1).isNaN)
    #expect(SpecialFunctions.logBeta(-1, 2).isNaN)
  }
}

extension Double {
  /// log x, by the vector kernels: these tests import nothing else.
  fileprivate var logarithm: Double { VectorKernels.best.apply(.log, to: self) }
}
