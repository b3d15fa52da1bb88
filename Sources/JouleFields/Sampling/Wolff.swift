public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// The algorithm of Wolff: one cluster grows from a site chosen at random and changes its label as a whole.
///
///     neighbours of the old label join with probability 1 − exp(−K); the new label is any other
///     accepted with probability min(1, exp(Σ_{i in it} hᵢ(new) − hᵢ(old))): always without fields
///
/// A site chosen at random lies in a large cluster more often than in a small one, so a flip moves more than
/// one of ``SwendsenWang``'s does. How many clusters make a step is fixed beforehand: a step that ended when
/// so many sites have flipped would favour the states in which it ends.
///
/// Reference: U. Wolff, Collective Monte Carlo updating for spin systems, Physical Review Letters 62 (1989),
/// 361.
public struct Wolff<Scalar: TensorScalar>: TransitionKernel {
  let bonds: BondField
  let adjacency: Adjacency
  /// Clusters grown in a step.
  public let clustersPerStep: Int

  /// - Throws: when a coupling is negative; the edge is named.
  public init(_ model: IsingModel<Scalar>, clustersPerStep: Int = 1) throws(FieldError) {
    self.init(try BondField(model), clustersPerStep)
  }

  /// - Throws: when neighbours gain by being unlike, or labels are alike by degrees.
  public init(_ model: PottsModel<Scalar>, clustersPerStep: Int = 1) throws(FieldError) {
    self.init(try BondField(model), clustersPerStep)
  }

  private init(_ bonds: BondField, _ clustersPerStep: Int) {
    precondition(
      clustersPerStep > 0 && bonds.siteCount > 0 && bonds.labelCount > 1,
      "a cluster needs a site and another label: \(clustersPerStep) clusters a step, "
        + "\(bonds.siteCount) sites, \(bonds.labelCount) labels")
    self.bonds = bonds
    self.clustersPerStep = clustersPerStep
    adjacency = bonds.graph.adjacency
  }

  /// The same with another number of clusters a step.
  init(_ other: Wolff, clustersPerStep: Int) {
    precondition(clustersPerStep > 0, "a step grows clusters, got \(clustersPerStep)")
    bonds = other.bonds
    adjacency = other.adjacency
    self.clustersPerStep = clustersPerStep
  }

  /// Where the chains are, and room to work in.
  public struct State: Sendable {
    /// `[chains, sites]`.
    public internal(set) var labels: [UInt8]
    /// The sites of a cluster, in the order in which they joined.
    var cluster: [Int32]
  }

  public var isReversible: Bool { true }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    State(labels: bonds.labels(of: rows), cluster: [])
  }

  public func position(of state: State) -> Tensor<Scalar> {
    Tensor(labels: state.labels, siteCount: bonds.siteCount)
  }

  /// So many clusters, one after another.
  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> WolffTransition {
    var sizes: [Int] = []
    for chain in 0..<state.labels.count / bonds.siteCount {
      var stream = random.stream(chain: chain, purpose: ClusterPurpose.bonds)
      var size = 0
      for _ in 0..<clustersPerStep {
        let seed = stream.integer(below: bonds.siteCount)
        let old = state.labels[chain * bonds.siteCount + seed]
        let turn = bonds.labelCount == 2 ? 1 : 1 + stream.integer(below: bonds.labelCount - 1)
        let new = UInt8((Int(old) + turn) % bonds.labelCount)
        grow(&state, chain * bonds.siteCount, from: seed, old, new, &stream)
        size += state.cluster.count
      }
      sizes.append(size)
    }
    return WolffTransition(clusterSites: sizes)
  }

  /// Sites take the new label as they join, which keeps them from joining twice.
  private func grow(
    _ state: inout State, _ first: Int, from seed: Int, _ old: UInt8, _ new: UInt8,
    _ stream: inout RandomStream
  ) {
    state.cluster.removeAll(keepingCapacity: true)
    state.cluster.append(Int32(seed))
    state.labels[first + seed] = new
    var next = 0
    while next < state.cluster.count {
      let site = Int(state.cluster[next])
      next += 1
      for entry in adjacency.range(of: site) {
        let neighbour = Int(adjacency.neighbours[entry])
        if state.labels[first + neighbour] == old,
          stream.nextWord() < bonds.threshold(Int(adjacency.edges[entry]))
        {
          state.labels[first + neighbour] = new
          state.cluster.append(Int32(neighbour))
        }
      }
    }
    if bonds.field.isEmpty { return }
    let gain = bonds.fieldGain(state.cluster, from: old, to: new)
    if stream.uniform() >= Double.exp(min(0, gain)) {
      for site in state.cluster { state.labels[first + Int(site)] = old }
    }
  }
}

/// What a step of Wolff's algorithm tells.
public struct WolffTransition: TransitionInfo, Equatable {
  /// Sites of all clusters that a chain grew, one number a chain.
  public let clusterSites: [Int]
}

extension BondField {
  /// Σ hᵢ(new) − hᵢ(old) over sites; 0 without fields.
  func fieldGain(_ sites: [Int32], from old: UInt8, to new: UInt8) -> Double {
    if field.isEmpty { return 0 }
    return sites.reduce(0) { sum, site in
      let place = Int(site) * labelCount
      return sum + field[place + Int(new)] - field[place + Int(old)]
    }
  }
}
