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
    let uniforms = uniforms(batch, sites.count, random, DrawPurpose.visible)
    for row in 0..<batch {
      for index in sites.indices {
        let place = row * sites.count + index
        let first = place * valueCount
        let chosen = picked(by: uniforms[place], of: values[index].count) {
          Double(weights.elements[first + $0])
        }
        rows.elements[row * width + sites[index]] = values[index][chosen ?? 0]
      }
    }
    return nil
  }

  /// The same by a Metropolis step between different values.
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
    let proposals = uniforms(batch, sites.count, random, DrawPurpose.visible)
    let acceptances = uniforms(batch, sites.count, random, DrawPurpose.acceptance)
    for row in 0..<batch {
      for index in sites.indices {
        let place = row * sites.count + index
        let element = row * width + sites[index]
        let present = values[index].firstIndex(of: rows.elements[element])
        let moves = SiteRule.metropolized(
          energies: all[place * valueCount..<(place + 1) * valueCount].prefix(values[index].count),
          present: present)
        guard let moves else { return row }
        let chosen = picked(by: proposals[place], of: moves.proposals.count) {
          moves.proposals[$0]
        }
        if let chosen, acceptances[place] < moves.acceptances[chosen] {
          rows.elements[element] = values[index][chosen]
        }
      }
    }
    return nil
  }

  /// A uniform number for every site of every row.
  private static func uniforms(
    _ batch: Int, _ siteCount: Int, _ random: ChainRandom, _ purpose: UInt32
  ) -> [Double] {
    var result = [Double](repeating: 0, count: batch * siteCount)
    VectorKernels.best.fill(
      .uniform, result.mutableSpan, columns: siteCount, random.address(purpose: purpose))
    return result
  }

  /// The value that a uniform number picks by weights, from the cumulative distribution; nil where none has any.
  /// Where rounding leaves a rest it is the last that has.
  @inline(__always)
  private static func picked(
    by uniform: Double, of count: Int, weight: (Int) -> Double
  ) -> Int? {
    var total = 0.0
    for value in 0..<count { total += weight(value) }
    var rest = uniform * total
    var chosen: Int?
    for value in 0..<count {
      let own = weight(value)
      if own > 0 { chosen = value }
      rest -= own
      if rest < 0 { break }
    }
    return chosen
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
