import ArgumentParser
import Joule

/// What `joule train energy` alone has to know. Lengths are in the model's units: standard deviations of
/// the columns, where they are standardized.
struct EnergySettings: NetworkSettings {
  /// Its text form.
  var architecture: String
  var estimator: Estimator
  var sampler: Sampler
  var steps: Int
  var stepSize: Double
  var chains: Int
  /// Replay groups of so many chains; nil for one.
  var groups: Int?
  var restarts: Double
  /// nil for the data.
  var start: Start?
  var noise: Double
  /// Half of the side of the grid's box and cells along a side, of grid.
  var box: Double?
  var cells: Int?
  /// κ of the well that holds the energy together; 0 for none.
  var confinement: Double
  var energyPenalty: Double
  /// σ of the noise through which cd and pcd see the data; 0 for none.
  var dataNoise: Double
  /// 0 follows gradients of any length.
  var largestGradient: Double
  /// 0 keeps no average.
  var averaging: Double

  enum Estimator: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case cd, pcd, sm, ssm, dsm, ncsm, nce, grid
    case klCD = "kl-cd"

    /// Whether it moves Markov chains.
    var hasChains: Bool { self == .cd || self == .pcd || self == .klCD }
  }

  /// Where persistent chains begin, and begin anew.
  enum Start: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case data, noise
  }

  enum Sampler: String, Codable, CaseIterable, Sendable, ExpressibleByArgument {
    case langevin, mala, hmc
  }

  enum CodingKeys: String, CodingKey {
    case architecture, estimator, sampler, steps, chains, groups, restarts, start, noise, box, cells
    case confinement, averaging
    case stepSize = "step_size"
    case energyPenalty = "energy_penalty"
    case dataNoise = "data_noise"
    case largestGradient = "largest_gradient"
  }

  var summary: [(String, String)] {
    var lines = [("Architecture", architecture), ("Estimator", method)]
    if estimator.hasChains {
      lines.append(
        ("Chains", "\(sampler.rawValue), step size \(format(shortest: stepSize)), \(steps) steps"))
    }
    lines.append(
      ("Confinement", confinement > 0 ? "κ = \(format(shortest: confinement))" : "none"))
    lines.append(("Energy penalty", format(shortest: energyPenalty)))
    if dataNoise > 0 { lines.append(("Noise on the data", "σ = \(format(shortest: dataNoise))")) }
    lines.append(
      ("Longest gradient", largestGradient > 0 ? format(shortest: largestGradient) : "any"))
    lines.append(("Averaging", averaging > 0 ? format(shortest: averaging) : "none"))
    return lines
  }

  private var method: String {
    switch estimator {
    case .cd: "contrastive divergence, CD-\(steps)"
    case .pcd:
      "persistent contrastive divergence, \(chains) chains"
        + ((groups ?? 1) > 1 ? " of one of \(groups ?? 1) groups" : "")
        + ", \(format(shortest: restarts)) of them restarted at \((start ?? .data).rawValue) an update"
    case .klCD: "contrastive divergence through the sampler, \(steps) steps"
    case .sm: "score matching"
    case .ssm: "sliced score matching"
    case .dsm: "denoising score matching, σ = \(format(shortest: noise))"
    case .ncsm: "denoising score matching at many noise levels"
    case .nce: "noise-contrastive estimation"
    case .grid:
      "the exact gradient, on a grid of ±\(format(shortest: box ?? 0)) in \(cells ?? 0) cells a side"
    }
  }
}

