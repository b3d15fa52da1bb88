public import JouleCore
import JouleRandom
public import JouleTensor
import RealModule

/// An exponential family over finitely many states, whose partition function is a sum over them.
///
///     log Z(θ) = log Σ_s exp(θ·T(s) + log h(s))
public protocol FiniteFamily: SampledFamily {
  /// The number of states.
  var stateCount: Int { get }

  /// The states of some numbers, `[states.count, variables]`.
  func rows(ofStates states: Range<Int>) -> Tensor<Double>

  /// T of some states, `[states.count, statistics]`.
  func statistics(ofStates states: Range<Int>) -> Tensor<Double>

  /// log h of some states; nil means that all are 0.
  func logBaseMeasure(ofStates states: Range<Int>) -> [Double]?
}

/// Sums over states go in blocks of so many numbers of T: a few megabytes.
private let numbersPerBlock = 1 << 19

extension FiniteFamily {
  public func statistics(ofStates states: Range<Int>) -> Tensor<Double> {
    statistics(ofRows: rows(ofStates: states))
  }

  /// Consecutive states, whose statistics fit in memory together.
  var stateBlocks: [Range<Int>] {
    let size = max(1, numbersPerBlock / statisticCount)
    return stride(from: 0, to: stateCount, by: size).map { $0..<min($0 + size, stateCount) }
  }

  /// θ·T(s) + log h(s) of some states.
  func logWeights(
    ofStates states: Range<Int>, at parameters: NaturalParameters
  ) -> [Double] {
    var result = statistics(ofStates: states).matmul(Tensor(parameters.values)).elements
    if let base = logBaseMeasure(ofStates: states) {
      for index in result.indices { result[index] += base[index] }
    }
    return result
  }

  public func logPartition(at parameters: NaturalParameters) -> Double {
    logSumExp(stateBlocks.flatMap { logWeights(ofStates: $0, at: parameters) })
  }

  public func meanParameters(at parameters: NaturalParameters) -> MeanParameters {
    cumulants(at: parameters).mean
  }

  public func covariance(at parameters: NaturalParameters) -> Tensor<Double> {
    cumulants(at: parameters).covariance
  }

  /// The probability of every state.
  ///
  /// - Complexity: one pass over T.
  public func probabilities(at parameters: NaturalParameters) -> [Double] {
    let all = stateBlocks.flatMap { logWeights(ofStates: $0, at: parameters) }
    let logPartition = logSumExp(all)
    return all.map { Double.exp($0 - logPartition) }
  }

  /// Two passes over the states: log Z, then moments about their mean.
  public func cumulants(at parameters: NaturalParameters) -> Cumulants {
    let all = stateBlocks.flatMap { logWeights(ofStates: $0, at: parameters) }
    let logPartition = logSumExp(all)
    let probabilities = all.map { Double.exp($0 - logPartition) }
    return weightedCumulants(
      logPartition: logPartition,
      blocks: stateBlocks.lazy.map { (statistics(ofStates: $0), Array(probabilities[$0])) })
  }

  public func meanLogBaseMeasure(at parameters: NaturalParameters) -> Double? {
    guard stateCount > 0, logBaseMeasure(ofStates: 0..<1) != nil else { return 0 }
    let probabilities = probabilities(at: parameters)
    return stateBlocks.reduce(0) { sum, block in
      let base = logBaseMeasure(ofStates: block) ?? []
      return sum + zip(block, base).reduce(0) { $0 + probabilities[$1.0] * $1.1 }
    }
  }

  /// By a table of all states.
  public func sampler(at parameters: NaturalParameters) -> Draw {
    let table = AliasTable(weights: probabilities(at: parameters))
    return { stream in
      let state = stream.categorical(table)
      return rows(ofStates: state..<state + 1).elements
    }
  }

  /// By the convex hull of the values of T.
  public func separation(at moments: MeanParameters) -> SeparatingDirection? {
    let blocks = stateBlocks.map { statistics(ofStates: $0) }
    return ConvexHull(points: Tensor(concatenating: blocks, along: 0)).separation(
      of: moments.values)
  }
}

/// log Σ exp.
func logSumExp(_ values: [Double]) -> Double {
  Tensor(shape: [1, values.count], elements: values).logSumExp(along: 1)[0]
}

/// Mean and covariance of weighted values of T: Σ p T, then Σ p (T − μ)(T − μ)ᵀ, which cannot cancel.
func weightedCumulants(
  logPartition: Double, blocks: some Sequence<(Tensor<Double>, [Double])>
) -> Cumulants {
  var mean: Tensor<Double>?
  for (statistics, weights) in blocks {
    let sum = Tensor(shape: [1, weights.count], elements: weights).matmul(statistics)
    mean = mean.map { $0 + sum } ?? sum
  }
  guard let mean else { preconditionFailure("a family of no states") }
  let count = mean.count
  var covariance = Tensor<Double>(zeros: [count, count])
  for (statistics, weights) in blocks {
    let centered = statistics - mean
    let weighted = centered * Tensor(shape: [weights.count, 1], elements: weights)
    covariance += weighted.transposed().matmul(centered)
  }
  return Cumulants(
    logPartition: logPartition, mean: MeanParameters(mean.elements),
    covariance: (covariance + covariance.transposed()) * 0.5)
}

/// Exact work with the model: log Z and gradients by the states of its family.
///
/// States number 0, 1, 2, …; up to a power of two they are filled up with states of probability 0.
extension ExponentialFamilyModel: EnumerableModel where Family: FiniteFamily {
  public var enumeratedBitCount: Int {
    Int.bitWidth - max(0, family.stateCount - 1).leadingZeroBitCount
  }

  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    let real = states.clamped(to: 0..<family.stateCount)
    return family.logWeights(ofStates: real, at: naturalParameters)
      + [Double](repeating: -.infinity, count: states.count - real.count)
  }

  public func enumeratedCompletion(_ states: Range<Int>) -> Tensor<Double> {
    let real = states.clamped(to: 0..<family.stateCount)
    let fill = [Tensor<Double>](
      repeating: family.rows(ofStates: 0..<1), count: states.count - real.count)
    return Tensor(concatenating: [family.rows(ofStates: real)] + fill, along: 0)
  }
}
