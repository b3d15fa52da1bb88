public import JouleRandom

extension Dataset {
  /// The rows of one pass, each as often as its weight says: as many as there are rows.
  ///
  /// Without weights a permutation. With weights row i comes N wᵢ / Σw times, rounded up or down at random such that the
  /// mean is right (systematic resampling of the rows in a random order), in another random order.
  public func rowOrder(using stream: inout RandomStream) -> [Int] {
    guard let rowWeights else { return stream.permutation(count: rowCount) }
    let spacing = rowWeights.reduce(0, +) / Double(rowCount)
    // In the order of the file, weights with a period could fall in step with the spacing.
    let walk = stream.permutation(count: rowCount)
    var next = spacing * stream.uniform(as: Double.self)
    var order: [Int] = []
    var sum = 0.0
    for row in walk {
      sum += rowWeights[row]
      while next < sum, order.count < rowCount {
        order.append(row)
        next += spacing
      }
    }
    // Rounding of the sums can leave the last place empty.
    if let last = walk.last(where: { rowWeights[$0] > 0 }) {
      while order.count < rowCount { order.append(last) }
    }
    stream.shuffle(&order)
    return order
  }
}
