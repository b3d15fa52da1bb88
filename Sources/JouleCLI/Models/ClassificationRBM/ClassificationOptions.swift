import ArgumentParser
import Joule

/// What `joule train rbm --labels` has to know.
struct ClassificationSettings: KindSettings {
  var machine: WithEstimator<RBMSettings>
  var labels: LabelSettings
  var objective: LabelObjective

  enum CodingKeys: String, CodingKey { case objective }

  init(machine: WithEstimator<RBMSettings>, labels: LabelSettings, objective: LabelObjective) {
    self.machine = machine
    self.labels = labels
    self.objective = objective
  }

  init(from decoder: any Decoder) throws {
    machine = try WithEstimator<RBMSettings>(from: decoder)
    labels = try LabelSettings(from: decoder)
    objective = try decoder.container(keyedBy: CodingKeys.self)
      .decode(LabelObjective.self, forKey: .objective)
  }

  /// All in one object.
  func encode(to encoder: any Encoder) throws {
    try machine.encode(to: encoder)
    try labels.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(objective, forKey: .objective)
  }

  var allowsMissingLabels: Bool { if case .semi = objective { true } else { false } }

  var summary: [(String, String)] {
    labels.summary + [("Objective", objective.text)] + machine.summary
  }
}

/// The options of `joule train rbm` that other kinds of model do not have.
struct ClassificationOptions: ColumnwiseOptions {
  @OptionGroup
  var machine: RBMOptions
  @OptionGroup
  var labels: LabelOptions
  @Option(
    help: ArgumentHelp(
      "What is learnt from labels: generative, discriminative, hybrid:WEIGHT of the generative part, "
        + "or semi:WEIGHT where labels may be missing (NaN). (default: hybrid:0.01)"))
  var objective: LabelObjective?

  /// Refuses options that mean nothing without labels.
  func requireNoLabels() throws(Failure) {
    for (name, isGiven) in [
      ("--validation-labels", labels.validationLabels != nil), ("--classes", labels.classes != nil),
      ("--objective", objective != nil),
    ] {
      try require(!isGiven, "\(name) is for a machine that learns labels: add --labels")
    }
  }

  func checkGivenValues() throws {
    try machine.checkGivenValues()
    if labels.labels != nil {
      try require(
        [nil, .cd, .pcd].contains(machine.estimator.method)
          && [nil, .centered, .plain].contains(machine.estimator.gradient),
        "a machine that learns labels trains by --method cd or pcd, its gradient centered or plain")
    }
    try OptionChecks.positive([("--classes", labels.classes)])
  }

  func settings(columns: Int) throws -> ClassificationSettings {
    let own = try labels.settings()
    return ClassificationSettings(
      machine: try machine.settings(columns: columns + own.classes), labels: own,
      objective: objective ?? .hybrid(0.01))
  }

  func comparison(with stored: ClassificationSettings) -> [(String, String?, String)] {
    machine.comparison(with: stored.machine) + labels.comparison(with: stored.labels)
      + [("--objective", objective?.text, stored.objective.text)]
  }
}
