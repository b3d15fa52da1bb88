import JouleCore
public import JouleRandom
import JouleTensor

/// One chain of the Ising model on a square torus without field, J = 1, by the sampler that suits it best.
///
///     E(s) = −Σ₍ᵢⱼ₎ sᵢ sⱼ,   p(s) ∝ exp(−E(s) / T)
///
/// Single sites are updated many in a word where the side is even and at least 4 (``SpinTorus``), else site by
/// site (``IsingSweep``); clusters on any side (``SwendsenWang``, ``Wolff``). On a side of 2 every pair of
/// neighbours is joined twice.
public struct TorusSampler: Sendable {
  /// How states change.
  public enum Method: String, Sendable, CaseIterable {
    case gibbs
    case metropolis
    case swendsenWang = "swendsen-wang"
    /// As many clusters a sweep as flip about all sites; how many is fixed by `settle`.
    case wolff
  }

  /// Where a chain starts.
  public enum Start: Sendable {
    /// All spins up.
    case ordered
    /// Every spin up or down with equal chances.
    case random
  }

  /// How single sites are kept.
  public enum Layout: String, Sendable, CaseIterable {
    /// One bit a site, with the same coupling everywhere: for even sides from 4 on.
    case words
    /// A number a site, with couplings and fields of its own as any model may have them.
    case lattice
  }

  public let side: Int
  public let temperature: Double
  public let method: Method
  private let key: RandomKey
  private var sweepCount = 0
  // One of these four; each is changed where it stands.
  private var torus: SpinTorus?
  private var sites: KernelChain<IsingSweep<Float>>?
  private var clusters: KernelChain<SwendsenWang<Double>>?
  private var cluster: KernelChain<Wolff<Double>>?

  /// - Parameters:
  ///   - side: L, at least `leastSide`.
  ///   - layout: of gibbs and metropolis; nil takes words where they fit.
  ///   - key: of this chain alone.
  public init(
    side: Int, temperature: Double, method: Method, layout: Layout? = nil, start: Start,
    key: RandomKey
  ) throws(FieldError) {
    precondition(
      side >= Self.leastSide(method: method) && temperature > 0 && temperature.isFinite,
      "a torus of \(method) has a side of at least \(Self.leastSide(method: method)) and a positive "
        + "temperature, got \(side) and \(temperature)")
    self.side = side
    self.temperature = temperature
    self.method = method
    self.key = key.folded("sweeps")
    var stream = RandomStream(key: key.folded("start"))
    var bits = [UInt8](repeating: 1, count: side * side)
    if start == .random {
      for site in bits.indices { bits[site] = UInt8(stream.nextWord() >> 31) }
    }
    if Self.layout(side: side, method: method, wanted: layout) == .words {
      torus = SpinTorus(height: side, width: side, bits: bits)
      return
    }
    switch method {
    case .gibbs, .metropolis:
      sites = KernelChain(
        IsingSweep(
          Self.model(side: side, temperature: temperature),
          rule: method == .gibbs ? .gibbs : .metropolis),
        at: Tensor(labels: bits, siteCount: side * side))
    case .swendsenWang:
      clusters = KernelChain(
        try SwendsenWang(Self.model(side: side, temperature: temperature)),
        at: Tensor(labels: bits, siteCount: side * side))
    case .wolff:
      cluster = KernelChain(
        try Wolff(Self.model(side: side, temperature: temperature)),
        at: Tensor(labels: bits, siteCount: side * side))
    }
  }

  /// How a chain is kept: nil of cluster methods, and where words are wanted and do not fit.
  public static func layout(side: Int, method: Method, wanted: Layout? = nil) -> Layout? {
    guard method == .gibbs || method == .metropolis else { return nil }
    let fits = side >= 4 && side % 2 == 0
    switch wanted {
    case .words: return fits ? .words : nil
    case .lattice: return .lattice
    case nil: return fits ? .words : .lattice
    }
  }

  /// Whether there is a sampler of this size.
  public static func isPossible(side: Int, method: Method, layout: Layout? = nil) -> Bool {
    let own = self.layout(side: side, method: method, wanted: layout)
    if layout == .words && own == nil { return false }
    return (leastSide(method: method)...(own == .words ? 1 << 16 : 11_585)).contains(side)
  }

  /// 2, and 3 for Metropolis: flips that cost nothing are always made, and of the four sites of a side of 2, where
  /// most flips cost nothing, some states are then never left.
  public static func leastSide(method: Method) -> Int { method == .metropolis ? 3 : 2 }

