public import JouleCore
public import JouleRandom
public import JouleTensor

/// The algorithm of Swendsen and Wang: bonds between equal neighbours at random, then a new label for
/// whatever they join. A transition changes clusters of all sizes, so that near a critical point, where
/// single sites take L² sweeps and more, a few are enough.
///
///     bond on (i, j) with probability 1 − exp(−Kᵢⱼ) where xᵢ = xⱼ
///     label of a cluster ~ exp(Σ_{i in it} hᵢ(a))
///
/// For models whose neighbours gain by being alike, Ising and Potts, on any graph. Fields are allowed; strong
/// ones that oppose each other within a cluster make it slow, never wrong. Bonds are drawn on a grid of 2⁻³².
///
///     let kernel = try SwendsenWang(IsingModel(lattice, coupling: 0.44))
///     var chains = ParallelChains(kernel, at: starts, key: key)
///
/// Reference: R. Swendsen, J.-S. Wang, Nonuniversal critical dynamics in Monte Carlo simulations, Physical
/// Review Letters 58 (1987), eq. 3–5; with fields: Edwards and Sokal, Physical Review D 38 (1988), eq. 4–9.
public struct SwendsenWang<Scalar: TensorScalar>: TransitionKernel {
  let bonds: BondField

  /// - Throws: when a coupling is negative; the edge is named.
  public init(_ model: IsingModel<Scalar>) throws(FieldError) { bonds = try BondField(model) }

  /// - Throws: when neighbours gain by being unlike, or labels are alike by degrees.
  public init(_ model: PottsModel<Scalar>) throws(FieldError) { bonds = try BondField(model) }

  /// Where the chains are, and room to work in.
  public struct State: Sendable {
    /// `[chains, sites]`.
    public internal(set) var labels: [UInt8]
    var sets: DisjointSets
    var words: [UInt32]
    /// Σ h of the cluster of each site that stands for one, `[sites, labels]`.
    var sums: [Double]
  }

  public var isReversible: Bool { true }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    State(
      labels: bonds.labels(of: rows), sets: DisjointSets(count: bonds.siteCount),
      words: [UInt32](repeating: 0, count: bonds.graph.edgeCount),
      sums: [Double](repeating: 0, count: bonds.field.count))
  }

  public func position(of state: State) -> Tensor<Scalar> {
    Tensor(labels: state.labels, siteCount: bonds.siteCount)
  }

  /// One transition: all bonds, all clusters.
  ///
  /// - Complexity: O(sites + edges) a chain, nearly; some 12 ns an edge.
  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> PlainTransition {
    let count = bonds.siteCount
    for chain in 0..<(count > 0 ? state.labels.count / count : 0) {
      let first = chain * count
      var stream = random.stream(chain: chain, purpose: ClusterPurpose.bonds)
      stream.fillWords(state.words.mutableSpan)
      join(&state, first)
      var draws = random.stream(chain: chain, purpose: ClusterPurpose.labels)
      if bonds.field.isEmpty {
        relabel(&state, first, &draws)
      } else {
        relabelByField(&state, first, &draws)
      }
    }
    return PlainTransition()
  }

  private func join(_ state: inout State, _ first: Int) {
    // Taken out, so that labels and words can be read beside them.
    var sets = DisjointSets(count: 0)
    swap(&sets, &state.sets)
    bonds.join(
      &sets, labels: state.labels.span.extracting(first..<first + bonds.siteCount),
      words: state.words.span)
    swap(&sets, &state.sets)
  }

  /// The site that stands for a cluster is its lowest, so its label is there before the others ask for it.
  private func relabel(_ state: inout State, _ first: Int, _ draws: inout RandomStream) {
    let q = bonds.labelCount
    for site in 0..<bonds.siteCount {
      let root = state.sets.representative(of: site)
      if root != site {
        state.labels[first + site] = state.labels[first + root]
      } else if q == 2 {
        state.labels[first + site] = UInt8(draws.nextWord() >> 31)
      } else {
        state.labels[first + site] = UInt8(draws.integer(below: q))
      }
    }
  }

  private func relabelByField(_ state: inout State, _ first: Int, _ draws: inout RandomStream) {
    let q = bonds.labelCount
    for index in state.sums.indices { state.sums[index] = 0 }
    for site in 0..<bonds.siteCount {
      let root = state.sets.representative(of: site)
      for label in 0..<q { state.sums[root * q + label] += bonds.field[site * q + label] }
    }
    for site in 0..<bonds.siteCount {
      let root = state.sets.representative(of: site)
      if root == site {
        state.labels[first + site] = BondField.draw(
          state.sums, root * q..<(root + 1) * q, uniform: draws.uniform())
      } else {
        state.labels[first + site] = state.labels[first + root]
      }
    }
  }
}

/// What cluster algorithms draw for.
enum ClusterPurpose {
  static let bonds: UInt32 = 48
  static let labels: UInt32 = 49
}

extension BondField {
  /// A label with the probability exp(sum) / Σ exp(sums), by inversion.
  static func draw(_ sums: [Double], _ range: Range<Int>, uniform: Double) -> UInt8 {
    let chances = chances(sums, range)
    var left = uniform
    for (label, chance) in chances.enumerated() {
      left -= chance
      if left < 0 { return UInt8(label) }
    }
    // Rounding may leave a little: the last label that has any probability.
    return UInt8(chances.lastIndex { $0 > 0 } ?? 0)
  }

  static func chances(_ sums: [Double], _ range: Range<Int>) -> [Double] {
    var chances = Array(sums[range])
    chances.normalizeExponentials()
    return chances
  }
}
