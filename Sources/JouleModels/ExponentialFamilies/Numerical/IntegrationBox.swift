import RealModule

/// The interval of one variable of an integral.
public struct IntegrationAxis: Sendable, Equatable {
  public let lower: Double
  public let upper: Double
  /// On an infinite side: about where the mass is, and on what scale it varies. They need not be near.
  let center: Double
  let scale: Double

  /// - Parameters:
  ///   - lower, upper: the ends; either may be infinite.
  ///   - center: about where the mass is, if both ends are infinite.
  ///   - scale: the length on which densities vary, if an end is infinite.
  public init(_ lower: Double, _ upper: Double, center: Double = 0, scale: Double = 1) {
    precondition(lower < upper, "an interval has its ends in order, got \(lower) and \(upper)")
    precondition(
      scale > 0 && scale.isFinite && center.isFinite, "a scale is positive, got \(scale)")
    self.lower = lower
    self.upper = upper
    self.center = center
    self.scale = scale
  }

  public func contains(_ x: Double) -> Bool { x >= lower && x <= upper && x.isFinite }

  /// The point at t of (0, 1), and log |dx/dt|.
  ///
  ///     finite:     x = l + (u − l) t
  ///     half line:  x = l + s t/(1−t), or x = u − s (1−t)/t
  ///     line:       x = c + s v/(1−v²), v = 2t − 1
  func point(at t: Double) -> (x: Double, logJacobian: Double) {
    switch (lower.isFinite, upper.isFinite) {
    case (true, true):
      return (lower + (upper - lower) * t, Double.log(upper - lower))
    case (true, false):
      return (lower + scale * t / (1 - t), Double.log(scale) - 2 * Double.log(onePlus: -t))
    case (false, true):
      return (upper - scale * (1 - t) / t, Double.log(scale) - 2 * Double.log(t))
    case (false, false):
      let v = 2 * t - 1
      let rest = 4 * t * (1 - t)
      let logJacobian = Double.log(2 * scale * (1 + v * v)) - 2 * Double.log(rest)
      return (center + scale * v / rest, logJacobian)
    }
  }
}

/// A box of one to three variables.
struct IntegrationBox: Sendable {
  let axes: [IntegrationAxis]

  /// A part of it, in the coordinates of the unit cube.
  struct Cell: Sendable {
    var lower: [Double]
    var width: [Double]

    /// The halves across one axis.
    func halves(across axis: Int) -> [Cell] {
      var low = self
      low.width[axis] /= 2
      var high = low
      high.lower[axis] += low.width[axis]
      return [low, high]
    }
  }

  /// The unit cube in equal cells: enough nodes that no wide peak falls between them.
  var firstCells: [Cell] {
    let counts = [16, 4, 2]
    let perAxis = counts[axes.count - 1]
    var cells = [Cell(lower: [], width: [])]
    for _ in axes {
      cells = cells.flatMap { cell in
        (0..<perAxis).map { part in
          Cell(
            lower: cell.lower + [Double(part) / Double(perAxis)],
            width: cell.width + [1 / Double(perAxis)])
        }
      }
    }
    return cells
  }
}
