import JouleAlgebra
import JouleCore
public import JouleRandom
public import JouleTensor

extension NADE {
  /// log p(x) of every row, exactly.
  ///
  ///     log p(x) = Σᵢ xᵢ yᵢ − softplus(yᵢ),   yᵢ the logit of variable i given those before it
  ///
  /// Logits are formed in the scalar type, their sum in Double.
  ///
  /// - Parameter rows: x, `[batch, variables]`, values in {0, 1}.
  /// - Returns: `[batch]`, in nats.
  /// - Complexity: 2·n·m flops a row, and m logistic functions for each value that is not 0.
  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    requireRows(rows)
    let layer = layer
    let noBias = [Scalar](repeating: 0, count: variableCount)
    var walk = AutoregressiveRows<Scalar>(
      variables: variableCount, hidden: hiddenCount, keepsStates: false)
    var result: [Double] = []
    result.reserveCapacity(rows.shape[0])
    for range in RowPieces.ranges(rows.shape[0]) {
      walk.assign(
        rows.elements.span.extracting(
          range.lowerBound * variableCount..<range.upperBound * variableCount))
      layer.advance(&walk)
      var products = [Double](repeating: 0, count: range.count)
      var costs = products
      VectorKernels.best.rowDots(
        walk.values.span, walk.logits.span, into: products.mutableSpan)
      VectorKernels.best.softplusRowSums(
        walk.logits.span, bias: noBias.span, columns: variableCount, scale: 1,
        into: costs.mutableSpan)
      for (product, cost) in zip(products, costs) { result.append(product - cost) }
    }
    return Tensor(result)
  }

  /// p(xᵢ = 1 | the variables before it) of every row, `[batch, variables]`.
  public func conditionalMeans(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    var walk = AutoregressiveRows<Scalar>(
      variables: variableCount, hidden: hiddenCount, keepsStates: false)
    walk.assign(rows.elements.span)
    layer.advance(&walk)
    return Tensor(shape: rows.shape, elements: walk.logits).logistic()
  }

  /// Independent exact draws, one a row: each variable from its distribution given those drawn before it.
  ///
  /// - Parameters:
  ///   - random: row r draws as chain r of it.
  ///   - rows: `[count, variables]`, overwritten.
  /// - Complexity: as of `logDensity(of:)`.
  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    requireRows(rows)
    let count = rows.shape[0]
    let uniforms = Tensor<Scalar>(uniform: rows.shape, using: random)
    let layer = layer
    var walk = AutoregressiveRows<Scalar>(
      variables: variableCount, hidden: hiddenCount, keepsStates: false)
    walk.assign(rows.elements.span)
    var means = Tensor<Scalar>(zeros: [count])
    for (position, variable) in order.enumerated() {
      layer.advance(&walk, through: position..<position + 1)
      for row in 0..<count { means[row] = walk.logits[row * variableCount + variable] }
      means.formLogistic()
      let drawn = (0..<count).map { row in
        uniforms.elements[row * variableCount + variable] < means[row] ? Scalar(1) : 0
      }
      walk.assign(drawn, to: variable)
    }
    rows = Tensor(shape: rows.shape, elements: walk.values)
  }
}
