/// The cubic curve through points that rise, which rises too.
///
/// Reference: F. Fritsch, R. Carlson, Monotone piecewise cubic interpolation, SIAM J. Numer. Anal. 17
/// (1980); the slopes at the points are weighted harmonic means of the secants, as in F. Fritsch, J.
/// Butland, SIAM J. Sci. Stat. Comput. 5 (1984), eq. 5.
struct MonotoneCurve: Sendable {
  private let x: [Double]
  private let y: [Double]
  private let slopes: [Double]

  /// - Precondition: at least two points, x ascending, y not descending.
  init(_ x: [Double], _ y: [Double]) {
    precondition(x.count == y.count && x.count > 1, "\(x.count) and \(y.count) coordinates")
    self.x = x
    self.y = y
    let widths = zip(x.dropFirst(), x).map { $0 - $1 }
    let secants = zip(zip(y.dropFirst(), y), widths).map { ($0.0 - $0.1) / $1 }
    slopes = x.indices.map { point in
      if point == 0 { return secants[0] }
      if point == secants.count { return secants[point - 1] }
      let (before, after) = (secants[point - 1], secants[point])
      guard before > 0, after > 0 else { return 0 }
      let first = 2 * widths[point] + widths[point - 1]
      let second = widths[point] + 2 * widths[point - 1]
      return (first + second) / (first / before + second / after)
    }
  }

  /// The curve's height, the ends beyond them.
  func value(at place: Double) -> Double {
    var (low, high) = (0, x.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if x[middle] <= place { low = middle } else { high = middle }
    }
    let width = x[high] - x[low]
    let t = Swift.max(0, Swift.min(1, (place - x[low]) / width))
    let (square, cube) = (t * t, t * t * t)
    return (2 * cube - 3 * square + 1) * y[low] + (cube - 2 * square + t) * width * slopes[low]
      + (3 * square - 2 * cube) * y[high] + (cube - square) * width * slopes[high]
  }
}
