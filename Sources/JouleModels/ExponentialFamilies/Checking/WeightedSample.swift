/// Numbers with weights, as an empirical distribution function.
struct WeightedSample {
  /// Each different value, ascending, with the share of the weight before it and through it.
  let steps: [(value: Double, before: Double, after: Double)]
  /// The sum of the weights.
  let total: Double

  init(_ values: [Double], _ weights: [Double]) {
    let order = values.indices.filter { weights[$0] > 0 }.sorted { values[$0] < values[$1] }
    let total = order.reduce(0) { $0 + weights[$1] }
    var steps: [(value: Double, before: Double, after: Double)] = []
    var sum = 0.0
    for index in order {
      let before = sum / total
      sum += weights[index]
      if let last = steps.last, last.value == values[index] {
        steps[steps.count - 1].after = sum / total
      } else {
        steps.append((values[index], before, sum / total))
      }
    }
    self.steps = steps
    self.total = total
  }

  /// The share of values up to x.
  func share(through x: Double) -> Double {
    // The number of steps at or below x, by halving.
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].value <= x { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : steps[low - 1].after
  }
}
