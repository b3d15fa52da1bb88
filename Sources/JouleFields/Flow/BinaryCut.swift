/// The least state of a submodular binary energy, by a maximum flow, with the proof.
///
/// Capacities are rounded to whole multiples of a power of two, as fine as 64 bits allow, some 2⁻⁴⁰ of the
/// largest; then the flow equals the capacity of the cut exactly, and the bound allows for the rounding.
struct BinaryCut: Sendable {
  /// 1 for sites on the source's side.
  let labels: [UInt8]
  let certificate: CutCertificate
  /// No state has less energy.
  let bound: Double

  /// - Precondition: no price of disagreement is negative.
  init(_ form: BinaryForm) {
    let scale = FlowScale(form)
    if let lattice = form.graph.lattice, lattice.boundary == .open,
      let solved = Self.solveOnLattice(form, lattice, scale)
    {
      self = solved
      return
    }
    var network = GraphFlowNetwork(form, scale)
    let side = network.maximizeFlow()
    self.init(
      form, scale, labels: (0..<form.linear.count).map { network.cutLabel($0, side) },
      rest: network.nodes.reduce(0) { $0 + max(0, $1.excess) })
  }

  private static func solveOnLattice(
    _ form: BinaryForm, _ lattice: Lattice, _ scale: FlowScale
  ) -> BinaryCut? {
    switch lattice.directions.count {
    case 1: solve(LatticeFlowNetwork<2>(form, lattice, scale), form, lattice, scale)
    case 2: solve(LatticeFlowNetwork<4>(form, lattice, scale), form, lattice, scale)
    case 3: solve(LatticeFlowNetwork<6>(form, lattice, scale), form, lattice, scale)
    case 4: solve(LatticeFlowNetwork<8>(form, lattice, scale), form, lattice, scale)
    default: nil
    }
  }

  private static func solve<let K: Int>(
    _ start: consuming LatticeFlowNetwork<K>, _ form: BinaryForm, _ lattice: Lattice,
    _ scale: FlowScale
  ) -> BinaryCut {
    var network = start
    let side = network.maximizeFlow()
    let layout = PaddedLayout(lattice)
    var labels = [UInt8](repeating: 0, count: form.linear.count)
    var rest = 0 as Int64
    layout.forEachRow { site, node, count in
      for x in 0..<count {
        labels[site + x] = network.cutLabel(node + x, side)
        rest += max(0, network.excess(node + x))
      }
    }
    return BinaryCut(form, scale, labels: labels, rest: rest)
  }

  /// - Parameter rest: what the source could still have supplied.
  private init(_ form: BinaryForm, _ scale: FlowScale, labels: [UInt8], rest: Int64) {
    var flow = -rest
    var capacity: Int64 = 0
    var base = form.constant
    for site in labels.indices {
      let excess = scale.excess(form.linear[site])
      base += min(0, form.linear[site])
      if excess > 0 {
        flow += excess
        if labels[site] == 0 { capacity += excess }
      } else if labels[site] == 1 {
        capacity -= excess
      }
    }
    form.graph.forEachEdge { edge, first, second in
      if labels[first] != labels[second] { capacity += scale.capacity(form.disagreement[edge]) }
    }
    self.labels = labels
    certificate = CutCertificate(flow: flow, capacity: capacity, quantum: scale.quantum)
    bound = base + certificate.flowValue - scale.rounding
  }
}

/// What proves that a cut is minimal: a flow of the same value. Weak duality does the rest.
public struct CutCertificate: Sendable, Equatable {
  /// The value of the flow, in units of ``quantum``.
  public let flow: Int64
  /// The capacity of the cut, in the same units.
  public let capacity: Int64
  /// What one unit is, in nats.
  public let quantum: Double

  public var flowValue: Double { Double(flow) * quantum }
  public var capacityValue: Double { Double(capacity) * quantum }
  /// Whether the cut is proved minimal.
  public var isTight: Bool { flow == capacity }
}

/// The whole numbers that stand for costs.
struct FlowScale: Sendable {
  /// Units a nat, a power of two.
  private let unitsPerNat: Double
  let quantum: Double
  /// The most by which all roundings together can have moved an energy.
  let rounding: Double

  init(_ form: BinaryForm) {
    // The value of a flow and what passes through one node stay below 2⁶².
    var total = 0.0
    for value in form.linear { total += abs(value) }
    for value in form.disagreement { total += 2 * abs(value) }
    let exponent = total > 0 ? 61 - Int(total.exponent) - 1 : 0
    let units = Double(sign: .plus, exponent: max(-1000, min(1000, exponent)), significand: 1)
    unitsPerNat = units
    quantum = 1 / units
    // Truncated, because to round takes a call where the processor is only known to have SSE2. Multiples of
    // the quantum are exact, as whole numbers often are.
    var rounding = 0.0
    for value in form.linear { rounding += abs(value * units - Double(Int64(value * units))) }
    for value in form.disagreement {
      rounding += abs(value * units - Double(Int64(value * units)))
    }
    self.rounding = rounding / units
  }

  /// The excess of a site whose label 1 costs so much more than 0.
  @inline(__always)
  func excess(_ linear: Double) -> Int64 { Int64(-linear * unitsPerNat) }

  @inline(__always)
  func capacity(_ disagreement: Double) -> Int64 {
    max(0, Int64(disagreement * unitsPerNat))
  }
}

extension FlowNetwork {
  /// The side of a cut on which a node is, after a search that ended on `side`.
  @inline(__always)
  func cutLabel(_ node: Int, _ side: FlowSide) -> UInt8 {
    side == .source ? (label(node) > 0 ? 1 : 0) : (label(node) < 0 ? 0 : 1)
  }
}
