public import JouleCore
import JouleTensor
import RealModule

extension BoltzmannMachine: EnumerableModel {
  /// The side of fewer joint states: it is enumerated, the other summed or integrated out in closed form.
  private var enumeratedSide: Int { logStateCount(ofSide: 1) <= logStateCount(ofSide: 0) ? 1 : 0 }

  private func logStateCount(ofSide parity: Int) -> Double {
    side(parity).reduce(0) { $0 + layers[$1].logStateCount }
  }

  /// As many bits as number the joint states of the smaller side; numbers beyond the last state weigh nothing.
  ///
  /// `Int.max` where neither side is finite or the number of states has more than 62 bits.
  public var enumeratedBitCount: Int {
    let logCount = logStateCount(ofSide: enumeratedSide)
    return logCount < 62 ? Int((logCount - 1e-9).rounded(.up)) : .max
  }

  /// log Σ exp(−E) over the other side for every state; −∞ beyond the last state. In Double.
  public func enumeratedLogWeights(_ states: Range<Int>) -> [Double] {
    let machine = BoltzmannMachine<Double>(self)
    let real = states.clamped(to: 0..<enumeratedStateCount)
    if real.isEmpty { return states.map { _ in -.infinity } }
    let rows = Tensor<Double>(numbers: real, of: unitStates(ofSide: enumeratedSide))
    let energies = machine.freeEnergies(of: rows, parity: enumeratedSide)
    return energies.elements.map { -$0 }
      + repeatElement(-.infinity, count: states.count - real.count)
  }

  /// Rows (E[v | h], h) or (v, E[h | v]), whichever side is enumerated; see `EnumerableModel`.
  public func enumeratedCompletion(_ states: Range<Int>) -> LatentRows<Scalar> {
    // Numbers beyond the last state weigh nothing: they count through the states again.
    let rows = Tensor<Scalar>(numbers: states, of: unitStates(ofSide: enumeratedSide))
    guard enumeratedSide == 1 else { return complete(rows) }
    let input = input(toSide: 0, from: rows)
    return LatentRows(
      visible: visibleMean(given: rows), hiddenMean: rows, visibleInput: input)
  }

  private var enumeratedStateCount: Int {
    unitStates(ofSide: enumeratedSide).reduce(1) { $0 * $1.count }
  }

  /// The states of every unit of a side; none for one that has no finite number.
  func unitStates(ofSide parity: Int) -> [[[Double]]] {
    side(parity).flatMap { layer in
      layers[layer].groups.flatMap { group in
        Array(repeating: group.states ?? [], count: group.count)
      }
    }
  }
}
