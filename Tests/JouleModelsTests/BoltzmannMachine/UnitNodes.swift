import Foundation
import Joule
import JouleTestSupport

/// The states of one unit with weights such that sums over them are sums or integrals over what the unit can be: all
/// of its states, or Gauss-Legendre nodes.
struct UnitNodes {
  /// `[nodes, columns of one unit]`
  let values: [[Double]]
  let weights: [Double]

  /// - Parameter unit: a group of one unit.
  init(_ unit: any Units) {
    if let states = unit.states {
      values = states
      weights = states.map { _ in 1 }
      return
    }
    // Pieces on which densities are smooth: kinks are at 0, all that matters within ±40.
    let pieces: [ClosedRange<Double>] =
      switch unit {
      case is TruncatedExponentialUnits: [0...1]
      case is RectifiedUnits: [0...4, 4...16, 16...40]
      default: [-40...(-16), -16...(-4), -4...0, 0...4, 4...16, 16...40]
      }
    let rule = Self.legendre(40)
    var (values, weights): ([[Double]], [Double]) = ([], [])
    for piece in pieces {
      let (middle, half) = (
        (piece.lowerBound + piece.upperBound) / 2, (piece.upperBound - piece.lowerBound) / 2
      )
      for (node, weight) in zip(rule.nodes, rule.weights) {
        values.append([middle + half * node])
        weights.append(half * weight)
      }
    }
    (self.values, self.weights) = (values, weights)
  }

  /// Nodes and weights on [−1, 1], by Newton's method on the Legendre polynomial.
  static func legendre(_ count: Int) -> (nodes: [Double], weights: [Double]) {
    var (nodes, weights): ([Double], [Double]) = ([], [])
    for index in 0..<count {
      var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      for _ in 0..<100 {
        var (p, previous) = (1.0, 0.0)
        for degree in 1...count {
          (p, previous) = (
            (Double(2 * degree - 1) * x * p - Double(degree - 1) * previous) / Double(degree), p
          )
        }
        slope = Double(count) * (x * p - previous) / (x * x - 1)
        let step = p / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      nodes.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    return (nodes, weights)
  }
}

/// Every kind of unit, small.
enum UnitKinds {
  static func one(_ kind: String, count: Int = 1) -> any Units {
    switch kind {
    case "bernoulli": BernoulliUnits(count)
    case "spin": SpinUnits(count)
    case "potts": PottsUnits(count, states: 3)
    case "gaussian": GaussianUnits(count)
    case "standard-gaussian": GaussianUnits(count, learnsVariance: false)
    case "binomial": CountUnits(count, largest: 3, weights: .binomial)
    case "stepped": CountUnits(count, largest: 4, weights: .stepped)
    case "relu": RectifiedUnits(count)
    case "drelu": DoubleRectifiedUnits(count)
    default: TruncatedExponentialUnits(count)
    }
  }

  static let all = [
    "bernoulli", "spin", "potts", "gaussian", "standard-gaussian", "binomial", "stepped", "relu",
    "drelu", "truncated-exponential",
  ]

  /// Parameters of some size for every unit.
  static func parameters(_ units: any Units, seed: UInt64) -> [Tensor<Double>] {
    let key = RandomKey(seed: seed)
    return (0...units.shapeNames.count).map {
      Tensor(normal: [units.width], using: key.folded(UInt64($0))) * 0.6
    }
  }

  /// A machine of layers of such units, coupled so weakly that unbounded units have a finite Z.
  static func machine(
    _ layers: [UnitLayer], seed: UInt64 = 7, scale: Double = 0.3
  ) -> BoltzmannMachine<Double> {
    let key = RandomKey(seed: seed)
    return BoltzmannMachine(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).enumerated().map { number, pair in
        Tensor(
          normal: [pair.0.width, pair.1.width], using: key.folded(UInt64(number))) * scale
      },
      units: layers.enumerated().map { number, layer in
        layer.groups.enumerated().map {
          parameters($1, seed: seed &* 31 &+ UInt64(100 * number + $0))
        }
      })
  }
}
