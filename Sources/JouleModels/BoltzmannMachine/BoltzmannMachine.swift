public import JouleCore
public import JouleRandom
public import JouleTensor

/// A Boltzmann machine of layers of any units, neighbouring layers coupled.
///
///     E(x⁰, …, x^L) = Σ_l U_l(x^l) − Σ_l x^lᵀ W_l x^{l+1},    p = exp(−E) / Z
///
/// Layer 0 is the data's. Two layers make a restricted Boltzmann machine, more a deep one. What units there are is
/// said by ``Units``; nothing else here depends on it.
///
/// The even layers do not touch each other, nor do the odd ones: given one side, all of the other is independent.
/// So a machine of any depth is a `LatentVariableModel` of two blocks, `visible` the even layers side by side,
/// `hidden` the odd ones; and block Gibbs sampling, contrastive divergence, centring, annealing and exact sums work
/// for it as they do for two layers. With two layers `visible` is the data.
///
/// Parameters in their order: the weights W_l of `[width l, width l+1]`, `weights0` first; then for every group of every
/// layer its bias and its shape, as `layer0.bias`, or `layer0.1.bias` for the second of several groups.
///
/// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, eq. 9, there for bits.
public struct BoltzmannMachine<Scalar: TensorScalar>: Sendable, Equatable {
  public let layers: [UnitLayer]
  public var parameters: ParameterSet<Scalar>

  /// A machine of given parameters.
  ///
  /// - Parameters:
  ///   - layers: two at least.
  ///   - weights: W_l, `[width l, width l+1]`.
  ///   - units: of every layer, for every group its bias and shape; nil for units that nothing is known of.
  public init(
    layers: [UnitLayer], weights: [Tensor<Scalar>], units: [[[Tensor<Scalar>]]]? = nil
  ) {
    precondition(layers.count > 1, "a machine has at least 2 layers, got \(layers.count)")
    precondition(
      weights.map(\.shape) == zip(layers, layers.dropFirst()).map { [$0.width, $1.width] },
      "weights of shapes \(weights.map(\.shape)) between layers of widths \(layers.map(\.width))")
    var entries = weights.enumerated().map {
      ParameterSet<Scalar>.Entry(name: "weights\($0)", role: .weight, value: $1)
    }
    for (layer, units) in zip(layers.indices, units ?? layers.map { $0.restingParameters() }) {
      for (group, values) in units.enumerated() {
        let names = ["bias"] + layers[layer].groups[group].shapeNames
        precondition(
          values.map(\.shape) == names.map { _ in [layers[layer].groups[group].width] },
          "parameters of \(layers[layer].groups[group].text) are \(names), got shapes "
            + "\(values.map(\.shape))")
        for (name, value) in zip(names, values) {
          entries.append(
            .init(
              name: Self.prefix(layer, group, of: layers[layer]) + name, role: .bias, value: value))
        }
      }
    }
    self.layers = layers
    parameters = ParameterSet(entries)
  }

  static func prefix(_ layer: Int, _ group: Int, of units: UnitLayer) -> String {
    units.groups.count == 1 ? "layer\(layer)." : "layer\(layer).\(group)."
  }

  /// A machine to be trained: small random weights; units of the data's layer follow its means and variances, the
  /// others know nothing.
  ///
  /// - Parameters:
  ///   - layers: the data's layer, then the hidden ones.
  ///   - statistics: of the data.
  ///   - weightScale: s of the weights' distribution N(0, s²).
  public init(
    layers: [UnitLayer], statistics: DataStatistics<Scalar>, weightScale: Scalar = 0.01,
    using key: RandomKey
  ) {
    precondition(
      statistics.means.count == layers[0].width,
      "\(statistics.means.count) means for a layer of \(layers[0].width) columns")
    var units: [[[Tensor<Scalar>]]] = layers.map { $0.restingParameters() }
    let variances = statistics.examples.variance(along: 0)
    units[0] = zip(layers[0].groups, layers[0].ranges).map { group, range in
      group.parameters(
        means: statistics.means.elements(range), variances: variances.elements(range),
        rowCount: statistics.rowCount)
    }
    let machine = BoltzmannMachine(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).enumerated().map { number, pair in
        Tensor(
          normal: [pair.0.width, pair.1.width],
          using: key.folded("weights").folded(UInt64(number))) * weightScale
      }, units: units)
    self = machine
    machine.constrain(&parameters)
  }

  /// The same machine in another scalar type.
  public init<Other>(_ other: BoltzmannMachine<Other>) {
    layers = other.layers
    parameters = ParameterSet(
      other.parameters.entries.map {
        .init(name: $0.name, role: $0.role, value: Tensor($0.value))
      })
  }

  /// W_l, `[width l, width l+1]`.
  public func weights(_ layer: Int) -> Tensor<Scalar> { parameters.entries[layer].value }

  /// The place of the first parameter of a layer among all.
  func firstEntry(ofLayer layer: Int) -> Int {
    layers[..<layer].reduce(layers.count - 1) { sum, layer in
      sum + layer.groups.reduce(0) { $0 + 1 + $1.shapeNames.count }
    }
  }

  func unitParameters(_ layer: Int) -> LayerParameters<Scalar> {
    var place = firstEntry(ofLayer: layer)
    return LayerParameters(
      groups: layers[layer].groups.map { group in
        let end = place + 1 + group.shapeNames.count
        defer { place = end }
        return parameters.entries[place..<end].map { $0.value }
      })
  }

  /// The biases of a layer, `[width]`.
  public func bias(_ layer: Int) -> Tensor<Scalar> { unitParameters(layer).bias }

  // MARK: Even and odd layers

  /// The widths of even layers together.
  public var variableCount: Int { width(ofSide: 0) }
  /// The widths of odd layers together.
  public var hiddenCount: Int { width(ofSide: 1) }

  func side(_ parity: Int) -> [Int] { Array(stride(from: parity, to: layers.count, by: 2)) }
  private func width(ofSide parity: Int) -> Int {
    side(parity).reduce(0) { $0 + layers[$1].width }
  }

  /// The states of even layers (parity 0) or of odd ones (parity 1) from the block that holds them side by side, by
  /// layer.
  ///
  /// - Parameter block: `[batch, variables]` or `[batch, hidden]`.
  public func layerStates(of block: Tensor<Scalar>, parity: Int) -> [Int: Tensor<Scalar>] {
    let side = side(parity)
    if side.count == 1 { return [side[0]: block] }
    var states: [Int: Tensor<Scalar>] = [:]
    var first = 0
    for layer in side {
      states[layer] = block.columns(first..<first + layers[layer].width)
      first += layers[layer].width
    }
    return states
  }

  /// The block of even or odd layers of these states.
  public func block(of states: [Int: Tensor<Scalar>], parity: Int) -> Tensor<Scalar> {
    let parts = side(parity).map { layer -> Tensor<Scalar> in
      guard let state = states[layer] else {
        preconditionFailure("no state of layer \(layer) among \(states.keys.sorted())")
      }
      return state
    }
    return parts.count == 1 ? parts[0] : Tensor(concatenating: parts, along: 1)
  }
}

extension UnitLayer {
  func restingParameters<S: TensorScalar>() -> [[Tensor<S>]] {
    groups.map { $0.restingParameters() }
  }
}

extension Tensor {
  /// Consecutive elements of a vector.
  func elements(_ range: Range<Int>) -> Tensor { rows(range) }
}
