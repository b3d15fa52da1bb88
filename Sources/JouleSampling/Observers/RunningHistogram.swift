public import JouleTensor

/// How often chains were in each of the equal parts of a range.
public struct RunningHistogram: ChainObserver {
  public let observable: Observable
  public let range: Range<Double>
  /// Draws in each bin; a value on an edge belongs to the bin above.
  public private(set) var counts: [Int]
  /// Draws below the range, at or above its end, and NaN.
  public private(set) var below = 0
  public private(set) var above = 0
  public private(set) var undefined = 0

  /// - Parameters:
  ///   - observable: one number a chain.
  ///   - range: finite and not empty.
  ///   - bins: at least 1.
  public init(_ observable: Observable, in range: Range<Double>, bins: Int) {
    precondition(
      !range.isEmpty && (range.upperBound - range.lowerBound).isFinite && bins > 0,
      "a histogram has a finite range and at least one bin, got \(range) and \(bins)")
    self.observable = observable
    self.range = range
    counts = [Int](repeating: 0, count: bins)
  }

  public func begun(chains: Range<Int>, plan: SamplingPlan) -> RunningHistogram {
    RunningHistogram(observable, in: range, bins: counts.count)
  }

  public mutating func observe(_ rows: Tensor<Double>) {
    let values = observable.values(of: rows)
    precondition(
      values.shape[1] == 1, "a histogram is of one number, got \(values.shape[1])")
    for value in values.elements {
      switch Self.bin(of: value, in: range, bins: counts.count) {
      case .inside(let bin): counts[bin] += 1
      case .below: below += 1
      case .above: above += 1
      case .undefined: undefined += 1
      }
    }
  }

  public mutating func merge(_ next: RunningHistogram) {
    for bin in counts.indices { counts[bin] += next.counts[bin] }
    below += next.below
    above += next.above
    undefined += next.undefined
  }

  /// All draws.
  public var total: Int { counts.reduce(below + above + undefined, +) }

  /// The share of all draws per unit of the range, bin by bin.
  public var densities: [Double] {
    let width = (range.upperBound - range.lowerBound) / Double(counts.count)
    return counts.map { Double($0) / (Double(total) * width) }
  }

  enum Place { case inside(Int), below, above, undefined }

  static func bin(of value: Double, in range: Range<Double>, bins: Int) -> Place {
    if value.isNaN { return .undefined }
    if value < range.lowerBound { return .below }
    if value >= range.upperBound { return .above }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return .inside(min(Int(share * Double(bins)), bins - 1))
  }
}

/// How often chains were in each cell of a grid over two numbers: a picture of a density in the plane.
public struct RunningGrid: ChainObserver {
  public let observable: Observable
  public let ranges: (Range<Double>, Range<Double>)
  public let bins: (Int, Int)
  /// Draws in each cell, `[first, second]`, row-major.
  public private(set) var counts: [Int]
  /// Draws outside the grid.
  public private(set) var outside = 0

  /// - Parameters:
  ///   - observable: two numbers a chain.
  ///   - ranges: of each number, finite and not empty.
  ///   - bins: along each, at least 1.
  public init(
    _ observable: Observable, in ranges: (Range<Double>, Range<Double>), bins: (Int, Int)
  ) {
    precondition(
      !ranges.0.isEmpty && !ranges.1.isEmpty && bins.0 > 0 && bins.1 > 0,
      "a grid has ranges and at least one bin along each, got \(ranges) and \(bins)")
    self.observable = observable
    self.ranges = ranges
    self.bins = bins
    counts = [Int](repeating: 0, count: bins.0 * bins.1)
  }

  public func begun(chains: Range<Int>, plan: SamplingPlan) -> RunningGrid {
    RunningGrid(observable, in: ranges, bins: bins)
  }

  public mutating func observe(_ rows: Tensor<Double>) {
    let values = observable.values(of: rows)
    precondition(values.shape[1] == 2, "a grid is over two numbers, got \(values.shape[1])")
    let numbers = values.elements
    for chain in 0..<values.shape[0] {
      let first = RunningHistogram.bin(
        of: numbers[2 * chain], in: ranges.0, bins: bins.0)
      let second = RunningHistogram.bin(
        of: numbers[2 * chain + 1], in: ranges.1, bins: bins.1)
      if case (.inside(let i), .inside(let j)) = (first, second) {
        counts[i * bins.1 + j] += 1
      } else {
        outside += 1
      }
    }
  }

  public mutating func merge(_ next: RunningGrid) {
    for cell in counts.indices { counts[cell] += next.counts[cell] }
    outside += next.outside
  }

  /// All draws.
  public var total: Int { counts.reduce(outside, +) }
}
