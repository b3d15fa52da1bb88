import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor
import RealModule

/// Sweeps over the sites of an Ising model with couplings and fields of its own, one site after another given
/// its neighbours.
///
///     f = hᵢ + Σⱼ Jᵢⱼ sⱼ;   Gibbs: sᵢ ~ exp(sᵢ f);   Metropolis: flips with probability min(1, exp(−2 sᵢ f))
///
/// On a lattice whose axes are open or even, colour after colour, every other site of a row at once. On any
/// other graph in the order of the sites. It samples what `Gibbs` samples, many times as fast.
///
/// Metropolis flips more readily than Gibbs, and for certain where that costs nothing: without coupling and field
/// it goes back and forth for ever, and on small lattices a state in which no flip costs anything is never left.
///
/// References: S. Geman, D. Geman, IEEE Transactions on Pattern Analysis and Machine Intelligence 6 (1984),
/// §XI; N. Metropolis et al., Journal of Chemical Physics 21 (1953).
public struct IsingSweep<Scalar: TensorScalar>: TransitionKernel {
  public typealias Rule = SpinTorus.Rule

  public let rule: Rule
  private let plan: Plan
  private let siteCount: Int

  private enum Plan: Sendable {
    case lattice(LatticePlan<Scalar>)
    case graph(LocalFields)
  }

  public init(_ model: IsingModel<Scalar>, rule: Rule = .gibbs) {
    self.rule = rule
    siteCount = model.graph.siteCount
    if let lattice = LatticePlan(model) {
      plan = .lattice(lattice)
    } else {
      plan = .graph(LocalFields(model))
    }
  }

  /// Where the chains are.
  public struct State: Sendable {
    /// Spins of each chain as the plan has them.
    var spins: [[Scalar]]
    /// x of each chain where there is no lattice.
    var bits: [[UInt8]]
  }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    precondition(
      rows.rank == 2 && rows.shape[1] == siteCount,
      "states of \(siteCount) sites are rows [batch, \(siteCount)], got \(rows.shape)")
    let bits = rows.elements.map { UInt8($0 > 0.5 ? 1 : 0) }
    let starts = (0..<rows.shape[0]).map { $0 * siteCount }
    switch plan {
    case .lattice(let lattice):
      return State(spins: starts.map { lattice.spins(of: bits, from: $0) }, bits: [])
    case .graph:
      return State(spins: [], bits: starts.map { Array(bits[$0..<$0 + siteCount]) })
    }
  }

  public func position(of state: State) -> Tensor<Scalar> {
    Tensor(labels: labels(of: state), siteCount: siteCount)
  }

  /// x of all chains, `[chains, sites]`.
  func labels(of state: State) -> [UInt8] {
    switch plan {
    case .lattice(let lattice): state.spins.flatMap { lattice.bits(of: $0) }
    case .graph: state.bits.flatMap { $0 }
    }
  }

  /// One sweep.
  @discardableResult
  public func step(_ state: inout State, using random: ChainRandom) -> PlainTransition {
    switch plan {
    case .lattice(let lattice):
      for chain in state.spins.indices {
        for (colour, parities) in lattice.colours.enumerated() {
          let address = random.advanced(by: chain)
            .address(purpose: Self.purpose + UInt32(colour))
          VectorKernels.best.sweepLattice(
            state.spins[chain].mutableSpan, couplings: lattice.couplings.span,
            field: lattice.field.span, rows: lattice.rows, parities: parities,
            isMetropolis: rule == .metropolis, address)
        }
      }
    case .graph(let fields):
      for chain in state.bits.indices {
        var stream = random.stream(chain: chain, purpose: Self.purpose)
        fields.sweep(&state.bits[chain], rule: rule, using: &stream)
      }
    }
    return PlainTransition()
  }

  /// Eight colours at most.
  private static var purpose: UInt32 { 50 }
}

/// The local fields of an Ising model of spins by site, in Double.
struct LocalFields: Sendable {
  let adjacency: Adjacency
  /// J of each entry of the adjacency.
  let couplings: [Double]
  let field: [Double]

  init<Scalar>(_ model: IsingModel<Scalar>) {
    let spins = model.expressed(in: .spins)
    adjacency = model.graph.adjacency
    let values = spins.couplings.doubles
    couplings = adjacency.edges.map { values[Int($0)] }
    field = spins.field.doubles
  }

  /// hᵢ + Σⱼ Jᵢⱼ sⱼ; it never falls when a bit rises, rounding included, where no J is negative.
  @inline(__always)
  func value(at site: Int, given bits: [UInt8]) -> Double {
    var sum = field[site]
    for entry in adjacency.range(of: site) {
      let coupling = couplings[entry]
      sum += bits[Int(adjacency.neighbours[entry])] != 0 ? coupling : -coupling
    }
    return sum
  }

  /// The sites in their order, a uniform number each.
  func sweep(_ bits: inout [UInt8], rule: SpinTorus.Rule, using stream: inout RandomStream) {
    for site in bits.indices {
      let f = value(at: site, given: bits)
      let uniform: Double = stream.uniform()
      switch rule {
      case .gibbs: bits[site] = uniform < 1 / (1 + Double.exp(-2 * f)) ? 1 : 0
      case .metropolis:
        let cost = bits[site] != 0 ? 2 * f : -2 * f
        if cost <= 0 || uniform < Double.exp(-cost) { bits[site] = 1 - bits[site] }
      }
    }
  }
}
