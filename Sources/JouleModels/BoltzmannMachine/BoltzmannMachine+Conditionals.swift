public import JouleCore
public import JouleRandom
public import JouleTensor

// What layers say of each other: products, then what units make of their inputs.
extension BoltzmannMachine: LatentVariableModel {
  /// The input of a layer from its neighbours' states, `[batch, width]`.
  ///
  ///     I_l = x^{l−1} W_{l−1} + x^{l+1} W_lᵀ
  ///
  /// - Parameter states: by layer; neighbours that are not there add nothing.
  public func input(
    toLayer layer: Int, from states: [Int: Tensor<Scalar>]
  ) -> Tensor<Scalar> {
    let (lower, upper) = (states[layer - 1], states[layer + 1])
    guard let rows = (lower ?? upper)?.shape[0] else {
      preconditionFailure("layer \(layer) has no neighbour among \(states.keys.sorted())")
    }
    var input = Tensor<Scalar>(zeros: [rows, layers[layer].width])
    form(&input, ofLayer: layer, lower: lower, upper: upper)
    return input
  }

  private func form(
    _ input: inout Tensor<Scalar>, ofLayer layer: Int, lower: Tensor<Scalar>?,
    upper: Tensor<Scalar>?
  ) {
    if let lower { lower.multiplyStates(by: weights(layer - 1), .none, into: &input) }
    if let upper {
      upper.multiplyStates(
        by: weights(layer), .transposed, accumulate: lower == nil ? 0 : 1, into: &input)
    }
  }

  /// The input of all layers of a side from the block of the other side, `[batch, width of the side]`; storage is
  /// reused where it fits.
  func formInput(
    toSide parity: Int, from block: Tensor<Scalar>, into input: inout Tensor<Scalar>
  ) {
    let side = side(parity)
    let states = layerStates(of: block, parity: 1 - parity)
    guard side.count == 1 else {
      var inputs: [Int: Tensor<Scalar>] = [:]
      for layer in side { inputs[layer] = self.input(toLayer: layer, from: states) }
      input = self.block(of: inputs, parity: parity)
      return
    }
    let shape = [block.shape[0], layers[side[0]].width]
    if input.shape != shape { input = Tensor(zeros: shape) }
    form(&input, ofLayer: side[0], lower: states[side[0] - 1], upper: states[side[0] + 1])
  }

  /// The same, anew.
  func input(toSide parity: Int, from block: Tensor<Scalar>) -> Tensor<Scalar> {
    var input = Tensor<Scalar>(zeros: [0, 0])
    formInput(toSide: parity, from: block, into: &input)
    return input
  }

  /// E[x^l | input], in place of the input.
  public func formMeans(ofLayer layer: Int, _ input: inout Tensor<Scalar>) {
    layers[layer].formMeans(&input, unitParameters(layer))
  }

  /// The variances of a layer's columns given the input, in its place.
  public func formVariances(ofLayer layer: Int, _ input: inout Tensor<Scalar>) {
    layers[layer].formVariances(&input, unitParameters(layer))
  }

  /// The likeliest state of a layer given the input, in its place.
  public func formModes(ofLayer layer: Int, _ input: inout Tensor<Scalar>) {
    layers[layer].formModes(&input, unitParameters(layer))
  }

  /// A state of a layer drawn given the input, in its place.
  public func formDraws(
    ofLayer layer: Int, _ input: inout Tensor<Scalar>, using random: ChainRandom
  ) {
    layers[layer].formDraws(
      &input, unitParameters(layer), using: random.layer(layer / 2), purpose: Self.purpose(layer))
  }

  /// Γ_l(input) of every row, `[batch]`, in nats.
  public func logPartitions(ofLayer layer: Int, _ input: Tensor<Scalar>) -> Tensor<Double> {
    layers[layer].logPartitions(of: input, unitParameters(layer))
  }

  static func purpose(_ layer: Int) -> UInt32 {
    layer % 2 == 0 ? DrawPurpose.visible : DrawPurpose.hidden
  }

  /// Something of every layer of a side, in place, on its columns of the block.
  func changeSide(
    _ parity: Int, _ block: inout Tensor<Scalar>, _ change: (Int, inout Tensor<Scalar>) -> Void
  ) {
    let side = side(parity)
    if side.count == 1 { return change(side[0], &block) }
    var states = layerStates(of: block, parity: parity)
    for layer in side { change(layer, &states[layer, default: Tensor(zeros: [0, 0])]) }
    block = self.block(of: states, parity: parity)
  }

  /// Σ_l Γ_l over the layers of a side.
  func logPartitions(ofSide parity: Int, _ input: Tensor<Scalar>) -> Tensor<Double> {
    sumOverSide(parity, input) { layer, block in logPartitions(ofLayer: layer, block) }
  }

  /// Σ_l U_l over the layers of a side.
  func unitEnergies(ofSide parity: Int, _ states: Tensor<Scalar>) -> Tensor<Double> {
    sumOverSide(parity, states) { layer, block in
      layers[layer].energies(of: block, unitParameters(layer))
    }
  }

  private func sumOverSide(
    _ parity: Int, _ block: Tensor<Scalar>, _ term: (Int, Tensor<Scalar>) -> Tensor<Double>
  ) -> Tensor<Double> {
    let states = layerStates(of: block, parity: parity)
    var total = Tensor<Double>(zeros: [block.shape[0]])
    for layer in side(parity) {
      if let state = states[layer] { total += term(layer, state) }
    }
    return total
  }

  /// Whether inputs are kept beside hidden means: where these do not say all.
  private var keepsHiddenInput: Bool {
    side(1).contains { !layers[$0].isDeterminedByMean || layers[$0].hasShape }
  }

  public func formHidden(of rows: inout LatentRows<Scalar>) {
    requireRows(rows.visible)
    rows.visibleInput = nil
    formInput(toSide: 1, from: rows.visible, into: &rows.hiddenMean)
    if keepsHiddenInput { rows.hiddenInput = rows.hiddenMean }
    changeSide(1, &rows.hiddenMean) { formMeans(ofLayer: $0, &$1) }
  }

  public func hiddenMean(given visible: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    requireRows(visible)
    formInput(toSide: 1, from: visible, into: &mean)
    changeSide(1, &mean) { formMeans(ofLayer: $0, &$1) }
  }

  public func visibleMean(given hidden: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    formInput(toSide: 0, from: hidden, into: &mean)
    changeSide(0, &mean) { formMeans(ofLayer: $0, &$1) }
  }

  public func sampleHidden(
    of rows: LatentRows<Scalar>, using random: ChainRandom, into hidden: inout Tensor<Scalar>
  ) {
    hidden.assign(rows.hiddenInput ?? rows.hiddenMean)
    changeSide(1, &hidden) { layer, block in
      if rows.hiddenInput != nil {
        formDraws(ofLayer: layer, &block, using: random)
      } else {
        layers[layer].formDraws(
          ofMeans: &block, using: random.layer(layer / 2), purpose: Self.purpose(layer))
      }
    }
  }

  public func sampleVisible(
    given hidden: Tensor<Scalar>, using random: ChainRandom, into visible: inout Tensor<Scalar>
  ) {
    formInput(toSide: 0, from: hidden, into: &visible)
    changeSide(0, &visible) { formDraws(ofLayer: $0, &$1, using: random) }
  }
}