/// The options of `joule train energy` that other kinds of model do not have.
struct EnergyOptions: ColumnwiseOptions {
  @Option(help: "The network, mlp:WIDTHS or conv:WIDTHS[,activation=NAME]. (default: mlp:128x3)")
  var architecture: String?
  @Option(
    help: ArgumentHelp(
      "Contrastive divergence (cd), persistent (pcd) or through the sampler (kl-cd), exact, sliced or "
        + "denoising score matching (sm, ssm, dsm), the last at many strengths of noise (ncsm), noise-contrastive "
        + "estimation (nce), the exact gradient on a grid of one or two variables (grid). (default: pcd)"
    ))
  var estimator: EnergySettings.Estimator?
  @Option(help: "What moves the chains of cd and pcd. (default: mala)")
  var sampler: EnergySettings.Sampler?
  @Option(parsing: .unconditional, help: "Steps of a chain an update. (default: 20)")
  var steps: Int?
  @Option(
    parsing: .unconditional,
    help:
      "η of a Langevin step, √(2η) being its noise; ε of a leapfrog step. (default: 0.01; hmc 0.1)")
  var stepSize: Double?
  @Option(
    parsing: .unconditional, help: "Persistent chains that move at an update. (default: 200)")
  var chains: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Groups of so many persistent chains; an update moves one, drawn at random, while the others rest: more "
        + "chains, and older ones, for the same time. (default: 1)"))
  var groups: Int?
  @Option(
    parsing: .unconditional,
    help: "The share of persistent chains that begin anew before an update. (default: 0.05)")
  var restarts: Double?
  @Option(
    help: ArgumentHelp(
      "Where persistent chains begin, and begin anew: at the data, or at noise, which is standard normal, or uniform "
        + "from 0 to 1 where columns are not standardized. Noise teaches the way from nothing to the "
        + "data, and draws by 'joule sample' start there. (default: data)"))
  var start: EnergySettings.Start?
  @Option(
    parsing: .unconditional,
    help: "σ of the noise of dsm, of ncsm the weakest. (default: 0.1; ncsm 0.05)")
  var noise: Double?
  @Option(
    parsing: .unconditional,
    help: "The grid of grid goes from minus this to this, in all variables. (default: 6)")
  var box: Double?
  @Option(
    parsing: .unconditional,
    help: "Cells of grid along a variable, an even number. (default: 120; of one variable 1000)")
  var cells: Int?
  @Option(
    parsing: .unconditional,
    help: "κ of a well ½ κ |x − mean|² that is added to the network; 0 for none. (default: 0.05)")
  var confinement: Double?
  @Option(parsing: .unconditional, help: "Penalty on squared energies of cd and pcd. (default: 0)")
  var energyPenalty: Double?
  @Option(
    parsing: .unconditional,
    help:
      "σ of noise on the data that cd and pcd see; the density learnt is that of data with it. Pictures want it. (default: 0)"
  )
  var dataNoise: Double?
  @Option(
    parsing: .unconditional, help: "Shorten gradients to this length; 0 leaves them. (default: 0)")
  var largestGradient: Double?
  @Option(
    parsing: .unconditional,
    help:
      "Decay of a moving average of the parameters, the model's in the end; 0 for none. (default: 0)"
  )
  var averaging: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--steps", steps), ("--chains", chains), ("--groups", groups)])
    try OptionChecks.positive("--step-size", stepSize)
    try OptionChecks.positive("--noise", noise)
    try OptionChecks.positive("--box", box)
    if let cells {
      try require(
        (4...2000).contains(cells) && cells.isMultiple(of: 2),
        "--cells is an even number from 4 to 2000, got \(cells)")
    }
    try OptionChecks.notNegative([
      ("--confinement", confinement), ("--energy-penalty", energyPenalty),
      ("--largest-gradient", largestGradient), ("--data-noise", dataNoise),
    ])
    try OptionChecks.fractions([("--restarts", restarts), ("--averaging", averaging)])
    let method = estimator ?? .pcd
    for (name, isGiven) in [("--groups", groups != nil), ("--start", start != nil)] where isGiven {
      try require(
        method == .pcd, "\(name) is for persistent chains, --estimator pcd, not \(method.rawValue)")
    }
    if let architecture {
      do { _ = try EnergyArchitecture(architecture) } catch {
        throw Failure("--architecture: \(error)")
      }
    }
  }

  func settings(columns: Int) throws -> EnergySettings {
    let (sampler, isGrid) = (sampler ?? .mala, estimator == .grid)
    for (name, isGiven) in [("--box", box != nil), ("--cells", cells != nil)] where isGiven {
      try require(
        isGrid, "\(name) is for --estimator grid, not \((estimator ?? .pcd).rawValue)")
    }
    return EnergySettings(
      architecture: architecture ?? "mlp:128x3", estimator: estimator ?? .pcd, sampler: sampler,
      steps: steps ?? 20, stepSize: stepSize ?? (sampler == .hmc ? 0.1 : 0.01),
      chains: chains ?? 200, groups: groups, restarts: restarts ?? 0.05, start: start,
      noise: noise ?? 0.1, box: isGrid ? box ?? 6 : nil,
      cells: isGrid ? cells ?? (columns == 1 ? 1000 : 120) : nil,
      confinement: confinement ?? 0.05, energyPenalty: energyPenalty ?? 0,
      dataNoise: dataNoise ?? 0,
      largestGradient: largestGradient ?? 0, averaging: averaging ?? 0)
  }

  func comparison(with stored: EnergySettings) -> [(String, String?, String)] {
    [
      ("--architecture", architecture, stored.architecture),
      ("--estimator", estimator?.rawValue, stored.estimator.rawValue),
      ("--sampler", sampler?.rawValue, stored.sampler.rawValue),
      ("--steps", steps.map { "\($0)" }, "\(stored.steps)"),
      ("--step-size", stepSize.map { "\($0)" }, "\(stored.stepSize)"),
      ("--chains", chains.map { "\($0)" }, "\(stored.chains)"),
      ("--groups", groups.map { "\($0)" }, "\(stored.groups ?? 1)"),
      ("--start", start?.rawValue, (stored.start ?? .data).rawValue),
      ("--restarts", restarts.map { "\($0)" }, "\(stored.restarts)"),
      ("--noise", noise.map { "\($0)" }, "\(stored.noise)"),
      ("--box", box.map { "\($0)" }, stored.box.map { "\($0)" } ?? "none"),
      ("--cells", cells.map { "\($0)" }, stored.cells.map { "\($0)" } ?? "none"),
      ("--confinement", confinement.map { "\($0)" }, "\(stored.confinement)"),
      ("--energy-penalty", energyPenalty.map { "\($0)" }, "\(stored.energyPenalty)"),
      ("--data-noise", dataNoise.map { "\($0)" }, "\(stored.dataNoise)"),
      ("--largest-gradient", largestGradient.map { "\($0)" }, "\(stored.largestGradient)"),
      ("--averaging", averaging.map { "\($0)" }, "\(stored.averaging)"),
    ]
  }
}
