import JouleAlgebra
import JouleCore
import JouleRandom
import JouleTensor

// The passes of gradient-guided flips over batches of chains; see `VectorKernels.proposeFlips` and its
// neighbours. self is x, `[chains, variables]`.
extension Tensor {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func proposeFlips(
    gradient: Tensor, middle: Double, cost: Double, using random: ChainRandom,
    into proposed: inout Tensor, logDensities: inout [Double]
  ) {
    VectorKernels.best.proposeFlips(
      of: elements.span, gradient: gradient.elements.span, columns: shape[1], middle: middle,
      cost: cost, random.address(purpose: DrawPurpose.proposal),
      into: proposed.elements.mutableSpan, logDensities: logDensities.mutableSpan)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func flipLogDensities(
    gradient: Tensor, to target: Tensor, middle: Double, cost: Double,
    into logDensities: inout [Double]
  ) {
    VectorKernels.best.flipLogDensities(
      from: elements.span, gradient: gradient.elements.span, to: target.elements.span,
      columns: shape[1], middle: middle, cost: cost, into: logDensities.mutableSpan)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func chooseFlips(
    gradient: Tensor, middle: Double, using random: ChainRandom, logDensities: inout [Double]
  ) -> [Int] {
    var uniforms = [Double](repeating: 0, count: shape[0])
    VectorKernels.best.fill(
      .uniform, uniforms.mutableSpan, columns: 1, random.address(purpose: DrawPurpose.proposal))
    return VectorKernels.best.chooseFlips(
      of: elements.span, gradient: gradient.elements.span, columns: shape[1], middle: middle,
      uniforms: uniforms, logDensities: logDensities.mutableSpan)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func choiceLogDensities(
    of choices: [Int], gradient: Tensor, middle: Double, into logDensities: inout [Double]
  ) {
    VectorKernels.best.choiceLogDensities(
      of: elements.span, gradient: gradient.elements.span, columns: shape[1], middle: middle,
      choices: choices, into: logDensities.mutableSpan)
  }

  /// x[r, choices[r]] ← sum − x[r, choices[r]] of every row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func flip(_ choices: [Int], sum: Scalar) {
    let width = shape[1]
    for row in choices.indices {
      let place = row * width + choices[row]
      elements[place] = sum - elements[place]
    }
  }
}
