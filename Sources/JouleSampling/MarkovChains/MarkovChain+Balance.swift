public import JouleAlgebra
import JouleTensor

/// How far a distribution and a chain are from detailed balance.
public struct DetailedBalance: Sendable, Equatable {
  /// max |π_j T[i, j] − π_i T[j, i]|, a probability a step.
  public let residual: Double
  /// The greatest share by which two opposite flows differ, |a − b| / max(a, b), from 0 to 1.
  public let largestAsymmetry: Double
  /// The states between which they do; nil where all flows are alike.
  public let worstPair: Pair?

  /// Two states, in the direction of the greater flow.
  public struct Pair: Sendable, Hashable {
    public let from: Int
    public let to: Int
  }

  /// What is taken for rounding when opposite flows are compared.
  public static let asymmetryTolerance = 1e-9

  /// Whether all pairs of flows are equal to rounding: the chain runs backward as it runs forward.
  public var isReversible: Bool { largestAsymmetry <= Self.asymmetryTolerance }
}

extension MarkovChain {
  /// How a chain is made reversible, with the stationary distribution that it has.
  public enum Reversibilization: Sendable {
    /// (T + T̃)/2 with the time reversal T̃: forward or backward, by the toss of a coin.
    case additive
    /// T̃ T: a step forward, then one backward. Its second eigenvalue bounds how fast any chain mixes,
    /// reversible or not (Fill, Ann. Appl. Probab. 1 (1991), Theorem 2.1).
    case multiplicative
  }

  /// Compares π_j T[i, j] with π_i T[j, i] for all pairs of states: that they are equal suffices for π
  /// to be stationary.
  ///
  /// - Complexity: O(d²).
  public func detailedBalance(of stationary: [Double]) -> DetailedBalance {
    requireDistribution(stationary)
    let (count, elements) = (stateCount, transition.elements)
    var (residual, asymmetry) = (0.0, 0.0)
    var worst: DetailedBalance.Pair?
    // By tiles, since one of the two flows is read down a column.
    let tile = 64
    for top in Swift.stride(from: 0, to: count, by: tile) {
      for left in Swift.stride(from: 0, through: top, by: tile) {
        for i in top..<min(top + tile, count) {
          for j in left..<min(left + tile, i) {
            let there = stationary[j] * elements[i * count + j]
            let back = stationary[i] * elements[j * count + i]
            let difference = abs(there - back)
            if difference > residual { residual = difference }
            if difference > asymmetry * max(there, back) {
              asymmetry = difference / max(there, back)
              worst = there > back ? .init(from: j, to: i) : .init(from: i, to: j)
            }
          }
        }
      }
    }
    return DetailedBalance(residual: residual, largestAsymmetry: asymmetry, worstPair: worst)
  }

  /// The chain run backward in time from π: T̃[i, j] = π_i T[j, i] / π_j.
  ///
  /// - Throws: `.zeroProbability` where π has a zero; `.notUnique`, `.underflow`.
  /// - Complexity: 2d³/3 operations for π.
  public func timeReversal(on workers: Workers = .single) throws(MarkovChainError) -> MarkovChain {
    let reversed = try reversedTransition(positiveStationary(on: workers))
    return try derived(reversed)
  }

  /// A reversible chain with the same stationary distribution.
  ///
  /// - Throws: `.zeroProbability` where π has a zero; `.notUnique`, `.underflow`.
  /// - Complexity: 2d³/3 operations for π; another 2d³ for the product.
  public func reversibilized(
    _ kind: Reversibilization, on workers: Workers = .single
  ) throws(MarkovChainError) -> MarkovChain {
    let reversed = try reversedTransition(positiveStationary(on: workers))
    switch kind {
    case .additive: return try derived((transition + reversed) / 2)
    case .multiplicative:
      return try derived(
        Tensor(
          shape: transition.shape,
          elements: SquareProduct.of(
            reversed.elements, transition.elements, order: stateCount, on: workers)))
    }
  }

  private func positiveStationary(on workers: Workers) throws(MarkovChainError) -> [Double] {
    let stationary = try stationaryDistribution(on: workers)
    if let state = stationary.firstIndex(of: 0) { throw .zeroProbability(state: stateNames[state]) }
    return stationary
  }

  private func reversedTransition(_ stationary: [Double]) -> Tensor<Double> {
    let count = stateCount
    var elements = transition.transposed().elements
    for i in 0..<count {
      for j in 0..<count { elements[i * count + j] *= stationary[i] / stationary[j] }
    }
    return Tensor(shape: [count, count], elements: elements)
  }

  private func derived(_ matrix: Tensor<Double>) throws(MarkovChainError) -> MarkovChain {
    try MarkovChain(columns: matrix, stateNames: stateNames)
  }
}