  /// Bytes that a chain takes, about.
  public static func memory(side: Int, method: Method, layout: Layout? = nil) -> Int {
    let sites = side * side
    switch method {
    case .swendsenWang: return sites * 60
    case .wolff: return sites * 66
    case .gibbs, .metropolis:
      return self.layout(side: side, method: method, wanted: layout) == .words
        // Rows of words for either colour, and one byte a site while they are set up.
        ? 2 * side * ((side / 2 + 63) / 64) * 8 + sites
          // On odd sides neighbours are listed.
        : sites * (side % 2 == 0 ? 26 : 102)
    }
  }

  private static func model<Scalar>(side: Int, temperature: Double) -> IsingModel<Scalar> {
    side == 2
      ? IsingModel(Lattice(height: 2, width: 2), coupling: Scalar(2 / temperature))
      : IsingModel(
        Lattice(height: side, width: side, boundary: .periodic), coupling: Scalar(1 / temperature))
  }

  /// One sweep.
  ///
  /// - Returns: sites of the clusters that Wolff's algorithm grew; all sites of other methods.
  @discardableResult
  public mutating func sweep() -> Int {
    let random = ChainRandom(key: key, step: sweepCount)
    sweepCount += 1
    torus?.sweep(
      rule: method == .gibbs ? .gibbs : .metropolis, coupling: 1 / temperature, using: random)
    sites?.step(using: random)
    clusters?.step(using: random)
    return cluster?.step(using: random).clusterSites[0] ?? side * side
  }

  /// Sweeps that are not looked at, after which the chain samples. The second half of them fixes how many of
  /// Wolff's clusters make a sweep.
  public mutating func settle(_ count: Int) {
    guard cluster != nil else {
      for _ in 0..<count { sweep() }
      return
    }
    var clusters = 1
    var (flipped, grown) = (0, 0)
    for number in 0..<count {
      // From the start on a step should be worth a sweep: a doubling at a time, as clusters turn out small.
      let sites = sweep()
      (flipped, grown) = (flipped + sites, grown + clusters)
      let wanted = max(1, min(2 * clusters, side * side * grown / max(flipped, 1)))
      if number < count / 2 {
        if wanted != clusters { useClusters(wanted) }
        clusters = wanted
        if number == count / 2 - 1 { (flipped, grown) = (0, 0) }
      } else if number == count - 1 {
        useClusters(max(1, side * side * grown / max(flipped, 1)))
      }
    }
  }

  private mutating func useClusters(_ count: Int) {
    cluster = cluster.map {
      KernelChain(Wolff($0.kernel, clustersPerStep: count), state: $0.state)
    }
  }

  /// Clusters that make a sweep of Wolff's algorithm; nil of other methods.
  public var clustersPerSweep: Int? { cluster?.kernel.clustersPerStep }

  /// 1 where the spin is up, row by row.
  public var bits: [UInt8] {
    if let torus { return torus.bits }
    if let sites { return sites.kernel.labels(of: sites.state) }
    return clusters?.state.labels ?? cluster?.state.labels ?? []
  }

  /// E and M.
  public var energyAndMagnetisation: (energy: Int, magnetisation: Int) {
    if let torus { return torus.energyAndMagnetisation }
    let bits = self.bits
    var (unequal, ones) = (0, 0)
    for y in 0..<side {
      let (row, below) = (y * side, (y + 1) % side * side)
      for x in 0..<side {
        let bit = bits[row + x]
        unequal += Int(bit ^ bits[row + (x + 1 == side ? 0 : x + 1)]) + Int(bit ^ bits[below + x])
        ones += Int(bit)
      }
    }
    return (2 * unequal - 2 * side * side, 2 * ones - side * side)
  }
}

/// A kernel and where its chain is.
private struct KernelChain<Kernel: TransitionKernel>: Sendable {
  let kernel: Kernel
  private(set) var state: Kernel.State

  init(_ kernel: Kernel, state: Kernel.State) {
    self.kernel = kernel
    self.state = state
  }

  init(_ kernel: Kernel, at rows: Tensor<Kernel.Scalar>) {
    self.init(kernel, state: kernel.makeState(at: rows))
  }

  @discardableResult
  mutating func step(using random: ChainRandom) -> Kernel.Info {
    kernel.step(&state, using: random)
  }
}
