import ArgumentParser
import Joule

/// What `joule train ising` alone has to know.
struct IsingSettings: KindSettings {
  /// Its text form.
  var graph: String
  var estimator: Estimator
  var steps: Int
  var chains: Int

  /// The most columns whose states are summed at every update.
  static let largestExactCount = 20

  enum Estimator: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case exact, cd, pcd, rm

    /// The estimator of that name.
    ///
    /// - Parameter kernel: samples a model.
    func gradient<Kernel: CompletingKernel>(
      steps: Int, chains: Int, kernel: @escaping @Sendable (Kernel.Model) -> Kernel
    ) -> any GradientEstimator<Kernel.Model>
    where Kernel.Model: EnumerableModel, Kernel.State: Archivable {
      switch self {
      case .exact: ExactGradient<Kernel.Model>()
      case .rm: RatioMatching<Kernel.Model>()
      case .cd: ContrastiveDivergence(steps: steps, kernel: kernel)
      case .pcd: PersistentContrastiveDivergence(steps: steps, chains: chains, kernel: kernel)
      }
    }

    /// Refuses a sum over more states than 2^`most`.
    func requireRoom(columns: Int, most: Int) throws(Failure) {
      try require(
        self != .exact || columns <= most,
        "--estimator exact sums over 2^\(columns) states, and 2^\(most) are the most: take pcd")
    }

    /// Refuses options of chains that the estimator has none of.
    func requireChains(steps: Int?, chains: Int?) throws(Failure) {
      for (name, isGiven, isMeant) in [
        ("--steps", steps != nil, self == .cd || self == .pcd),
        ("--chains", chains != nil, self == .pcd),
      ] where isGiven {
        try require(isMeant, "\(name) is for chains, and --estimator \(rawValue) has none of them")
      }
    }
  }

  var summary: [(String, String)] { [("Graph", graph), ("Estimator", method)] }

  private var method: String {
    switch estimator {
    case .exact: "the exact gradient, by the sum over all states"
    case .cd: "contrastive divergence, \(steps) sweep(s)"
    case .pcd: "persistent contrastive divergence, \(chains) chains, \(steps) sweep(s) an update"
    case .rm: "ratio matching"
    }
  }
}

/// The options of `joule train ising` that other kinds of model do not have.
struct IsingOptions: ColumnwiseOptions {
  @Option(
    help: ArgumentHelp(
      "Which sites are joined: complete, or a lattice such as 28x28, 28x28:periodic, 28x28:diagonals. "
        + "(default: complete)"))
  var graph: String?
  @Option(
    help: ArgumentHelp(
      "Where the model's term comes from: the sum over all states (exact), chains from the data (cd), persistent "
        + "chains (pcd); ratio matching (rm) needs none. (default: pcd)"))
  var estimator: IsingSettings.Estimator?
  @Option(parsing: .unconditional, help: "Sweeps of a chain an update. (default: 1)")
  var steps: Int?
  @Option(parsing: .unconditional, help: "Persistent chains. (default: 100)")
  var chains: Int?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--steps", steps), ("--chains", chains)])
    try (estimator ?? .pcd).requireChains(steps: steps, chains: chains)
  }

  func settings(columns: Int) throws -> IsingSettings {
    IsingSettings(
      graph: graph ?? "complete", estimator: estimator ?? .pcd, steps: steps ?? 1,
      chains: chains ?? 100)
  }

  func comparison(with stored: IsingSettings) -> [(String, String?, String)] {
    [
      ("--graph", graph, stored.graph),
      ("--estimator", estimator?.rawValue, stored.estimator.rawValue),
      ("--steps", steps.map { "\($0)" }, "\(stored.steps)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
    ]
  }
}
