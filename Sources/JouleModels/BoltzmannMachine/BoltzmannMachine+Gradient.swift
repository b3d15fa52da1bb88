public import JouleAlgebra
public import JouleCore
import JouleTensor

extension BoltzmannMachine: CenterableModel {
  /// The weighted sum of energy gradients; see `ParametricEnergy`.
  ///
  ///     ∂F/∂W_l = −x^l x^{l+1}ᵀ,   ∂F/∂b_l = −x^l,   ∂F/∂(shape) = ∂U/∂(shape)
  ///
  /// with expectations given the other side where a side is of means. Categories stay in their gauge.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    subtract(terms, offsets: nil, from: &gradient, scale: scale, on: workers)
  }

  /// See `CenterableModel`: every coupling is centred by the offsets of its two layers, and corrects the biases of both.
  public func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    subtract(terms, offsets: offsets, from: &gradient, scale: scale, on: workers)
  }

  private func subtract(
    _ terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>?,
    from gradient: inout ParameterSet<Scalar>, scale: Scalar, on workers: Workers
  ) {
    let states = terms.map { term in
      layerStates(of: term.completion.visible, parity: 0).merging(
        layerStates(of: term.completion.hiddenMean, parity: 1)
      ) { $1 }
    }
    let centers = offsets.map { offsets in
      layerStates(of: offsets.visible.asRow, parity: 0).merging(
        layerStates(of: offsets.hidden.asRow, parity: 1)
      ) { $1 }.mapValues { $0.row(0) }
    }
    var biases: [Tensor<Scalar>?] = layers.map { _ in nil }
    for lower in weightIndices {
      // An offset belongs to an even or odd layer; in the coupling it belongs to the lower or upper one.
      let pair = centers.flatMap { centers -> CenteringOffsets<Scalar>? in
        guard let mu = centers[lower], let lambda = centers[lower + 1] else { return nil }
        return CenteringOffsets(visible: mu, hidden: lambda)
      }
      let moments = CouplingMoments(
        zip(terms, states).compactMap { term, states -> CouplingMoments<Scalar>.Term? in
          guard let x = states[lower], let y = states[lower + 1] else { return nil }
          return .init(weight: term.weight, rowWeights: term.rowWeights, lower: x, upper: y)
        }, lower: layers[lower].width, upper: layers[lower + 1].width, offsets: pair, on: workers)
      moments.subtract(from: &gradient.entries[lower].value, scale: scale, on: workers)
      // The layer's own sums once, from the coupling below it or, for the data, from the first.
      if lower == 0 { biases[0] = moments.lower }
      biases[lower + 1] = moments.upper
      biases[lower]? -= moments.lowerCorrection
      biases[lower + 1]? -= moments.upperCorrection
    }
    for (layer, bias) in biases.enumerated() {
      guard let bias else { continue }
      subtract(bias, ofLayer: layer, from: &gradient, scale: scale)
      if layers[layer].hasShape {
        addShapeSlopes(terms, ofLayer: layer, to: &gradient, scale: scale)
      }
    }
    constrain(&gradient)
  }

  var weightIndices: Range<Int> { 0..<layers.count - 1 }

  private func subtract(
    _ bias: Tensor<Scalar>, ofLayer layer: Int, from gradient: inout ParameterSet<Scalar>,
    scale: Scalar
  ) {
    var place = firstEntry(ofLayer: layer)
    for (group, range) in zip(layers[layer].groups, layers[layer].ranges) {
      gradient.entries[place].value.scale(by: scale, subtracting: bias.elements(range))
      place += 1 + group.shapeNames.count
    }
  }

  /// The slopes of shapes: expected ones where a layer is of means, those at values where it is not.
  private func addShapeSlopes(
    _ terms: [GradientTerm<Self>], ofLayer layer: Int, to gradient: inout ParameterSet<Scalar>,
    scale: Scalar
  ) {
    let parity = layer % 2
    let parameters = unitParameters(layer)
    for (number, term) in terms.enumerated() {
      let rows = term.completion
      let inputs = parity == 0 ? rows.visibleInput : rows.hiddenInput
      let values = parity == 0 ? rows.visible : rows.hiddenMean
      guard let block = layerStates(of: inputs ?? values, parity: parity)[layer] else { continue }
      var weights = term.rowWeights ?? Tensor([block.shape[0]], repeating: 1)
      weights.scale(by: term.weight)
      var place = firstEntry(ofLayer: layer)
      for (index, group) in layers[layer].groups.enumerated() {
        let part = block.columns(layers[layer].ranges[index])
        let slopes =
          inputs == nil
          ? group.shapeSlopes(atValues: part, weights: weights, parameters.groups[index])
          : group.shapeSlopes(expectedAt: part, weights: weights, parameters.groups[index])
        for (offset, slope) in slopes.enumerated() {
          let entry = place + 1 + offset
          if number == 0 { gradient.entries[entry].value.scale(by: scale, subtracting: -slope) }
          if number > 0 { gradient.entries[entry].value += slope }
        }
        place += 1 + group.shapeNames.count
      }
    }
  }

  /// Takes from the biases and weights of categories their mean over the states of a unit: the zero-sum gauge.
  public func constrain(_ set: inout ParameterSet<Scalar>) {
    for layer in layers.indices {
      var place = firstEntry(ofLayer: layer)
      for (group, range) in zip(layers[layer].groups, layers[layer].ranges) {
        defer { place += 1 + group.shapeNames.count }
        guard let potts = group as? PottsUnits else { continue }
        set.entries[place].value.centerRows(by: potts.stateCount)
        if layer > 0 {
          set.entries[layer - 1].value.centerColumns(range, by: potts.stateCount)
        }
        if layer < layers.count - 1 {
          var block = set.entries[layer].value.rows(range)
          block.centerRows(by: potts.stateCount)
          set.entries[layer].value.assignRows(range, from: block)
        }
      }
    }
  }
}

extension Tensor {
  /// A vector as a matrix of one row.
  var asRow: Tensor { reshaped(to: [1, count]) }

  /// Subtracts from every element of a vector, or row of a matrix, the mean of its group of so many.
  fileprivate mutating func centerRows(by size: Int) {
    guard rank > 1 else {
      reshape(to: [count / size, size])
      self -= mean(along: 1, keepingAxis: true)
      reshape(to: [count])
      return
    }
    for first in stride(from: 0, to: shape[0], by: size) {
      var group = rows(first..<first + size)
      group -= group.mean(along: 0)
      assignRows(first..<first + size, from: group)
    }
  }

  /// The same for columns, of some columns.
  fileprivate mutating func centerColumns(_ columns: Range<Int>, by size: Int) {
    var block = self.columns(columns)
    block.reshape(to: [shape[0], columns.count / size, size])
    block -= block.mean(along: 2, keepingAxis: true)
    block.reshape(to: [shape[0], columns.count])
    let (before, after) = (
      self.columns(0..<columns.lowerBound), self.columns(columns.upperBound..<shape[1])
    )
    self = Tensor(
      concatenating: [before, block, after].filter { $0.shape[1] > 0 }, along: 1)
  }
}
