import JouleAlgebra

/// All diagnostics of a trace, with what they share computed once.
struct TraceAnalysis {
  let plan: DiagnosticPlan
  /// `[chain, draw]`.
  private(set) var values: [Double]
  private(set) var mean = 0.0
  private(set) var defect: TraceDefect?

  /// Halves of chains, `[row, half]`.
  private(set) var split: [Double]
  private var order: RankOrder
  private var folded: FoldedOrder
  private var isSorted = false
  /// Whether ``scores`` are those of the draws, not of folded ones.
  private(set) var hasScores = false
  /// All values, ascending.
  private var ascending: [Double] = []
  /// Room for what is ranked, and for the quantities whose autocovariances are wanted.
  var scores: [Double]
  var quantities: [Double] = []
  var autocovariances: Autocovariances
  /// Kept for traces whose sums go on for more lags.
  var allAutocovariances: Autocovariances?

  private static let kernels = VectorKernels.best

  init(_ values: [Double], plan: DiagnosticPlan) {
    self.plan = plan
    self.values = values
    split = []
    order = RankOrder(count: plan.splitCount)
    folded = FoldedOrder(count: plan.splitCount)
    scores = [Double](repeating: 0, count: plan.splitCount)
    // Sums rarely go on beyond an eighth of the chain; a short transform is a cheap one.
    autocovariances = Autocovariances(
      length: plan.half, lagCount: max(64, plan.half / 8))
    load()
  }

  /// Takes another trace of the same shape.
  mutating func load(_ newValues: ArraySlice<Double>) {
    precondition(newValues.count == plan.count, "\(newValues.count) values for \(plan.count)")
    values.replaceSubrange(values.indices, with: newValues)
    load()
  }

  private mutating func load() {
    (isSorted, hasScores) = (false, false)
    mean = Self.kernels.sum(values.span) / Double(values.count)
    defect = findDefect()
    // Never a shared copy: writing to one of them would copy it each time.
    split.removeAll(keepingCapacity: true)
    if plan.middles.isEmpty {
      split.append(contentsOf: values)
    } else {
      for chain in 0..<plan.chainCount {
        let start = chain * plan.drawCount
        split += values[start..<start + plan.half]
        split += values[start + plan.drawCount - plan.half..<start + plan.drawCount]
      }
    }
  }

  // MARK: Moments and quantiles

  /// Σ (x − mean)² / (S − 1), its root.
  var standardDeviation: Double {
    (Self.kernels.sumOfSquares(values.span, around: mean) / Double(values.count - 1))
      .squareRoot()
  }

  mutating func quantile(_ probability: Double) -> Double {
    precondition(
      probability >= 0 && probability <= 1, "a probability is from 0 to 1, got \(probability)")
    guard sort() else { return .nan }
    let place = Double(ascending.count - 1) * probability
    let lower = Int(place)
    let (below, above) = (ascending[lower], ascending[min(lower + 1, ascending.count - 1)])
    // Equal neighbours give themselves: rounding must not move a quantile off the values.
    if below == above { return below }
    let weight = place - Double(lower)
    return weight == 0 ? below : (1 - weight) * below + weight * above
  }

  /// The value at a place in ascending order, once sorted.
  func ascendingValue(_ place: Int) -> Double { ascending[place] }

  private var median: Double {
    let count = ascending.count
    return count % 2 == 1
      ? ascending[count / 2] : (ascending[count / 2 - 1] + ascending[count / 2]) / 2
  }

  /// - Returns: false where a value is NaN, and has no place.
  private mutating func sort() -> Bool {
    if isSorted { return true }
    if case .notFinite = defect, values.contains(where: \.isNaN) { return false }
    order.sort(split)
    let middles = plan.middles.map { values[$0] }.sorted()
    ascending.removeAll(keepingCapacity: true)
    if middles.isEmpty {
      ascending += order.sorted
    } else {
      var next = 0
      for value in order.sorted {
        while next < middles.count, middles[next] < value {
          ascending.append(middles[next])
          next += 1
        }
        ascending.append(value)
      }
      ascending += middles[next...]
    }
    isSorted = true
    return true
  }

  // MARK: Defects

  private func findDefect() -> TraceDefect? {
    if let index = Self.kernels.firstNonFinite(values.span) {
      return .notFinite(
        chain: index / plan.drawCount, draw: index % plan.drawCount, value: values[index])
    }
    if plan.drawCount < DiagnosticPlan.leastDrawCount { return .short(drawCount: plan.drawCount) }
    let stuck = (0..<plan.chainCount).first { chain in
      Self.isConstant(
        values.span.extracting(chain * plan.drawCount..<(chain + 1) * plan.drawCount))
    }
    guard let stuck else { return nil }
    let value = values[stuck * plan.drawCount]
    return Self.isConstant(values.span)
      ? .constant(value: value) : .stuck(chain: stuck, value: value)
  }

  /// Whether values differ by no more than rounding.
  ///
  /// The tolerance of posterior is 2.2e-16 whatever the size of the values; relative to them it means the
  /// same in every unit.
  static func isConstant(_ values: Span<Double>) -> Bool {
    // Two values that differ by more than twice the tolerance settle it, mostly the first two.
    let first = values[0]
    for index in 0..<values.count {
      let value = values[index]
      if abs(value - first) > 2 * Double.ulpOfOne * max(abs(value), abs(first)) { return false }
    }
    let (least, greatest) = (kernels.minimum(values), kernels.maximum(values))
    return greatest - least <= Double.ulpOfOne * max(abs(least), abs(greatest))
  }

  // MARK: Ranks

  /// Fills ``scores`` with the normal scores of the split draws.
  mutating func rank() {
    guard !hasScores, sort() else { return }
    hasScores = true
    plan.scores.assign(sorted: order.sorted, order: order.order, into: &scores)
  }

  /// Fills ``scores`` with those of |x − median|.
  mutating func rankFolded() {
    guard sort() else { return }
    hasScores = false
    folded.fold(order, around: median)
    plan.scores.assign(sorted: folded.sorted, order: folded.order, into: &scores)
  }
}
