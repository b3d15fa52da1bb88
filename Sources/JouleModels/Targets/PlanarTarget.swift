import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// A distribution in the plane whose density is known: normal noise around points and arcs, each as likely.
///
///     x = c(t) + σ z,   z ~ N(0, I),   t uniform along one of the curves
///     p(x) = mean over curves of ∫ N(x; c(t), σ²I) dt
///
/// What energy-based models are tried on, with shapes that are known to be hard: bent supports, gaps, and modes
/// far apart. Integrals along curves are sums over points so close that the density is right to 10⁻⁴ nats at
/// open ends and to rounding elsewhere.
public struct PlanarTarget<Scalar: TensorScalar>: TractableDistribution {
  /// A piece of a circle; a point where the radius is zero.
  private struct Arc: Sendable {
    var x: Double
    var y: Double
    var radius = 0.0
    /// Angles, in radians, counterclockwise from the x axis.
    var start = 0.0
    var sweep = 0.0

    /// A place on the arc, for u in [0, 1].
    func place(_ u: Double) -> (x: Double, y: Double) {
      let angle = start + sweep * u
      return (x + radius * Double.cos(angle), y + radius * Double.sin(angle))
    }

    /// The middles of equal pieces. A full circle needs few, for there the rule converges at once; at open
    /// ends its error is (piece / σ)² / 24.
    func nodes(noise: Double) -> Int {
      let isClosed = abs(sweep - 2 * Double.pi) < 1e-12
      return Swift.max(1, Int((radius * sweep / noise * (isClosed ? 4 : 40)).rounded(.up)))
    }
  }

  private let arcs: [Arc]
  /// σ.
  public let noise: Double
  /// Points of the sum, with the logarithms of their weights.
  private let nodes: [(x: Double, y: Double, logWeight: Double)]

  private init(_ arcs: [Arc], noise: Double) {
    precondition(noise > 0 && noise.isFinite, "noise is positive and finite, got \(noise)")
    self.arcs = arcs
    self.noise = noise
    nodes = arcs.flatMap { arc in
      let count = arc.nodes(noise: noise)
      let logWeight = -Double.log(Double(count * arcs.count))
      return (0..<count).map { number in
        let place = arc.place((Double(number) + 0.5) / Double(count))
        return (place.x, place.y, logWeight)
      }
    }
  }

  /// Two half circles of radius 1.5, each reaching into the other.
  public static func twoMoons(noise: Double = 0.15) -> PlanarTarget {
    PlanarTarget(
      [
        Arc(x: -0.75, y: -0.375, radius: 1.5, start: 0, sweep: Double.pi),
        Arc(x: 0.75, y: 0.375, radius: 1.5, start: Double.pi, sweep: Double.pi),
      ], noise: noise)
  }

  /// Eight modes on a circle of radius 2√2, six standard deviations from one to the next.
  public static func eightGaussians(noise: Double = 0.354) -> PlanarTarget {
    PlanarTarget(
      (0..<8).map { number in
        let angle = Double(number) * Double.pi / 4
        let radius = 8.0.squareRoot()
        return Arc(x: radius * Double.cos(angle), y: radius * Double.sin(angle))
      }, noise: noise)
  }

  /// Twenty-five modes, five by five, 1.25 apart.
  public static func gaussianGrid(noise: Double = 0.25) -> PlanarTarget {
    PlanarTarget(
      (0..<25).map { Arc(x: 1.25 * Double($0 / 5 - 2), y: 1.25 * Double($0 % 5 - 2)) },
      noise: noise)
  }

  /// Three rings of radius 1, 2 and 3.
  public static func rings(noise: Double = 0.15) -> PlanarTarget {
    PlanarTarget(
      (1...3).map { Arc(x: 0, y: 0, radius: Double($0), start: 0, sweep: 2 * Double.pi) },
      noise: noise)
  }

  /// The target with more noise, as denoising score matching learns it: N(0, more² I) added to its rows.
  public func noised(by more: Double) -> PlanarTarget {
    PlanarTarget(arcs, noise: Double.hypot(noise, more))
  }

  public var variableCount: Int { 2 }

  /// The places that every mode of the target is near: its points, or the middles of its arcs.
  public var landmarks: Tensor<Scalar> {
    Tensor(
      shape: [arcs.count, 2],
      elements: arcs.flatMap { arc in
        let place = arc.place(0.5)
        return [Scalar(place.x), Scalar(place.y)]
      })
  }

  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    let places = Tensor<Double>(uniform: [rows.shape[0], 2], using: random)
    let normal = Tensor<Double>(normal: [rows.shape[0], 2], using: random, draw: 1)
    for row in 0..<rows.shape[0] {
      let number = Swift.min(Int(places[row, 0] * Double(arcs.count)), arcs.count - 1)
      let place = arcs[number].place(places[row, 1])
      rows[row, 0] = Scalar(place.x + noise * normal[row, 0])
      rows[row, 1] = Scalar(place.y + noise * normal[row, 1])
    }
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    precondition(
      rows.rank == 2 && rows.shape[1] == 2,
      "a plane has rows of shape [batch, 2], got \(rows.shape)")
    let factor = -0.5 / (noise * noise)
    let constant = -Double.log(2 * Double.pi * noise * noise)
    var exponents = [Double](repeating: 0, count: nodes.count)
    return Tensor(
      (0..<rows.shape[0]).map { row in
        let (x, y) = (Double(rows[row, 0]), Double(rows[row, 1]))
        for (place, node) in nodes.enumerated() {
          let (dx, dy) = (x - node.x, y - node.y)
          exponents[place] = node.logWeight + factor * (dx * dx + dy * dy)
        }
        return VectorKernels.best.logSumExp(exponents.span) + constant
      })
  }
}
