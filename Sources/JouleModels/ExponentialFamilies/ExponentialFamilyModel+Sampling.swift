public import JouleCore
public import JouleRandom
public import JouleTensor

extension ExponentialFamilyModel: TractableDistribution where Family: SampledFamily {
  /// Independent draws, one a row.
  ///
  /// - Parameters:
  ///   - random: row r draws as chain r of it.
  ///   - rows: `[count, variables]`, overwritten.
  public func sample(using random: ChainRandom, into rows: inout Tensor<Double>) {
    requireRows(rows)
    let draw = family.sampler(at: naturalParameters)
    var elements: [Double] = []
    elements.reserveCapacity(rows.count)
    for row in 0..<rows.shape[0] {
      var stream = random.stream(chain: row, purpose: DrawPurpose.start)
      elements += draw(&stream)
    }
    rows = Tensor(shape: rows.shape, elements: elements)
  }
}
