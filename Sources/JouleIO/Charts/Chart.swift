/// Series over common axes, as plain values: what ``ChartSheet`` writes as SVG and a report shows.
public struct Chart: Sendable {
  /// How the points of a series are drawn.
  public enum Mark: Sendable, Equatable {
    /// Joined in their order.
    case line
    /// Joined in their order, each of them and without marks: shapes and contours.
    case outline
    /// A disc each; beyond 4,000 points evenly chosen ones.
    case points
    /// Each value holds until the next point.
    case steps
    /// Bars from zero, centred at the points. On an axis of categories several series share the place
    /// of a category where they have bars in the same.
    case bars(width: Double)
  }

  /// Points that belong together.
  public struct Series: Sendable {
    /// In the legend, which stands there where there is more than one series.
    public var name: String
    /// A value that cannot be drawn, such as NaN, breaks a curve.
    public var points: [(x: Double, y: Double)]
    public var mark: Mark
    public var isDashed: Bool
    /// A bar from y − error to y + error at each point; 0 or NaN for none. Empty, or as many as points.
    public var errors: [Double]

    public init(
      name: String, points: [(x: Double, y: Double)], mark: Mark = .line, isDashed: Bool = false,
      errors: [Double] = []
    ) {
      precondition(
        errors.isEmpty || errors.count == points.count,
        "\(points.count) points have as many errors or none, got \(errors.count)")
      self.name = name
      self.points = points
      self.mark = mark
      self.isDashed = isDashed
      self.errors = errors
    }
  }

  /// What stands along one side.
  public struct Axis: Sendable {
    public enum Scale: Sendable, Equatable {
      case linear
      /// Powers of ten at equal distances; values that are not positive are not drawn.
      case logarithmic
      /// Names for the places 0, 1, 2, …
      case categories([String])
    }

    /// With unit, such as "nats an image".
    public var label: String
    public var scale: Scale
    /// Drawn are just the values within; nil covers the data.
    public var range: ClosedRange<Double>?

    public init(_ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
      self.label = label
      self.scale = scale
      self.range = range
    }
  }

  /// A straight line across the chart at a value that matters, such as a threshold.
  public struct Guide: Sendable {
    public enum Direction: Sendable { case horizontal, vertical }

    public var direction: Direction
    public var value: Double
    public var label: String

    /// At a value of the vertical axis.
    public static func horizontal(_ value: Double, _ label: String = "") -> Guide {
      Guide(direction: .horizontal, value: value, label: label)
    }

    /// At a value of the horizontal axis.
    public static func vertical(_ value: Double, _ label: String = "") -> Guide {
      Guide(direction: .vertical, value: value, label: label)
    }
  }

  public var title: String
  /// How to read it; may be empty.
  public var explanation: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var guides: [Guide]
  /// Whether a unit has the same length along both axes, as in a plane where circles are round.
  public var hasEqualUnits: Bool

  public init(
    title: String, explanation: String = "", x: Axis, y: Axis, series: [Series],
    guides: [Guide] = [], hasEqualUnits: Bool = false
  ) {
    self.title = title
    self.explanation = explanation
    self.x = x
    self.y = y
    self.series = series
    self.guides = guides
    self.hasEqualUnits = hasEqualUnits
  }
}

extension Chart.Axis: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// A linear axis with this label.
  public init(stringLiteral label: String) { self.init(label) }
}

extension Chart.Series {
  /// How many values fall into each of equal bins, as bars.
  ///
  /// - Parameters:
  ///   - values: those that are not finite are not counted.
  ///   - binCount: √n within 8...60 by default.
  ///   - range: the first and the last edge; that of the values by default. Others are not counted.
  public static func histogram(
    name: String, of values: [Double], binCount: Int? = nil, range: ClosedRange<Double>? = nil
  ) -> Chart.Series {
    let finite = values.filter { $0.isFinite && range?.contains($0) ?? true }
    guard let least = finite.min(), let greatest = finite.max() else {
      return Chart.Series(name: name, points: [], mark: .bars(width: 1))
    }
    var (low, high) = (range?.lowerBound ?? least, range?.upperBound ?? greatest)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300) {
      let half = max(abs(low) * 1e-3, 0.5)
      (low, high) = (low - half, high + half)
    }
    let root = Int(Double(finite.count).squareRoot().rounded(.up))
    let count = max(1, binCount ?? min(60, max(8, root)))
    let width = (high - low) / Double(count)
    var counts = [Int](repeating: 0, count: count)
    for value in finite { counts[min(count - 1, max(0, Int((value - low) / width)))] += 1 }
    return Chart.Series(
      name: name,
      points: counts.enumerated().map { (low + (Double($0) + 0.5) * width, Double($1)) },
      mark: .bars(width: width))
  }
}
