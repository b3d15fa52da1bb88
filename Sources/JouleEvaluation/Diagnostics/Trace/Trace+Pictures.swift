import JouleAlgebra

extension Trace {
  /// Autocorrelations of each chain, `[chain][lag]`, from lag 0; nil of a chain that is constant or not
  /// finite.
  ///
  ///     ρₜ = Σᵢ (xᵢ − x̄)(xᵢ₊ₜ − x̄) / Σᵢ (xᵢ − x̄)²
  ///
  /// The sum over fewer terms at larger lags is not made up for: that keeps ρ within ±1 and positive
  /// definite.
  ///
  /// - Parameter lag: the largest lag; beyond the last draw there are none.
  public func autocorrelations(upToLag lag: Int) -> [[Double]?] {
    precondition(lag >= 0, "lags are not negative, got \(lag)")
    let (count, lagCount) = (drawCount, min(lag + 1, drawCount))
    let means = (0..<chainCount).map { chain in
      VectorKernels.best.sum(values.span.extracting(chain * count..<(chain + 1) * count))
        / Double(count)
    }
    var engine = Autocovariances(length: count, lagCount: lagCount)
    return (0..<chainCount).map { chain in
      let own = values.span.extracting(chain * count..<(chain + 1) * count)
      guard VectorKernels.best.firstNonFinite(own) == nil, !TraceAnalysis.isConstant(own)
      else { return nil }
      let sums = engine.means(
        of: values, from: chain * count, means: [means[chain]], setCount: 1)
      return sums[..<lagCount].map { $0 / sums[0] }
    }
  }

  /// How the ranks of each chain among all draws are spread, `[chain][bin]`: equal counts where chains
  /// agree. Nil where a draw is NaN.
  ///
  /// Reference: Vehtari et al., §4 (rank plots).
  ///
  /// - Parameter binCount: at least 1.
  public func rankCounts(binCount: Int = 20) -> [[Int]]? {
    precondition(binCount > 0, "ranks go into bins, got \(binCount) of them")
    guard !values.contains(where: \.isNaN) else { return nil }
    var order = RankOrder(count: values.count)
    order.sort(values)
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: binCount), count: chainCount)
    var first = 0
    while first < values.count {
      var end = first + 1
      while end < values.count, order.sorted[end] == order.sorted[first] { end += 1 }
      // Equal draws share their middle rank.
      let middle = Double(first + end) / 2
      let bin = min(binCount - 1, Int(middle / Double(values.count) * Double(binCount)))
      for place in first..<end { counts[Int(order.order[place]) / drawCount][bin] += 1 }
      first = end
    }
    return counts
  }

  /// The energy Bayesian fraction of missing information (E-BFMI) of each chain, where the values are
  /// energies (Hamiltonians) that Hamiltonian Monte Carlo visited; nil of a chain without variance.
  ///
  ///     Σₜ (Eₜ − Eₜ₋₁)² / Σₜ (Eₜ − Ē)²
  ///
  /// Below 0.3 the momenta are drawn in too small steps to reach the energies of the tails.
  ///
  /// Reference: M. Betancourt, Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo,
  /// arXiv:1604.00695, §3.
  public var energyFractions: [Double?] {
    (0..<chainCount).map { index in
      let energies = chain(index)
      let mean = energies.reduce(0, +) / Double(drawCount)
      let spread = energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let jumps = zip(energies, energies.dropFirst()).reduce(0) {
        $0 + ($1.1 - $1.0) * ($1.1 - $1.0)
      }
      let fraction = jumps / spread
      return fraction.isFinite ? fraction : nil
    }
  }
}
