import JouleCore
public import JouleRandom
public import JouleTensor

extension ExponentialFamilyModel where Family: SampledFamily {
  /// Independent draws, `[count, variables]`.
  ///
  /// - Parameter random: row r draws as chain `random.firstChain` + r.
  public func sample(count: Int, using random: ChainRandom) -> Tensor<Double> {
    precondition(count >= 0, "a number of draws is not negative, got \(count)")
    let theta = naturalParameters
    var elements: [Double] = []
    elements.reserveCapacity(count * variableCount)
    for row in 0..<count {
      var stream = random.stream(chain: row, purpose: DrawPurpose.start)
      elements += family.sample(at: theta, using: &stream)
    }
    return Tensor(shape: [count, variableCount], elements: elements)
  }
}
