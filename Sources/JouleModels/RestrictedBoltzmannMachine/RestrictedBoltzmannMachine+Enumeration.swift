import JouleAlgebra
public import JouleCore
public import JouleTensor

extension RestrictedBoltzmannMachine: EnumerableModel {
  /// The size of the smaller layer: it is enumerated, the other summed out in closed form.
  public var enumeratedBitCount: Int { Swift.min(variableCount, hiddenCount) }

  private var enumeratesHidden: Bool { hiddenCount <= variableCount }

  /// The low bits of a state's number, which it has in common with the same states of other blocks: as
  /// many as keep their inputs in the cache.
  private var enumeratedLowBitCount: Int {
    let larger = Swift.max(variableCount, hiddenCount)
    var count = Swift.min(8, enumeratedBitCount)
    while count > 3, larger << count > 1 << 18 { count -= 1 }
    return count
  }

  /// As many high parts of numbers as low ones.
  public var enumeratedBlockSize: Int { 1 << (2 * enumeratedLowBitCount) }

  /// −F of the states of the smaller layer; see `EnumerableModel`.
  ///
  /// The input of the larger layer is a sum of what the high and the low bits of a state's number give, so
  /// that all pairs of them share their exponentials; see `VectorKernels.softplusPairSums`. In Double.
  ///
  /// - Complexity: an addition and two multiplications for every state and unit of the larger layer.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    if states.isEmpty { return [] }
    let machine = RestrictedBoltzmannMachine<Double>(self)
    let lowBits = enumeratedLowBitCount
    let lows = 1 << lowBits
    let firstHigh = states.lowerBound >> lowBits
    let highs = ((states.upperBound - 1) >> lowBits) - firstHigh + 1
    func parts(_ numbers: some Sequence<Int>) -> (input: Tensor<Double>, linear: [Double]) {
      let rows = RestrictedBoltzmannMachine<Double>.bits(of: numbers, count: enumeratedBitCount)
      return enumeratesHidden
        ? (machine.visibleInput(of: rows), rows.matmul(machine.hiddenBias).elements)
        : (machine.hiddenInput(of: rows), rows.matmul(machine.visibleBias).elements)
    }
    var high = parts((0..<highs).lazy.map { (firstHigh + $0) << lowBits })
    high.input += enumeratesHidden ? machine.visibleBias : machine.hiddenBias
    let low = parts(0..<lows)
    var sums = [Double](repeating: 0, count: highs * lows)
    VectorKernels.best.softplusPairSums(
      high.input.elements.span, low.input.elements.span, rows: highs, columns: lows,
      depth: high.input.shape[1], into: sums.mutableSpan)
    return states.map { state in
      let place = state - (firstHigh << lowBits)
      return sums[place] + (high.linear[place >> lowBits] + low.linear[place & (lows - 1)])
    }
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
  static func bits(of numbers: some Sequence<Int>, count: Int) -> Tensor<Scalar> {
    var elements: [Scalar] = []
    var rows = 0
    elements.reserveCapacity(numbers.underestimatedCount * count)
    for number in numbers {
      rows += 1
      for bit in 0..<count { elements.append(number >> bit & 1 == 1 ? 1 : 0) }
    }
    return Tensor(shape: [rows, count], elements: elements)
  }
}
