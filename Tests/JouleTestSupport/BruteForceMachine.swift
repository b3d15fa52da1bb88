public import JouleTensor

/// A restricted Boltzmann machine worked out by brute force in Double: nested loops over states, none of
/// the library's mathematics. What the library says of small machines is held against it.
public struct BruteForceMachine: Sendable {
  /// `[visible][hidden]`
  public let weights: [[Double]]
  public let visibleBias: [Double]
  public let hiddenBias: [Double]

  public var visibleCount: Int { visibleBias.count }
  public var hiddenCount: Int { hiddenBias.count }

  /// - Parameters:
  ///   - weights: `[visible, hidden]`.
  ///   - visibleBias: `[visible]`.
  ///   - hiddenBias: `[hidden]`.
  public init(
    weights: Tensor<Double>, visibleBias: Tensor<Double>, hiddenBias: Tensor<Double>
  ) {
    let width = weights.shape[1]
    self.weights = (0..<weights.shape[0]).map {
      Array(weights.elements[$0 * width..<($0 + 1) * width])
    }
    self.visibleBias = visibleBias.elements
    self.hiddenBias = hiddenBias.elements
  }

  /// −E(v, h) of states given as numbers, bit i the value of unit i.
  public func exponent(visible: Int, hidden: Int) -> Double {
    var sum = 0.0
    for i in 0..<visibleCount where visible >> i & 1 == 1 {
      sum += visibleBias[i]
      for j in 0..<hiddenCount where hidden >> j & 1 == 1 { sum += weights[i][j] }
    }
    for j in 0..<hiddenCount where hidden >> j & 1 == 1 { sum += hiddenBias[j] }
    return sum
  }

  /// −log Σ_h exp(−E(v, h)) of a visible state.
  public func freeEnergy(visible: Int) -> Double {
    -logarithm(
      (0..<1 << hiddenCount).reduce(0) { $0 + exponential(exponent(visible: visible, hidden: $1)) })
  }

  /// p(v, h), `[2ⁿ][2ᵐ]`.
  public var jointProbabilities: [[Double]] {
    let terms = (0..<1 << visibleCount).map { visible in
      (0..<1 << hiddenCount).map { exponential(exponent(visible: visible, hidden: $0)) }
    }
    let total = terms.joined().reduce(0, +)
    return terms.map { $0.map { $0 / total } }
  }

  public var logPartition: Double {
    var sum = 0.0
    for visible in 0..<1 << visibleCount {
      for hidden in 0..<1 << hiddenCount {
        sum += exponential(exponent(visible: visible, hidden: hidden))
      }
    }
    return logarithm(sum)
  }

  /// p(v), `[2ⁿ]`.
  public var visibleProbabilities: [Double] { jointProbabilities.map { $0.reduce(0, +) } }

  /// p(h), `[2ᵐ]`.
  public var hiddenProbabilities: [Double] {
    let joint = jointProbabilities
    return (0..<1 << hiddenCount).map { hidden in joint.reduce(0) { $0 + $1[hidden] } }
  }

  /// T[v′][v] = P(next = v′ | now = v) of block Gibbs sampling, from the joint table alone: the columns
  /// sum to one.
  public var gibbsMatrix: [[Double]] {
    let joint = jointProbabilities
    let visible = visibleProbabilities
    let hidden = hiddenProbabilities
    return joint.indices.map { next in
      joint.indices.map { now in
        hidden.indices.reduce(0) {
          $0 + joint[now][$1] / visible[now] * joint[next][$1] / hidden[$1]
        }
      }
    }
  }
}
