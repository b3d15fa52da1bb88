import Joule

// What deep models say of their hidden layers, and as what a network that is tuned begins.

extension DBNKind: LayeredKind {
  var hiddenLayers: [Int] { Array(model.widths[1...]) }

  /// Means upward, each layer's from those of the one below.
  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    let directed = Swift.min(layer + 1, model.directedCount)
    let units = (0..<directed).reduce(rows) { model.recognizedMean(ofLayer: $1 + 1, given: $0) }
    return layer < model.directedCount ? units : model.top.hiddenMean(given: units)
  }

  /// The two layers of the top machine as its chains have them, those below by the pass down.
  func draw(_ request: DrawRequest, layer: Int) throws -> Tensor<Float> {
    let isTopVisible = layer + 1 == model.directedCount
    var above = request
    above.wantsMeans = isTopVisible && request.wantsMeans
    let top = try drawTop(above)
    if isTopVisible { return top }
    if layer == model.directedCount { return request.hiddenDraws(of: model.top, given: top) }
    let states = model.generated(
      from: top, using: ChainRandom(key: request.key.folded("down")))
    return request.wantsMeans
      ? model.generatedMean(ofLayer: layer + 1, given: states[layer + 2]) : states[layer + 1]
  }
}

extension DBNKind: UnrollableKind {
  /// The way up of every layer; the biases below are those of the way down.
  var unrolledLayers: [UnrolledLayer] {
    (0..<model.directedCount).map {
      UnrolledLayer(
        weights: model.recognitionWeights($0), bias: model.recognitionBias($0),
        biasBelow: model.generativeBias($0))
    } + RBMKind(model.top).unrolledLayers
  }
}

extension DeepBoltzmannKind {
  var hiddenLayers: [Int] { model.machine.layers.dropFirst().map(\.width) }

  /// The means of the mean-field posterior, with inference that has settled.
  func features(of rows: Tensor<Float>, layer: Int) -> Tensor<Float> {
    judged.posterior(of: rows).means[layer + 1] ?? Tensor(zeros: [rows.shape[0], 0])
  }

  /// Even layers as the chains have them, odd ones given those.
  func draw(_ request: DrawRequest, layer: Int) throws -> Tensor<Float> {
    let (machine, parity) = (model.machine, (layer + 1) % 2)
    var whole = request
    whole.wantsMeans = parity == 0 && request.wantsMeans
    let even = try drawEven(whole)
    let block = parity == 0 ? even : request.hiddenDraws(of: machine, given: even)
    return machine.layerStates(of: block, parity: parity)[layer + 1]
      ?? Tensor(zeros: [block.shape[0], 0])
  }
}

extension DBMKind: UnrollableKind {
  /// Weights upward, doubled in all layers but the last: there they stand for the input from above too, which a
  /// network that is run upward alone does not have.
  ///
  /// Reference: R. Salakhutdinov, H. Larochelle, Efficient learning of deep Boltzmann machines, AISTATS 2010, on
  /// recognition models.
  var unrolledLayers: [UnrolledLayer] {
    let machine = model.machine
    let count = machine.layers.count - 1
    return (0..<count).map {
      UnrolledLayer(
        weights: $0 < count - 1 ? machine.weights($0) * 2 : machine.weights($0),
        bias: machine.bias($0 + 1), biasBelow: machine.bias($0))
    }
  }
}
