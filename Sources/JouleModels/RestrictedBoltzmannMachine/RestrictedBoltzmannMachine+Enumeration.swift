public import JouleCore
public import JouleTensor

extension RestrictedBoltzmannMachine: EnumerableModel {
  /// The size of the smaller layer: it is enumerated, the other summed out in closed form.
  public var enumeratedBitCount: Int { Swift.min(variableCount, hiddenCount) }

  private var enumeratesHidden: Bool { hiddenCount <= variableCount }

  /// −F of the states of the smaller layer; see `EnumerableModel`.
  ///
  /// - Complexity: one product and one softplus pass over the larger layer for every state.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    let rows = Self.bits(of: states, count: enumeratedBitCount)
    let (other, bias, linear) =
      enumeratesHidden
      ? (visibleInput(of: rows), visibleBias, hiddenBias)
      : (hiddenInput(of: rows), hiddenBias, visibleBias)
    let sums = softplusSums(of: other, bias: bias)
    let direct = rows.matmul(linear)
    return (0..<states.count).map { Double(direct[$0]) + sums[$0] }
  }

  /// Rows (E[v | h], h) or (v, E[h | v]), whichever layer is enumerated; see `EnumerableModel`.
  public func enumeratedCompletion(_ states: Range<Int>) -> LatentRows<Scalar> {
    let rows = Self.bits(of: states, count: enumeratedBitCount)
    return enumeratesHidden
      ? LatentRows(visible: visibleMean(given: rows), hiddenMean: rows)
      : complete(rows)
  }

  /// p(v, h) of every pair of states of a small machine.
  ///
  /// - Returns: `[2ⁿ, 2ᵐ]`; bit i of a row's number is vᵢ, bit j of a column's number is hⱼ.
  /// - Precondition: n + m ≤ 20.
  public func jointProbabilities() -> Tensor<Double> {
    precondition(
      variableCount + hiddenCount <= 20,
      "the joint table of \(variableCount) + \(hiddenCount) units is too large: 20 in all at most")
    let machine = RestrictedBoltzmannMachine<Double>(self)
    let visible = RestrictedBoltzmannMachine<Double>.bits(
      of: 0..<(1 << variableCount), count: variableCount)
    let hidden = RestrictedBoltzmannMachine<Double>.bits(
      of: 0..<(1 << hiddenCount), count: hiddenCount)
    let exponents =
      machine.hiddenInput(of: visible).matmul(hidden.transposed())
      + visible.matmul(machine.visibleBias).reshaped(to: [1 << variableCount, 1])
      + hidden.matmul(machine.hiddenBias)
    let total = exponents.reshaped(to: [1, exponents.count]).logSumExp(along: 1)[0]
    return (exponents - total).exp()
  }

  /// The binary digits of numbers as rows, the lowest first: `[numbers, count]`.
  static func bits(of numbers: Range<Int>, count: Int) -> Tensor<Scalar> {
    var elements: [Scalar] = []
    elements.reserveCapacity(numbers.count * count)
    for number in numbers {
      for bit in 0..<count { elements.append(number >> bit & 1 == 1 ? 1 : 0) }
    }
    return Tensor(shape: [numbers.count, count], elements: elements)
  }
}
