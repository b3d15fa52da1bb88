import JouleAlgebra
package import JouleRandom
package import JouleTensor

/// Draws of single variables, in loops that are compiled for each scalar type.
enum SiteDraw {
  /// [batch, sites, 2] from [batch, sites]: 0 where the value stands, the cost of the flip elsewhere.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func conditionalEnergies<Scalar: TensorScalar>(
    ofFlips flips: Tensor<Scalar>, rows: Tensor<Scalar>, sites: [Int], lower: [Scalar]
  ) -> Tensor<Scalar> {
    let batch = rows.shape[0]
    let width = rows.shape[1]
    var result = [Scalar](repeating: 0, count: batch * sites.count * 2)
    for row in 0..<batch {
      for index in sites.indices {
        let place = row * sites.count + index
        let isLower = rows.elements[row * width + sites[index]] == lower[index]
        result[2 * place + (isLower ? 1 : 0)] = flips.elements[place]
      }
    }
    return Tensor(shape: [batch, sites.count, 2], elements: result)
  }

  /// x_site ← its other value, with the probability σ(−ΔE).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func flip<Scalar: TensorScalar>(
    _ sites: [Int], of rows: inout Tensor<Scalar>, energies: Tensor<Scalar>, values: [[Scalar]],
    using random: ChainRandom
  ) -> Int? {
    let batch = rows.shape[0]
    let width = rows.shape[1]
    let sums = values.map { $0[0] + $0[1] }
    var marks = energies
    marks.negate()
    marks.formLogistic()
    if let place = VectorKernels.best.firstNonFinite(marks.elements.span) {
      return place / sites.count
    }
    VectorKernels.best.bernoulliInPlace(
      marks.elements.mutableSpan, columns: sites.count,
      random.address(purpose: DrawPurpose.visible))
    for row in 0..<batch {
      for index in sites.indices where marks.elements[row * sites.count + index] != 0 {
        let place = row * width + sites[index]
        rows.elements[place] = sums[index] - rows.elements[place]
      }
    }
    return nil
  }

  /// x_site ← value k with a probability in proportion to exp(−energies[r, s, k]), by inversion of the
  /// cumulative distribution with one uniform number a site.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func resample<Scalar: TensorScalar>(
    _ sites: [Int], of rows: inout Tensor<Scalar>, energies: Tensor<Scalar>, values: [[Scalar]],
    using random: ChainRandom
  ) -> Int? {
    let batch = rows.shape[0]
    let width = rows.shape[1]
    precondition(
      energies.rank == 3 && energies.shape[0] == batch && energies.shape[1] == sites.count,
      "conditional energies of \(sites.count) sites and \(batch) rows have shape "
        + "[\(batch), \(sites.count), values], got \(energies.shape)")
    let valueCount = energies.shape[2]
    guard energies.count > 0 else { return nil }
    // The least energy of a site becomes 0, so that its weight is 1 and no sum is 0 or infinite.
    var weights = energies.reshaped(to: [batch * sites.count, valueCount])
    weights -= weights.min(along: 1, keepingAxis: true)
    weights.negate()
    weights.formExp()
    if let place = VectorKernels.best.firstNonFinite(weights.elements.span) {
      return place / (sites.count * valueCount)
    }
    var uniforms = [Double](repeating: 0, count: batch * sites.count)
    VectorKernels.best.fill(
      .uniform, uniforms.mutableSpan, columns: sites.count,
      random.address(purpose: DrawPurpose.visible))
    for row in 0..<batch {
      for index in sites.indices {
        let place = row * sites.count + index
        let first = place * valueCount
        var total = 0.0
        for value in 0..<valueCount { total += Double(weights.elements[first + value]) }
        var rest = uniforms[place] * total
        var chosen = 0
        for value in 0..<values[index].count {
          let weight = Double(weights.elements[first + value])
          if weight > 0 { chosen = value }
          rest -= weight
          if rest < 0 { break }
        }
        rows.elements[row * width + sites[index]] = values[index][chosen]
      }
    }
    return nil
  }

  /// The same by a Metropolis step between different values; `marks` of a site is its present value.
  ///
  /// Value k ≠ c is proposed with the probability p_k / (1 − p_c) and accepted with
  /// min(1, (1 − p_c) / (1 − p_k)).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func resampleMetropolized<Scalar: TensorScalar>(
    _ sites: [Int], of rows: inout Tensor<Scalar>, energies: Tensor<Scalar>, values: [[Scalar]],
    using random: ChainRandom
  ) -> Int? {
    let batch = rows.shape[0]
    let width = rows.shape[1]
    let valueCount = energies.shape[2]
    guard energies.count > 0 else { return nil }
    let all = Tensor<Double>(energies).elements
    var proposals = [Double](repeating: 0, count: batch * sites.count)
    var acceptances = proposals
    VectorKernels.best.fill(
      .uniform, proposals.mutableSpan, columns: sites.count,
      random.address(purpose: DrawPurpose.visible))
    VectorKernels.best.fill(
      .uniform, acceptances.mutableSpan, columns: sites.count,
      random.address(purpose: DrawPurpose.acceptance))
    for row in 0..<batch {
      for index in sites.indices {
        let place = row * sites.count + index
        let element = row * width + sites[index]
        let present = values[index].firstIndex(of: rows.elements[element])
        let moves = SiteRule.metropolized(
          energies: all[place * valueCount..<(place + 1) * valueCount].prefix(values[index].count),
          present: present)
        guard let moves else { return row }
        var rest = proposals[place] * moves.proposals.reduce(0, +)
        var chosen: Int?
        for value in moves.proposals.indices where moves.proposals[value] > 0 {
          chosen = value
          rest -= moves.proposals[value]
          if rest < 0 { break }
        }
        if let chosen, acceptances[place] < moves.acceptances[chosen] {
          rows.elements[element] = values[index][chosen]
        }
      }
    }
    return nil
  }
}

extension DiscreteEnergy {
  /// `resample` by Metropolis steps; see `SiteRule`.
  package func resampleMetropolized(
    _ sites: [Int], of rows: inout Tensor<Scalar>, beta: Double, using random: ChainRandom
  ) -> Int? {
    SiteDraw.resampleMetropolized(
      sites, of: &rows,
      energies: conditionalEnergies(of: rows, sites: sites).scaledAsEnergies(by: beta),
      values: sites.map(values(ofSite:)), using: random)
  }
}

extension Tensor {
  /// β E of energies E. What lies outside the support, E = +∞, stays there for β = 0 too.
  func scaledAsEnergies(by beta: Double) -> Tensor {
    if beta == 1 { return self }
    guard beta == 0 else { return self * Scalar(beta) }
    // 0 · ∞ is NaN; a finite energy less itself is 0, and +∞ less a finite number stays.
    let largest = Scalar.greatestFiniteMagnitude
    var finite = self
    finite.clamp(to: -largest...largest)
    return self - finite
  }
}
