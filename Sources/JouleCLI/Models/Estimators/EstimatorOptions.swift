import ArgumentParser
import Joule

/// The options of how the gradient of a machine of two blocks of units is estimated.
struct EstimatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the model's term comes from. cd: short chains from the data; pcd: persistent chains, "
        + "better models; fpcd: with fast weights, chains that move on; pt: with parallel "
        + "tempering, chains that cross between modes, at the cost of as many chains as "
        + "temperatures; ptt: tempered by the model's own past, which also tells log Z as it "
        + "trains; tap: mean field, no chains. (default: pcd)"))
  var method: EstimatorSettings.Method?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Gibbs steps an update; of tap, iterations of the means. (default: 1, of tap 3, of deep machines 5)"
    ))
  var gibbsSteps: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Persistent chains: of pt and ptt at every temperature or snapshot; of tap, points. "
        + "(default: 100)"))
  var chains: Int?
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Centred gradients. (default: on; off for machines of any units with adam, whose steps are not in "
        + "proportion to gradients: biases run away)"))
  var centering: Bool?
  @Option(
    help: ArgumentHelp(
      "The parameters in which the gradient is taken: centered; plain, as --no-centering; "
        + "standardized, divided by the units' variances too; natural, by the Fisher metric in "
        + "blocks, slower. (default: centered)"))
  var gradient: EstimatorSettings.GradientForm?
  @Option(
    parsing: .unconditional,
    help: "Temperatures of pt; their spacing follows the swaps. (default: 10)")
  var temperatures: Int?
  @Option(
    parsing: .unconditional,
    help: "The rate of fpcd's fast weights. (default: the learning rate)")
  var fastRate: Double?
  @Option(
    parsing: .unconditional,
    help: "The rate of swaps with the last snapshot below which ptt takes a new one. (default: 0.3)"
  )
  var swapRate: Double?
  @Option(parsing: .unconditional, help: "Orders of tap's expansion, 1 to 3. (default: 2)")
  var order: Int?
  @Option(
    parsing: .unconditional, help: "What the natural gradient adds to its metric. (default: 0.05)")
  var damping: Double?

  func checkGivenValues() throws {
    try OptionChecks.positive([("--gibbs-steps", gibbsSteps), ("--chains", chains)])
    try OptionChecks.positive("--fast-rate", fastRate)
    try OptionChecks.positive("--damping", damping)
    if let temperatures {
      try require(temperatures > 1, "--temperatures must be at least 2, got \(temperatures)")
    }
    if let swapRate {
      try require(
        swapRate > 0 && swapRate < 1, "--swap-rate lies between 0 and 1, got \(swapRate)")
    }
    if let order {
      try require((1...3).contains(order), "--order must be 1, 2 or 3, got \(order)")
    }
    if let gradient, let centering {
      try require(
        centering == (gradient == .centered || gradient == .standardized),
        "--gradient \(gradient.rawValue) contradicts --\(centering ? "" : "no-")centering: give one"
      )
    }
  }

  /// Options of other methods than the one that is meant: better refused than ignored.
  private func requireFit(
    _ method: EstimatorSettings.Method, _ form: EstimatorSettings.GradientForm
  ) throws {
    let owners: [(String, isGiven: Bool, EstimatorSettings.Method)] = [
      ("--temperatures", temperatures != nil, .pt), ("--fast-rate", fastRate != nil, .fpcd),
      ("--swap-rate", swapRate != nil, .ptt), ("--order", order != nil, .tap),
    ]
    for (name, isGiven, owner) in owners where isGiven {
      try require(
        method == owner,
        "\(name) is for --method \(owner.rawValue), and this run's is \(method.rawValue)")
    }
    try require(
      damping == nil || form == .natural,
      "--damping is for --gradient natural, and this run's is \(form.rawValue)")
    try require(
      method != .tap || form == .centered || form == .plain,
      "--method tap takes its gradient centered or plain, not \(form.rawValue)")
  }

  /// Refuses what machines of any units and depth do not have.
  func requireForAnyUnits() throws {
    try require(
      method != .tap && [nil, .centered, .plain].contains(gradient),
      "machines of any units and depth have no mean-field expansion and no metric: --method tap and --gradient "
        + "standardized or natural are joule train rbm's")
  }

  /// Whether any of the options is given.
  var isGiven: Bool { named.contains { $0.given != nil } }

  /// - Parameters:
  ///   - steps: Gibbs steps an update where they are not given.
  ///   - centering: whether gradients are centred where nothing is said of it.
  func settings(
    steps: Int = 1, centering standard: Bool = true
  ) throws -> EstimatorSettings {
    let method = method ?? .pcd
    let form = gradient ?? (centering ?? standard ? .centered : .plain)
    try requireFit(method, form)
    return EstimatorSettings(
      method: method, gibbsSteps: gibbsSteps ?? (method == .tap ? 3 : steps), chains: chains ?? 100,
      centering: form == .centered || form == .standardized,
      gradient: form == .standardized || form == .natural ? form : nil,
      temperatures: method == .pt ? temperatures ?? 10 : nil, fastRate: fastRate,
      swapRate: method == .ptt ? swapRate ?? 0.3 : nil, order: method == .tap ? order ?? 2 : nil,
      damping: form == .natural ? damping ?? 0.05 : nil)
  }

  func comparison(with stored: EstimatorSettings) -> [(String, String?, String)] {
    named.map { ($0.name, $0.given, $0.stored(stored)) }
  }

  /// All of the options: what was given, and what settings have of it.
  private var named: [(name: String, given: String?, stored: (EstimatorSettings) -> String)] {
    func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "not set" }
    return [
      ("--method", method?.rawValue, { $0.method.rawValue }),
      ("--gibbs-steps", gibbsSteps.map { "\($0)" }, { "\($0.gibbsSteps)" }),
      ("--chains", chains.map { "\($0)" }, { "\($0.chains)" }),
      ("--centering", centering.map { "\($0)" }, { "\($0.centering)" }),
      ("--gradient", gradient?.rawValue, { $0.form.rawValue }),
      ("--temperatures", temperatures.map { "\($0)" }, { text($0.temperatures) }),
      ("--fast-rate", fastRate.map { "\($0)" }, { text($0.fastRate) }),
      ("--swap-rate", swapRate.map { "\($0)" }, { text($0.swapRate) }),
      ("--order", order.map { "\($0)" }, { text($0.order) }),
      ("--damping", damping.map { "\($0)" }, { text($0.damping) }),
    ]
  }
}
