public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleSampling
public import JouleTensor
import RealModule

/// Where along a path annealing loses: what a pilot pass says of where temperatures should be close.
public struct AnnealingProfile: Sendable, Equatable {
  /// The temperatures of the pilot.
  public let temperatures: TemperatureLadder
  /// What each of its intervals costs: in equal shares of it the final temperatures are spaced.
  public let costs: [Double]
  /// The mean of −log w forward less that of log w in reverse, beyond what log Z₁/Z₀ takes: nats lost on a
  /// way up and down; nil without a reverse pass.
  public let loss: Double?
}

extension AnnealedImportanceSampling {
  /// What a pilot forward says: every interval costs the standard deviation of what it adds to log
  /// weights.
  ///
  /// In equal shares of that the variance of log weights is least where a transition forgets where the
  /// chain was. Reference: A. Gelman, X.-L. Meng, Simulating normalizing constants, Statistical Science 13
  /// (1998), §4.3, eq. 49.
  public func profile(
    chains: Int, key: RandomKey, on workers: Workers = .single,
    progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> AnnealingProfile {
    let pass = try forwardPass(chains: chains, key: key, on: workers, progress: progress)
    return AnnealingProfile(temperatures: temperatures, costs: pass.deviations, loss: nil)
  }

  /// What a pilot forward and back says: a stretch of n intervals costs √(n h), h the hysteresis, by how
  /// much the log weights of the two directions differ there.
  ///
  ///     h = Σ_intervals −(mean Δ log w forward + mean Δ log w in reverse)
  ///
  /// Near equilibrium h grows as the square of the pace, at a rate that holds both how much energies
  /// fluctuate and how slowly the chains follow. In equal shares of its root the loss over the whole path is
  /// least. Where chains hardly follow at all, as near the modes of a trained model, this sees it and the
  /// variance of energies does not.
  ///
  /// - Parameters:
  ///   - rows: samples of the model for the way back, `[chains, variables]`; as many go forward.
  ///   - stretches: into how many parts the path is cut to average out noise.
  ///
  /// Reference: D. Sivak, G. Crooks, Thermodynamic metrics and optimal paths, PRL 108 (2012),
  /// arXiv:1201.4166, eq. 9 and 12.
  public func profile(
    from rows: Tensor<Path.Scalar>, stretches: Int = 20, key: RandomKey,
    on workers: Workers = .single, progress: (Double) -> Void = { _ in }
  ) throws(TransitionFault) -> AnnealingProfile {
    precondition(stretches > 0, "a profile has at least 1 stretch, got \(stretches)")
    let forward = try forwardPass(
      chains: rows.shape[0], key: key.folded("forward"), on: workers
    ) { progress($0 / 2) }
    let reverse = try reversePass(from: rows, key: key.folded("reverse"), on: workers) {
      progress((1 + $0) / 2)
    }
    let losses = zip(forward.means, reverse.means.reversed()).map { -($0 + $1) }
    let intervals = losses.count
    let count = Swift.min(stretches, intervals)
    let edges = (0...count).map { intervals * $0 / count }
    let weighted = zip(edges, edges.dropFirst()).map { first, last in
      Swift.max(0, losses[first..<last].reduce(0, +)) * Double(last - first)
    }
    // Noise can hide what a stretch costs: none is taken for cheaper than a twentieth of the mean.
    let least = 0.05 * weighted.reduce(0, +) / Double(count)
    return AnnealingProfile(
      temperatures: temperatures.picking(edges),
      costs: weighted.map { Swift.max($0, least).squareRoot() }, loss: losses.reduce(0, +))
  }

  /// The same annealing in so many steps, spaced by a profile.
  ///
  /// The chains of the profile are not used again, so forward weights keep their mean Z₁/Z₀ exactly.
  public func spaced(by profile: AnnealingProfile, steps: Int) -> AnnealedImportanceSampling {
    precondition(steps > 0, "annealing needs at least one step, got \(steps)")
    return AnnealedImportanceSampling(
      path, checked: profile.temperatures.sharing(profile.costs, count: steps + 1))
  }
}
