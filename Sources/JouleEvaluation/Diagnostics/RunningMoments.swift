public import JouleTensor

/// Means and variances of running chains, and the R-hat that follows from them, without storing a draw.
///
///     var moments = RunningMoments(chainCount: 100, variableCount: 1)
///     moments.record(energies)            // [chain, variable], after every step
///     let rHat = moments.rHat[0]
///
/// This R-hat is that of whole chains, neither split nor ranked: cheap enough for every step, blind to
/// a trend that all chains share and to variables without variance. For a verdict keep draws in a
/// `DrawRecorder`.
///
/// Reference: A. Gelman et al., Bayesian Data Analysis, third edition (2013), eq. 11.1-11.4; sums by
/// B. Welford, Technometrics 4 (1962), 419-420.
public struct RunningMoments: Sendable {
  public let chainCount: Int
  public let variableCount: Int
  /// Steps taken in.
  public private(set) var stepCount = 0
  /// `[chain, variable]`.
  private var chainMeans: [Double]
  /// Σ (x − mean of its chain)², `[chain, variable]`.
  private var squares: [Double]

  public init(chainCount: Int, variableCount: Int) {
    precondition(
      chainCount > 0 && variableCount > 0,
      "moments of \(chainCount) chains and \(variableCount) variables")
    self.chainCount = chainCount
    self.variableCount = variableCount
    chainMeans = [Double](repeating: 0, count: chainCount * variableCount)
    squares = chainMeans
  }

  /// Takes in where the chains are, `[chain, variable]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func record<Scalar: TensorScalar>(_ position: Tensor<Scalar>) {
    precondition(
      position.shape == [chainCount, variableCount],
      "these moments take [\(chainCount), \(variableCount)], got \(position.shape)")
    stepCount += 1
    let weight = 1 / Double(stepCount)
    for index in chainMeans.indices {
      let value = Double(position.elements[index])
      let before = value - chainMeans[index]
      chainMeans[index] += before * weight
      squares[index] += before * (value - chainMeans[index])
    }
  }

  /// The mean of each variable over all chains and steps.
  public var means: [Double] {
    perVariable { variable in self.means(of: variable).reduce(0, +) / Double(chainCount) }
  }

  /// The variance of each variable over all chains and steps: (n − 1)/n W + B/n. NaN before two steps.
  public var variances: [Double] {
    perVariable { variable in
      let n = Double(stepCount)
      return within(variable) * (n - 1) / n + between(variable)
    }
  }

  /// √(variance / W) of each variable: W is the mean variance within chains. Nil where it is not
  /// defined: one chain, fewer than two steps, no variance, values that are not finite.
  public var rHat: [Double?] {
    perVariable { variable in
      guard chainCount > 1, stepCount > 1 else { return nil }
      let n = Double(stepCount)
      let rHat = ((n - 1) / n + between(variable) / within(variable)).squareRoot()
      return rHat.isNaN ? nil : rHat
    }
  }

  private func perVariable<Value>(_ body: (Int) -> Value) -> [Value] {
    (0..<variableCount).map(body)
  }

  private func means(of variable: Int) -> [Double] {
    (0..<chainCount).map { chainMeans[$0 * variableCount + variable] }
  }

  private func within(_ variable: Int) -> Double {
    (0..<chainCount).reduce(0) { $0 + squares[$1 * variableCount + variable] }
      / Double(chainCount) / Double(stepCount - 1)
  }

  /// The variance of the chains' means; 0 of one chain.
  private func between(_ variable: Int) -> Double {
    chainCount > 1 ? TraceAnalysis.variance(means(of: variable)) : 0
  }
}
