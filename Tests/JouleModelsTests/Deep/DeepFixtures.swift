import Foundation
import Joule
import JouleTestSupport

/// Deep machines with nothing symmetric about them, and sums over their states by nested loops.
enum DeepFixtures {
  /// Two and three hidden layers, the sides of even and odd layers the larger in turn.
  static let shapes = [[4, 3, 2], [3, 2, 4], [3, 2, 3, 2], [2, 3, 1, 3]]

  static func machine(
    _ widths: [Int], scale: Double = 1, seed: UInt64 = 29
  ) -> BoltzmannMachine<Double> {
    let key = RandomKey(seed: seed)
    return BoltzmannMachine(
      layers: widths.map { UnitLayer(BernoulliUnits($0)) },
      weights: (1..<widths.count).map {
        Tensor(
          normal: [widths[$0 - 1], widths[$0]], using: key.folded("w").folded(UInt64($0))) * scale
      },
      units: widths.indices.map {
        [[Tensor(normal: [widths[$0]], using: key.folded("b").folded(UInt64($0))) * scale - 0.2]]
      })
  }

  static func bits(_ number: Int, _ count: Int) -> [Double] {
    (0..<count).map { number >> $0 & 1 == 1 ? 1 : 0 }
  }

  /// −E of states of all layers.
  static func exponent(_ machine: BoltzmannMachine<Double>, _ states: [[Double]]) -> Double {
    var sum = 0.0
    for (layer, state) in states.enumerated() {
      let bias = machine.bias(layer)
      for (unit, value) in state.enumerated() {
        sum += value * bias[unit]
        guard layer + 1 < states.count else { continue }
        let weights = machine.weights(layer)
        for (above, other) in states[layer + 1].enumerated() {
          sum += value * other * weights[unit, above]
        }
      }
    }
    return sum
  }

  /// log Σ_h exp(−E(v, h)) of every state of the first layer.
  static func logWeights(_ machine: BoltzmannMachine<Double>) -> [Double] {
    let widths = machine.layers.map(\.width)
    let hidden = widths.dropFirst().reduce(0, +)
    return (0..<1 << widths[0]).map { visible in
      log(
        (0..<1 << hidden).reduce(0.0) { sum, number in
          var states = [bits(visible, widths[0])]
          var rest = number
          for width in widths.dropFirst() {
            states.append(bits(rest, width))
            rest >>= width
          }
          return sum + exp(exponent(machine, states))
        })
    }
  }

  static func logSum(_ values: [Double]) -> Double {
    let top = values.max() ?? 0
    return top + log(values.reduce(0) { $0 + exp($1 - top) })
  }
}
