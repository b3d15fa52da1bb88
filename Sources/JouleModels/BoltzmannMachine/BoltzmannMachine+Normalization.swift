import JouleTensor

extension BoltzmannMachine {
  /// Why the machine has no finite Z; nil where it has one.
  ///
  /// Units that are not bounded, coupled to others that are not, can lower the energy without end. With D the
  /// variances that the curvatures of both layers set, the energy is bounded below if ‖D^½ W D^½‖ < 1 over such units,
  /// and for normal units only if so. Rectified units are held to the same, though the half on which they live could
  /// bear more.
  public var normalizationFault: String? {
    for lower in weightIndices {
      let (left, right) = (unboundedScales(lower), unboundedScales(lower + 1))
      guard left.contains(where: { $0 > 0 }), right.contains(where: { $0 > 0 }) else { continue }
      let coupling =
        Tensor<Double>(weights(lower))
        * Tensor<Double>(left).reshaped(to: [left.count, 1]) * Tensor<Double>(right)
      guard let norm = try? coupling.svd().singularValues.max() else {
        return "the couplings of layers \(lower) and \(lower + 1) are not finite"
      }
      if norm >= 1 {
        return
          "layers \(lower) (\(layers[lower].text)) and \(lower + 1) (\(layers[lower + 1].text)) of "
          + "unbounded units are coupled too strongly to be normalisable: the scaled norm of their weights is "
          + "\(norm), and must be below 1; bounded units in one of the layers have no such limit"
      }
    }
    return nil
  }

  /// Of every column of a layer the largest standard deviation that its curvature allows; 0 for bounded units.
  private func unboundedScales(_ layer: Int) -> [Double] {
    let parameters = unitParameters(layer)
    return zip(layers[layer].groups, parameters.groups).flatMap { group, values -> [Double] in
      switch group {
      case let units as GaussianUnits:
        return Tensor<Double>(units.variances(values)).sqrt().elements
      case is RectifiedUnits: return [Double](repeating: 1, count: group.width)
      case let units as DoubleRectifiedUnits: return units.largestDeviations(values)
      default: return [Double](repeating: 0, count: group.width)
      }
    }
  }
}

extension DoubleRectifiedUnits {
  /// 1/√γ of the flatter half of every unit.
  func largestDeviations<S: TensorScalar>(_ parameters: [Tensor<S>]) -> [Double] {
    unitParameters(parameters).map { unit in
      let (plus, minus) = curvatures(unit.shape)
      return (1 / Swift.min(plus, minus)).squareRoot()
    }
  }
}
