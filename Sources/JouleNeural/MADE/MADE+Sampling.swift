import JouleAutodiff
import JouleCore
public import JouleRandom
public import JouleTensor

extension MADE {
  /// Independent draws, a variable after the other.
  ///
  /// As soon as a variable is drawn, the hidden units that have now seen all that they see are computed:
  /// every weight is used once a row, so drawing costs one pass through the network.
  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    requireRows(rows)
    let uniforms = Tensor<Scalar>(uniform: rows.shape, using: random)
    let choices = Tensor<Scalar>(uniform: [rows.shape[0], 1], using: random, draw: 1)
    let chosen = choices.elements.map { min(Int($0 * Scalar(masks.count)), masks.count - 1) }
    for index in masks.indices {
      let own = chosen.indices.filter { chosen[$0] == index }
      guard !own.isEmpty else { continue }
      let drawn = draw(uniforms.rows(at: own), through: masks[index], connections[index])
      for (place, row) in own.enumerated() { rows.assignRow(row, from: drawn, row: place) }
    }
  }

  /// Rows of one mask's network: a variable is one where its uniform number is below its probability.
  private func draw(
    _ uniforms: Tensor<Scalar>, through mask: AutoregressiveMask, _ connections: Connections
  ) -> Tensor<Scalar> {
    // Everything is transposed: a row a unit, so that units are computed by rows of weights.
    let count = uniforms.shape[0]
    let thresholds = uniforms.transposed()
    let weights = connections.layers.enumerated().map { layer, connection in
      (parameters.entries[2 * layer].value * connection).transposed()
    }
    let biases = weights.indices.map { parameters.entries[2 * $0 + 1].value }
    let direct = connections.direct.map { (parameters["direct.weights"] * $0).transposed() }
    // The variables, then the units of every hidden layer; zero until they are known.
    var layers = ([variableCount] + hiddenCounts).map { Tensor<Scalar>(zeros: [$0, count]) }
    let output = hiddenCounts.count

    for (place, variable) in mask.order.enumerated() {
      var logits = weights[output].rows(at: [variable]).matmul(layers[output])
      if let direct { logits += direct.rows(at: [variable]).matmul(layers[0]) }
      logits += biases[output][variable]
      let probabilities = logits.logistic()
      let values = (0..<count).map { row in
        thresholds[variable, row] < probabilities[0, row] ? 1 : 0 as Scalar
      }
      layers[0].assignRow(variable, from: Tensor(shape: [1, count], elements: values), row: 0)
      for layer in hiddenCounts.indices {
        let degrees = mask.degrees[layer]
        let units = degrees.indices.filter { degrees[$0] == place + 1 }
        guard !units.isEmpty else { continue }
        let bias = Tensor(shape: [units.count, 1], elements: units.map { biases[layer][$0] })
        let sums = weights[layer].rows(at: units).matmul(layers[layer]) + bias
        let active = workspace.withTape { activation($0.value(sums)).tensor }
        for (row, unit) in units.enumerated() {
          layers[layer + 1].assignRow(unit, from: active, row: row)
        }
      }
    }
    return layers[0].transposed()
  }
}
