import Joule

/// What the command asks of a family.
typealias FittedFamily = ArchivableFamily

/// What some families need to be told.
struct FamilyOptions {
  var trials: Int?
  var successes: Double?
  var categories: Int?
}

/// The families by their names on the command line.
enum FamilyCatalog {
  struct Entry: Sendable {
    let name: String
    let aliases: [String]
    let takesSeveralColumns: Bool
    let make: @Sendable (FitData, FamilyOptions) throws -> any FittedFamily
  }

  static let entries: [Entry] = [
    single("bernoulli") { _, _ in Bernoulli() },
    single("binomial") { _, options in
      guard let trials = options.trials else {
        throw Failure("the binomial distribution needs --trials")
      }
      try require(trials > 0, "--trials must be at least 1, got \(trials)")
      return Binomial(trials: trials)
    },
    single("categorical") { data, options in
      // At least two, so that a row that is no number is named as one.
      let count = options.categories ?? max(2, Int((data.rows.max() + 1).clampedToCount))
      try require(
        count > 1 && count <= 1000,
        "the categorical distribution has 2 to 1000 categories, got \(count)")
      return Categorical(categoryCount: count)
    },
    single("poisson") { _, _ in Poisson() },
    single("geometric") { _, _ in Geometric() },
    single("negative-binomial") { _, options in
      guard let successes = options.successes else {
        throw Failure("the negative binomial distribution needs --successes")
      }
      try require(
        successes > 0 && successes.isFinite, "--successes must be positive, got \(successes)")
      return NegativeBinomial(successes: successes)
    },
    single("exponential") { _, _ in Exponential() },
    single("gamma") { _, _ in Gamma() },
    single("inverse-gamma") { _, _ in InverseGamma() },
    single("beta") { _, _ in Beta() },
    single("gaussian", ["normal"]) { _, _ in Gaussian() },
    single("von-mises") { _, _ in VonMises() },
    several("multinomial") { data, _ in
      let columns = data.rows.shape[1]
      try require(columns > 1, "the multinomial distribution has a column for each category")
      let sum = data.rows.row(0).sum()
      try require(
        sum > 0 && sum == sum.rounded() && sum < 1e15,
        "row 1 has the sum \(sum), and counts of the multinomial distribution sum to the trials")
      return Multinomial(trials: Int(sum), categoryCount: columns)
    },
    several("dirichlet") { data, _ in
      try require(
        data.rows.shape[1] > 1,
        "the Dirichlet distribution has a column for each part, at least two")
      return Dirichlet(partCount: data.rows.shape[1])
    },
    several("multivariate-gaussian", ["multivariate-normal"]) { data, _ in
      let columns = data.rows.shape[1]
      try require(
        columns <= 60,
        "a Gaussian of \(columns) variables has \(columns * (columns + 3) / 2) parameters: up to 60 "
          + "columns are fitted, pick some with --columns")
      return MultivariateGaussian(variableCount: columns)
    },
    several("wishart") { data, _ in
      let columns = data.rows.shape[1]
      let order = Int(((Double(8 * columns + 1)).squareRoot() - 1) / 2)
      try require(
        order * (order + 1) / 2 == columns && order <= 20,
        "\(columns) columns are not the lower triangle of a matrix: 1, 3, 6, 10, … would be")
      return Wishart(order: order)
    },
  ]

  private static func single(
    _ name: String, _ aliases: [String] = [],
    _ make: @escaping @Sendable (FitData, FamilyOptions) throws -> any FittedFamily
  ) -> Entry {
    Entry(name: name, aliases: aliases, takesSeveralColumns: false) { data, options in
      try require(
        data.rows.shape[1] == 1,
        "\(name) is of one variable, and there are \(data.rows.shape[1]) columns "
          + "(\(data.names.joined(separator: ", "))): pick one with --columns")
      return try make(data, options)
    }
  }

