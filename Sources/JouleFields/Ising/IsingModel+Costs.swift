import JouleTensor

extension IsingModel: PairwiseField {
  /// Label 1 is x = 1.
  public var costs: PairwiseCosts {
    let (low, high) = (values.low, values.low + values.span)
    var unary = [Double](repeating: 0, count: 2 * variableCount)
    let field = self.field.doubles
    for site in field.indices {
      let value = field[site]
      unary[2 * site] = -value * low
      unary[2 * site + 1] = -value * high
    }
    return PairwiseCosts(
      trusting: graph, labelCount: 2, unary: unary,
      pairwise: .weighted(
        couplings.doubles,
        table: [-low * low, -low * high, -high * low, -high * high]),
      constant: constant)
  }
}

extension Tensor {
  /// The elements as Double: shared where they are, converted where not.
  var doubles: [Double] {
    if let same = self as? Tensor<Double> { return same.elements }
    return Tensor<Double>(self).elements
  }
}
