import JouleAlgebra
import Testing

/// The kernels of neural autoregressive models: the same bits at every level of instructions, whatever the
/// cut. That they are right is tested with the model that they serve.
@Suite struct AutoregressiveLayerTests {
  /// Hidden units below a vector, with a rest, of whole strips, and with a strip cut short; rows below a
  /// tile, and more than a strip holds.
  @Test(arguments: [1, 7, 16, 64, 75, 131], [1, 8, 41])
  func everyLevelHasTheSameBits(hidden: Int, rows: Int) {
    compare(Float.self, hidden, rows)
    compare(Double.self, hidden, rows)
  }

  private func compare<S: KernelScalar>(_ type: S.Type, _ hidden: Int, _ rows: Int) {
    let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)
    let results = levels.map { outcome(of: $0, type, hidden, rows) }
    for (level, result) in zip(levels, results) {
      for (index, (got, expected)) in zip(result, results[0]).enumerated() {
        #expect(got == expected, "\(type) result \(index) at \(level.level)")
      }
    }
  }

  private static func numbers<S: KernelScalar>(_ count: Int, _ factor: Int) -> [S] {
    (0..<count).map { S(($0 &* factor) % 401 - 200) / 97 }
  }

  private func layer<S: KernelScalar>(_ hidden: Int, _ kernels: VectorKernels)
    -> AutoregressiveLayer<S>
  {
    AutoregressiveLayer(
      weights: Self.numbers(9 * hidden, 7919), outputWeights: Self.numbers(9 * hidden, 104_729),
      visibleBias: Self.numbers(9, 31), hiddenBias: Self.numbers(hidden, 17),
      order: [3, 0, 8, 1, 5, 4, 7, 2, 6], kernels: kernels)
  }

  /// Logits and gradients of rows of zeros, ones and other values.
  private func outcome<S: KernelScalar>(
    of kernels: VectorKernels, _ type: S.Type, _ hidden: Int, _ rows: Int
  ) -> [[S]] {
    let layer: AutoregressiveLayer<S> = layer(hidden, kernels)
    let x = (0..<rows * 9).map { S([0, 1, 0, 0, 1, 0.25, 0][$0 * 5 % 7]) }
    var walk = AutoregressiveRows<S>(variables: 9, hidden: hidden, keepsStates: true)
    walk.assign(x.span)
    layer.advance(&walk)
    var (w, v, c) = (Self.numbers(9 * hidden, 3) as [S], Self.numbers(9 * hidden, 5) as [S], [S]())
    c = Self.numbers(hidden, 11)
    layer.addGradient(
      of: [.init(walk, residuals: Self.numbers(rows * 9, 13))], weights: w.mutableSpan,
      outputWeights: v.mutableSpan, hiddenBias: c.mutableSpan, on: .single)
    return [walk.logits, w, v, c]
  }

  /// Variable by variable, with the last state alone, as for drawing.
  @Test(arguments: [1, 16, 75]) func stepsGiveTheBitsOfOneGo(hidden: Int) {
    let layer: AutoregressiveLayer<Float> = layer(hidden, .best)
    let x = (0..<11 * 9).map { Float([0, 1, 0, 0, 1, 0.25, 0][$0 * 5 % 7]) }
    var whole = AutoregressiveRows<Float>(variables: 9, hidden: hidden, keepsStates: true)
    whole.assign(x.span)
    layer.advance(&whole)
    var walk = AutoregressiveRows<Float>(variables: 9, hidden: hidden, keepsStates: false)
    walk.assign([Float](repeating: 0, count: 11 * 9).span)
    for (position, variable) in [3, 0, 8, 1, 5, 4, 7, 2, 6].enumerated() {
      layer.advance(&walk, through: position..<position + 1)
      walk.assign((0..<11).map { x[$0 * 9 + variable] }, to: variable)
    }
    #expect(walk.logits == whole.logits)
  }
}
