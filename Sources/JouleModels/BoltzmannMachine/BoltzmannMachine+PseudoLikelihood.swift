public import JouleTensor

extension BoltzmannMachine {
  /// The mean over units of log p(unit | all other units of the data's layer), for every row.
  ///
  ///     log p(x_u = s | rest) = −F(x with x_u = s) + log Σ_t exp(−F(x with x_u = t)),   t over the unit's states
  ///
  /// - Parameters:
  ///   - rows: `[batch, variables]`.
  ///   - units: of layer 0, by number; nil means all.
  /// - Returns: `[batch]`, in nats a unit.
  /// - Precondition: two layers; the units have finitely many states.
  /// - Complexity: one product, then batch · units · states · hidden evaluations of Γ.
  ///
  /// Reference: J. Besag, Statistical analysis of non-lattice data, The Statistician 24 (1975).
  public func pseudoLogLikelihoods(
    of rows: Tensor<Scalar>, units: [Int]? = nil
  ) -> [Double] {
    precondition(layers.count == 2, "a pseudo-likelihood is of two layers, got \(layers.count)")
    requireRows(rows)
    let places = unitPlaces
    let picked = units ?? Array(places.indices)
    let batch = rows.shape[0]
    let input = self.input(toSide: 1, from: rows)
    let parameters = unitParameters(0)
    var sums = [Double](repeating: 0, count: batch)
    for unit in picked {
      let (group, columns, states) = places[unit]
      let own = rows.columns(columns)
      // −F up to what the other units add: the unit's own energy, and Γ of the hidden ones at the changed input.
      let single = layers[0].groups[group].resized(to: 1)
      let range = layers[0].ranges[group]
      let inside = columns.lowerBound - range.lowerBound..<columns.upperBound - range.lowerBound
      let values = parameters.groups[group].map { $0.elements(inside) }
      let weightsOfUnit = weights(0).rows(columns)
      var logits = Tensor<Double>(zeros: [batch, states.count])
      var taken = [Int](repeating: 0, count: batch)
      for (number, state) in states.enumerated() {
        let target = Tensor<Scalar>(state.map { Scalar($0) })
        var moved = input
        Tensor.multiply(target - own, weightsOfUnit, accumulate: 1, into: &moved)
        let gains = logPartitions(ofSide: 1, moved)
        let cost = single.energies(of: target.asRow, values)[0]
        for row in 0..<batch {
          logits[row, number] = gains[row] - cost
          let isTaken = (0..<columns.count).allSatisfy {
            own.elements[row * columns.count + $0] == target.elements[$0]
          }
          if isTaken { taken[row] = number }
        }
      }
      let totals = logits.logSumExp(along: 1)
      for row in 0..<batch { sums[row] += logits[row, taken[row]] - totals[row] }
    }
    return sums.map { $0 / Double(picked.count) }
  }

  /// Group, columns and states of every unit of layer 0.
  private var unitPlaces: [(group: Int, columns: Range<Int>, states: [[Double]])] {
    zip(layers[0].groups.indices, layers[0].ranges).flatMap { index, range in
      let group = layers[0].groups[index]
      guard let states = group.states else {
        preconditionFailure("\(group.text) units have no finite number of states")
      }
      let size = group.width / group.count
      return (0..<group.count).map { unit in
        let first = range.lowerBound + unit * size
        return (index, first..<first + size, states)
      }
    }
  }
}