  private static func several(
    _ name: String, _ aliases: [String] = [],
    _ make: @escaping @Sendable (FitData, FamilyOptions) throws -> any FittedFamily
  ) -> Entry {
    Entry(name: name, aliases: aliases, takesSeveralColumns: true, make: make)
  }

  static func names(ofSeveralColumns: Bool) -> String {
    entries.filter { $0.takesSeveralColumns == ofSeveralColumns }.map(\.name)
      .joined(separator: ", ")
  }

  /// The family of a name.
  static func family(
    _ name: String, for data: FitData, _ options: FamilyOptions
  ) throws -> any FittedFamily {
    let wanted = name.lowercased()
    guard let entry = entries.first(where: { $0.name == wanted || $0.aliases.contains(wanted) })
    else {
      throw Failure(
        "there is no family '\(name)': \(entries.map(\.name).joined(separator: ", ")), or auto")
    }
    return try entry.make(data, options)
  }

  /// All families for the kind of data, the best by Akaike's criterion first, the others with the reason
  /// why they are left out.
  ///
  /// Probabilities of whole numbers and densities of real ones cannot be compared: where all numbers are
  /// whole and not negative, families of counts are.
  static func comparison(of data: FitData, _ options: FamilyOptions) -> [ComparedFamily] {
    let isSingle = data.rows.shape[1] == 1
    let areCounts = data.rows.elements.allSatisfy { $0 >= 0 && $0 == $0.rounded() && $0 < 1e15 }
    let compared = entries.filter { $0.takesSeveralColumns != isSingle }.compactMap { entry in
      ComparedFamily(entry, data, options, areCounts: areCounts)
    }
    return compared.filter { $0.report != nil }.sorted { ($0.aic ?? 0) < ($1.aic ?? 0) }
      + compared.filter { $0.report == nil }
  }
}

extension Double {
  /// At most a number that an Int can hold; NaN gives 0.
  fileprivate var clampedToCount: Double { isNaN ? 0 : Swift.min(Swift.max(self, 0), 1e6) }
}

/// One line of the comparison.
struct ComparedFamily: Encodable {
  let name: String
  /// Why it is left out.
  var reason: String?
  var parameters: [String: Double]?
  var logLikelihood: Double?
  var aic: Double?
  var bic: Double?
  var family: (any FittedFamily)?
  var report: FitSummary?

  enum CodingKeys: String, CodingKey {
    case name = "family"
    case reason = "left_out_because"
    case parameters
    case logLikelihood = "log_likelihood"
    case aic, bic
  }

  /// Nil where the family is for another kind of data.
  init?(
    _ entry: FamilyCatalog.Entry, _ data: FitData, _ options: FamilyOptions, areCounts: Bool
  ) {
    name = entry.name
    if entry.name == "von-mises" {
      reason = "it is for angles: ask for it by name"
      return
    }
    do {
      let family = try entry.make(data, options)
      let isDiscrete =
        (family as? any UnivariateFamily)?.support.isDiscrete ?? (family is Multinomial)
      if !entry.takesSeveralColumns, isDiscrete != areCounts {
        reason =
          areCounts
          ? "its densities do not compare with probabilities of whole numbers: ask for it by name"
          : "the data are not counts"
        return
      }
      let summary = try FitSummary.make(family, data)
      self.family = family
      report = summary
      parameters = Dictionary(
        uniqueKeysWithValues: zip(family.conventionalNames, summary.conventional))
      (logLikelihood, aic, bic) = (summary.logLikelihood, summary.aic, summary.bic)
    } catch {
      reason = "\(error)"
    }
  }
}

/// What comparing needs of a fit.
struct FitSummary {
  let conventional: [Double]
  let logLikelihood: Double
  let aic: Double
  let bic: Double

  static func make<Family: FittedFamily>(_ family: Family, _ data: FitData) throws -> FitSummary {
    let fit = try family.fit(data.rows, weights: data.weights)
    return FitSummary(
      conventional: fit.model.conventionalParameters, logLikelihood: fit.logLikelihood,
      aic: fit.akaikeCriterion, bic: fit.bayesCriterion)
  }
}
