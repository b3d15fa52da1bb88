public import JouleCore
public import JouleRandom
public import JouleTensor

/// In which order sites are drawn.
public enum GibbsScan: Sendable, Hashable {
  /// One colour of the blankets' graph after another, the sites of a colour at once.
  case chromatic
  /// The sites one by one, in their order.
  case systematic
  /// Sites chosen at random with replacement, as many as there are; the same for all chains. Reversible,
  /// which the other two are not.
  case random
}

/// How a site gets its new value.
public enum GibbsRule: Sendable, Hashable {
  /// From its conditional distribution.
  case heatBath
  /// By a Metropolis step that proposes another value than the present one, in proportion to their
  /// conditional probabilities: it stays less often and, scanned at random, is never worse.
  case metropolized
}

/// Gibbs sampling of discrete variables, one after another, or all at once that do not depend on each other.
///
///     xᵢ ~ p(xᵢ | the rest of x)
///
/// A step is a sweep: as many draws as there are free sites. A site is drawn from its Markov blanket alone,
/// so the sites of one colour are drawn together, in every chain of the batch.
///
///     let kernel = Gibbs(model)                                  // chromatic sweeps
///     let restored = Gibbs(model, holding: observedSites)        // the others given these
///
/// References: S. Geman, D. Geman, IEEE PAMI 6 (1984), §XI; for `.metropolized`: J. Liu, Peskun's theorem
/// and a modified discrete-state Gibbs sampler, Biometrika 83 (1996), eq. 2.
public struct Gibbs<Energy: DiscreteEnergy>: TransitionKernel {
  public typealias Scalar = Energy.Scalar

  public let energy: Energy
  public let scan: GibbsScan
  public let rule: GibbsRule
  /// The sites that are drawn, ascending; the others stay as they are.
  public let freeSites: [Int]
  /// What is drawn at once, in the order of a sweep; for `.random` single sites, of which it picks.
  let groups: [[Int]]

  /// - Parameters:
  ///   - fixedSites: sites that keep the values that the chains start with.
  /// - Complexity: colouring looks at every blanket once.
  public init(
    _ energy: Energy, scan: GibbsScan = .chromatic, rule: GibbsRule = .heatBath,
    holding fixedSites: some Sequence<Int> = EmptyCollection<Int>()
  ) {
    let fixed = Set(fixedSites)
    precondition(
      fixed.allSatisfy { $0 >= 0 && $0 < energy.variableCount },
      "fixed sites are among \(energy.variableCount), got \(fixed.sorted())")
    self.energy = energy
    self.scan = scan
    self.rule = rule
    freeSites = (0..<energy.variableCount).filter { !fixed.contains($0) }
    groups =
      scan == .chromatic
      ? SiteColoring(of: energy, sites: freeSites).groups : freeSites.map { [$0] }
  }

  /// Where the chains are.
  public struct State: Sendable {
    /// `[chains, variables]`.
    public internal(set) var rows: Tensor<Energy.Scalar>
    /// The first chain that started with a free site at none of its values.
    fileprivate let stranger: (row: Int, site: Int)?
  }

  public func makeState(at rows: Tensor<Energy.Scalar>) -> State {
    energy.requireRows(rows)
    return State(
      rows: rows,
      stranger: SiteChoice.stranger(in: rows, sites: freeSites, values: energy.values(ofSite:)))
  }

  public func position(of state: State) -> Tensor<Energy.Scalar> { state.rows }

  public var isReversible: Bool { scan == .random || groups.count == 1 }

  /// One sweep. A fault where an energy is NaN, where every value of a site lies outside the support, or where a
  /// chain started with a site at none of its values.
  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> GibbsTransition {
    if let stranger = state.stranger {
      return GibbsTransition(fault: fault(at: state.rows, row: stranger.row, site: stranger.site))
    }
    var stream = choices(random)
    for place in groups.indices {
      let group = scan == .random ? groups[stream.integer(below: groups.count)] : groups[place]
      if let row = draw(group, of: &state.rows, using: random.folded(place)) {
        return GibbsTransition(fault: fault(at: state.rows, row: row, sites: group))
      }
    }
    return GibbsTransition(fault: nil)
  }

  private func draw(
    _ sites: [Int], of rows: inout Tensor<Energy.Scalar>, using random: ChainRandom
  ) -> Int? {
    switch rule {
    case .heatBath: energy.resample(sites, of: &rows, beta: 1, using: random)
    case .metropolized: energy.resampleMetropolized(sites, of: &rows, beta: 1, using: random)
    }
  }

  /// The same sites for all chains, wherever the batch is cut.
  private func choices(_ random: ChainRandom) -> RandomStream {
    ChainRandom(key: random.key, step: random.step).stream(purpose: DrawPurpose.choice)
  }

  private func fault(
    at rows: Tensor<Energy.Scalar>, row: Int, site: Int
  ) -> TransitionFault {
    TransitionFault(
      row: row,
      reason: .other(
        "site \(site) (counted from zero) is \(rows[row, site]), expected one of its values, "
          + "\(energy.values(ofSite: site))"))
  }

  private func fault(
    at rows: Tensor<Energy.Scalar>, row: Int, sites: [Int]
  ) -> TransitionFault {
    if let known = energy.faultReason(at: rows.row(row)) {
      return TransitionFault(row: row, reason: .other(known))
    }
    let place = sites.count == 1 ? "site \(sites[0])" : "one of the sites \(sites.prefix(8))"
    return TransitionFault(row: row, reason: .notFinite("the conditional energy of \(place)"))
  }
}

/// What a sweep tells: whether it could be made.
public struct GibbsTransition: TransitionInfo {
  public let fault: TransitionFault?
}

extension Gibbs {
  /// The same kernel for the energy at inverse temperature β.
  public func tempered(_ beta: Double) -> Gibbs<TemperedEnergy<Energy>> {
    Gibbs<TemperedEnergy<Energy>>(
      energy: energy.tempered(beta), scan: scan, rule: rule, freeSites: freeSites, groups: groups)
  }

  /// Keeps a colouring that was made before.
  init(energy: Energy, scan: GibbsScan, rule: GibbsRule, freeSites: [Int], groups: [[Int]]) {
    self.energy = energy
    self.scan = scan
    self.rule = rule
    self.freeSites = freeSites
    self.groups = groups
  }
}
