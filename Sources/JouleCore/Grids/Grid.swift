public import JouleTensor

/// Equally spaced points in a box of one or two variables, for integrals that sampling cannot blur.
///
///     ∫ f dx ≈ h Σ f(x_g),   h the volume of a cell, x_g its middle
///
/// For a smooth function that has died away at the border the error of this rule falls faster than any power
/// of the spacing: a grid a third as fine as the narrowest bump of a density is exact to rounding. Nothing
/// is seen outside of the box; ``GridNormalization/borderMass`` says whether something is there.
///
/// Reference: L. Trefethen, J. Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56 (2014),
/// §5.
public struct Grid<Scalar: TensorScalar>: Sendable, Equatable {
  /// The box, a range a variable.
  public let ranges: [ClosedRange<Double>]
  /// Cells along every variable.
  public let counts: [Int]

  /// - Parameters:
  ///   - ranges: of one or two variables, each finite and longer than nothing.
  ///   - counts: cells along each, even, at least 4.
  public init(_ ranges: [ClosedRange<Double>], counts: [Int]) {
    precondition(
      (1...2).contains(ranges.count) && ranges.count == counts.count,
      "a grid has one or two variables with a count each, got \(ranges.count) ranges and "
        + "\(counts.count) counts")
    precondition(
      ranges.allSatisfy {
        $0.lowerBound < $0.upperBound && ($0.upperBound - $0.lowerBound).isFinite
      },
      "a grid has finite ranges longer than nothing, got \(ranges)")
    precondition(
      counts.allSatisfy { $0 >= 4 && $0 % 2 == 0 },
      "a grid has an even number of cells along each variable, at least 4, got \(counts)")
    self.ranges = ranges
    self.counts = counts
  }

  /// A square or an interval with the same range and count along every variable.
  public init(variableCount: Int, over range: ClosedRange<Double>, count: Int) {
    self.init(
      Array(repeating: range, count: variableCount),
      counts: Array(repeating: count, count: variableCount))
  }

  public var variableCount: Int { ranges.count }

  /// Points in all.
  public var pointCount: Int { counts.reduce(1, *) }

  /// h, in Double.
  public var cellVolume: Double {
    zip(ranges, counts).reduce(1) { $0 * ($1.0.upperBound - $1.0.lowerBound) / Double($1.1) }
  }

  /// The middles of the cells along one variable, ascending.
  public func coordinates(along variable: Int) -> [Double] {
    let (range, count) = (ranges[variable], counts[variable])
    let spacing = (range.upperBound - range.lowerBound) / Double(count)
    return (0..<count).map { range.lowerBound + (Double($0) + 0.5) * spacing }
  }

  /// Some of the points, `[points.count, variables]`; the last variable runs fastest.
  public func rows(_ points: Range<Int>) -> Tensor<Scalar> {
    let axes = ranges.indices.map { coordinates(along: $0) }
    var elements: [Scalar] = []
    elements.reserveCapacity(points.count * variableCount)
    for point in points {
      if variableCount == 2 { elements.append(Scalar(axes[0][point / counts[1]])) }
      elements.append(Scalar(axes[variableCount - 1][point % counts[variableCount - 1]]))
    }
    return Tensor(shape: [points.count, variableCount], elements: elements)
  }

  /// Whether a point is in one of the outermost cells.
  func isAtBorder(_ point: Int) -> Bool {
    let last = counts[variableCount - 1]
    let along = point % last
    if along == 0 || along == last - 1 { return true }
    return variableCount == 2 && (point < last || point >= pointCount - last)
  }

  /// Whether a point is on the grid with every second point alone along each variable.
  func isOnCoarserGrid(_ point: Int) -> Bool {
    let last = counts[variableCount - 1]
    return point % last % 2 == 0 && (variableCount == 1 || point / last % 2 == 0)
  }
}
