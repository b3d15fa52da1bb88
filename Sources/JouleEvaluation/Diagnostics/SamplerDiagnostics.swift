/// What Hamiltonian Monte Carlo says of itself, chain by chain.
public struct SamplerDiagnostics: Sendable, Equatable {
  /// Of one chain; nil is what was not recorded.
  public struct Chain: Sendable, Equatable {
    /// Transitions whose energy ran away.
    public var divergenceCount: Int?
    /// Transitions that were cut short at the largest tree depth.
    public var saturationCount: Int?
    /// The mean Metropolis acceptance probability.
    public var meanAcceptance: Double?
    /// E-BFMI, see ``Trace/energyFractions``.
    public var energyFraction: Double?
  }

  public let chains: [Chain]
  /// Transitions of each chain.
  public let drawCount: Int
  /// The largest tree depth allowed.
  public let treeDepthLimit: Int

  /// An E-BFMI below this is a warning.
  public static let leastEnergyFraction = 0.3

  /// - Parameters:
  ///   - divergent: 1 for every transition that diverged.
  ///   - treeDepth: of every transition.
  ///   - treeDepthLimit: the largest allowed.
  ///   - acceptance: the acceptance statistic of every transition.
  ///   - energy: the Hamiltonian at every transition.
  /// - Precondition: what is given has equally many chains and draws.
  public init(
    divergent: Trace? = nil, treeDepth: Trace? = nil, treeDepthLimit: Int = 10,
    acceptance: Trace? = nil, energy: Trace? = nil
  ) {
    let traces = [divergent, treeDepth, acceptance, energy].compactMap { $0 }
    let shapes = traces.map { [$0.chainCount, $0.drawCount] }
    precondition(
      shapes.dropFirst().allSatisfy { $0 == shapes[0] },
      "traces of one run have one shape [chain, draw], got \(shapes)")
    self.treeDepthLimit = treeDepthLimit
    drawCount = traces.first?.drawCount ?? 0
    let fractions = energy?.energyFractions
    chains = (0..<(traces.first?.chainCount ?? 0)).map { index in
      Chain(
        divergenceCount: divergent.map { $0.chain(index).count { $0 != 0 } },
        saturationCount: treeDepth.map {
          $0.chain(index).count { $0 >= Double(treeDepthLimit) }
        },
        meanAcceptance: acceptance.map { $0.chain(index).reduce(0, +) / Double($0.drawCount) },
        energyFraction: fractions?[index])
    }
  }

  /// Transitions of all chains that diverged; nil if that was not recorded.
  public var divergenceCount: Int? { total(\.divergenceCount) }

  /// Transitions of all chains that were cut short; nil if that was not recorded.
  public var saturationCount: Int? { total(\.saturationCount) }

  private func total(_ count: KeyPath<Chain, Int?>) -> Int? {
    let counts = chains.compactMap { $0[keyPath: count] }
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }

  /// What to worry about, in words: what was found, then what to do.
  public var warnings: [String] {
    let all = chains.count * drawCount
    var warnings: [String] = []
    if let count = divergenceCount, count > 0 {
      warnings.append(
        "\(count) of \(all) transitions diverged: the sampler cannot follow the density where it bends "
          + "sharply, and leaves that part out; use smaller steps (a higher target acceptance) or "
          + "other parameters")
    }
    if let count = saturationCount, count > 0 {
      warnings.append(
        "\(count) of \(all) transitions reached the largest tree depth, \(treeDepthLimit): correct "
          + "but slow; allow deeper trees or rescale the parameters")
    }
    let low = chains.indices.filter {
      (chains[$0].energyFraction ?? .infinity) < Self.leastEnergyFraction
    }
    if let worst = low.compactMap({ chains[$0].energyFraction }).min() {
      warnings.append(
        "E-BFMI of chain \(low.map { String($0 + 1) }.joined(separator: ", ")) is below "
          + "\(Self.leastEnergyFraction) (least \((worst * 1000).rounded() / 1000)): energies of the "
          + "tails are hardly reached; use other parameters")
    }
    return warnings
  }
}
