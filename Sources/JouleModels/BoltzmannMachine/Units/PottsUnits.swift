public import JouleRandom
public import JouleTensor

/// Categories: units that take one of q states each, a state a column, 1 for the state taken and 0 else.
///
///     x one of the q unit vectors,   U(x) = −bᵀx,   Γ(I) = log Σ_k exp(b_k + I_k)
///
/// A number added to all states of a unit changes nothing: biases and weights are kept in the gauge in which
/// they sum to zero over the states of a unit, gradients included. With two states it is a bit whose input
/// is the difference of the two.
///
/// Reference: J. Tubiana, S. Cocco, R. Monasson, Learning protein constitutive motifs from sequence data,
/// eLife 8 (2019) e39397, eq. 3–4 and the gauge of its methods.
public struct PottsUnits: Units {
  public static let kind = "potts"
  public let count: Int
  /// q
  public let stateCount: Int

  /// - Precondition: at least two states.
  public init(_ count: Int, states: Int) {
    precondition(states > 1, "a category has at least 2 states, got \(states)")
    self.count = count
    stateCount = states
  }

  public var width: Int { count * stateCount }
  public var text: String { "\(Self.kind):\(count)x\(stateCount)" }
  public var states: [[Double]]? {
    (0..<stateCount).map { state in (0..<stateCount).map { $0 == state ? 1 : 0 } }
  }
  public func resized(to count: Int) -> PottsUnits { PottsUnits(count, states: stateCount) }
  public var valuesInWords: String { "\(stateCount) columns with a single 1 a unit" }

  /// b = log m, m kept off 0 by an imagined row of every state, in the zero-sum gauge.
  public func parameters<S: TensorScalar>(
    means: Tensor<S>, variances: Tensor<S>, rowCount: Int
  ) -> [Tensor<S>] {
    let rows = S(rowCount)
    let smooth = (means * rows + 1) * (1 / (rows + S(stateCount)))
    let logs = smooth.log().reshaped(to: [count, stateCount])
    return [(logs - logs.mean(along: 1, keepingAxis: true)).reshaped(to: [width])]
  }

  public func energies<S: TensorScalar>(
    of values: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    -Tensor<Double>(values.matmul(parameters[0]))
  }

  public func logPartitions<S: TensorScalar>(
    of input: Tensor<S>, _ parameters: [Tensor<S>]
  ) -> Tensor<Double> {
    let rows = input.shape[0]
    return Tensor<Double>(perUnit(input + parameters[0]).logSumExp(along: 1))
      .reshaped(to: [rows, count]).sum(along: 1)
  }

  public func formMeans<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    input += parameters[0]
    let shape = input.shape
    input.reshape(to: [shape[0] * count, stateCount])
    input -= input.max(along: 1, keepingAxis: true)
    input.formExp()
    input /= input.sum(along: 1, keepingAxis: true)
    input.reshape(to: shape)
  }

  public func formVariances<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>]
  ) {
    formMeans(&input, parameters)
    input -= input.squared()
  }

  public func formModes<S: TensorScalar>(_ input: inout Tensor<S>, _ parameters: [Tensor<S>]) {
    let best = perUnit(input + parameters[0]).argmax(along: 1)
    input = Tensor(zeros: input.shape)
    for (unit, state) in best.enumerated() { input.elements[unit * stateCount + state] = 1 }
  }

  /// Unit i of a row takes the number i of the row's draws, by inversion.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func formDraws<S: TensorScalar>(
    _ input: inout Tensor<S>, _ parameters: [Tensor<S>], using random: ChainRandom,
    purpose: UInt32
  ) {
    formMeans(&input, parameters)
    let (rows, units, q) = (input.shape[0], count, stateCount)
    var values = input.elements.mutableSpan
    for row in 0..<rows {
      var stream = random.stream(chain: row, purpose: purpose)
      for unit in 0..<units {
        let first = (row * units + unit) * q
        var rest = stream.uniform(as: S.self)
        var taken = q - 1
        for state in 0..<q - 1 {
          rest -= values[first + state]
          if rest < 0 {
            taken = state
            break
          }
        }
        // Rounding can leave a remainder for a state without probability.
        while taken > 0, values[first + taken] == 0 { taken -= 1 }
        for state in 0..<q { values[first + state] = state == taken ? 1 : 0 }
      }
    }
  }

  public func firstImpossible(in values: ArraySlice<Float>) -> Int? {
    let start = values.startIndex
    for unit in 0..<count {
      let columns = values[start + unit * stateCount..<start + (unit + 1) * stateCount]
      if let bad = columns.firstIndex(where: { $0 != 0 && $0 != 1 }) { return bad - start }
      if columns.reduce(0, +) != 1 { return unit * stateCount }
    }
    return nil
  }

  /// A row a unit.
  private func perUnit<S: TensorScalar>(_ block: Tensor<S>) -> Tensor<S> {
    block.reshaped(to: [block.shape[0] * count, stateCount])
  }
}
