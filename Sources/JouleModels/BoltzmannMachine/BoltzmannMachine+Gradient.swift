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
    // Of every layer Σ w x, and what its offsets take from the bias.
    var sums = layers.map { Tensor<Scalar>(zeros: [$0.width]) }
    var corrections = sums
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
      if lower == 0 { sums[0] = moments.lower }
      sums[lower + 1] = moments.upper
      corrections[lower] += moments.lowerCorrection
      corrections[lower + 1] += moments.upperCorrection
    }
    for layer in layers.indices {
      // The input that the neighbours give at their offsets belongs to a centred bias.
      let shift =
        !layers[layer].hasShape
        ? nil : centers.map { input(toLayer: layer, from: $0.mapValues(\.asRow)).row(0) }
      addUnitSlopes(
        terms, ofLayer: layer, sum: sums[layer], correction: corrections[layer], shift: shift,
        to: &gradient, scale: scale)
    }
    constrain(&gradient)
  }

  var weightIndices: Range<Int> { 0..<layers.count - 1 }

  /// gradient ← s · gradient + the slopes of a layer's biases and shapes.
  private func addUnitSlopes(
    _ terms: [GradientTerm<Self>], ofLayer layer: Int, sum: Tensor<Scalar>,
    correction: Tensor<Scalar>, shift: Tensor<Scalar>?, to gradient: inout ParameterSet<Scalar>,
    scale: Scalar
  ) {
    let parameters = unitParameters(layer)
    var place = firstEntry(ofLayer: layer)
    for (index, group) in layers[layer].groups.enumerated() {
      let range = layers[layer].ranges[index]
      let own = sum.elements(range)
      var slopes = (bias: -own, shape: [Tensor<Scalar>]())
      if !group.shapeNames.isEmpty {
        slopes.shape = shapeSlopes(terms, ofLayer: layer, group: index, parameters.groups[index])
      }
      if let shift {
        var centered = parameters.groups[index]
        centered[0] += shift.elements(range)
        slopes = group.decoupledSlopes(bias: own, shape: slopes.shape, centered)
      }
      gradient.entries[place].value.scale(
        by: scale, subtracting: -slopes.bias - correction.elements(range))
      for (offset, slope) in slopes.shape.enumerated() {
        gradient.entries[place + 1 + offset].value.scale(by: scale, subtracting: -slope)
      }
      place += 1 + group.shapeNames.count
    }
  }

  /// The slopes of a group's shape: expected ones where its layer is of means, those at values where it is not.
  private func shapeSlopes(
    _ terms: [GradientTerm<Self>], ofLayer layer: Int, group index: Int,
    _ parameters: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (parity, group) = (layer % 2, layers[layer].groups[index])
    var sums = group.shapeNames.map { _ in Tensor<Scalar>(zeros: [group.width]) }
    for term in terms {
      let rows = term.completion
      let inputs = parity == 0 ? rows.visibleInput : rows.hiddenInput
      let values = parity == 0 ? rows.visible : rows.hiddenMean
      guard let block = layerStates(of: inputs ?? values, parity: parity)[layer] else { continue }
      var weights = term.rowWeights ?? Tensor([block.shape[0]], repeating: 1)
      weights.scale(by: term.weight)
      let part = block.columns(layers[layer].ranges[index])
      let slopes =
        inputs == nil
        ? group.shapeSlopes(atValues: part, weights: weights, parameters)
        : group.shapeSlopes(expectedAt: part, weights: weights, parameters)
      for (number, slope) in slopes.enumerated() { sums[number] += slope }
    }
    return sums
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
