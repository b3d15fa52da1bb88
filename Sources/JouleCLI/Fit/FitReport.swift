import Joule

/// What `joule fit` says.
struct FitReport: Encodable {
  struct Parameter: Encodable {
    var name: String
    var estimate: Double
    var standardError: Double?

    enum CodingKeys: String, CodingKey {
      case name, estimate
      case standardError = "standard_error"
    }
  }

  struct Goodness: Encodable {
    var measure: String
    var statistic: Double
    var cells: Int?
    var pValue: Double?
    var replicates: Int

    enum CodingKeys: String, CodingKey {
      case measure, statistic, cells, replicates
      case pValue = "p_value"
    }
  }

  struct Convergence: Encodable {
    var iterations: Int
    var gradientNorm: Double
    var decrement: Double

    enum CodingKeys: String, CodingKey {
      case iterations, decrement
      case gradientNorm = "gradient_norm"
    }
  }

  var data: String
  var columns: [String]
  var family: String
  var rows: Int
  var observations: Double
  var parameters: [Parameter]
  var naturalParameters: [Parameter]
  var meanParameters: [Parameter]
  var logLikelihood: Double
  var aic: Double
  var bic: Double
  var entropy: Double?
  var goodnessOfFit: Goodness?
  var newton: Convergence
  var comparison: [ComparedFamily]?

  enum CodingKeys: String, CodingKey {
    case data, columns, family, rows, observations, parameters, aic, bic, entropy, newton,
      comparison
    case naturalParameters = "natural_parameters"
    case meanParameters = "mean_parameters"
    case logLikelihood = "log_likelihood"
    case goodnessOfFit = "goodness_of_fit"
  }

  static func make<Family: FittedFamily>(
    _ family: Family, _ data: FitData, replicates: Int, key: RandomKey, workers: Workers,
    progress: (Double) -> Void
  ) throws -> FitReport {
    let fit: FamilyFit<Family>
    do {
      fit = try family.fit(data.rows, weights: data.weights)
    } catch {
      throw Failure("\(data.path): \(error)")
    }
    var goodness: Goodness?
    if data.isSample {
      let test = fit.goodnessOfFit(
        to: data.rows, weights: data.weights, replicates: replicates, key: key, on: workers,
        progress: progress)
      goodness = Goodness(
        measure: test.discrepancy.measure.rawValue, statistic: test.discrepancy.value,
        cells: test.discrepancy.cellCount, pValue: test.pValue, replicates: test.replicates)
    }
    func list(_ names: [String], _ values: [Double], _ errors: [Double]?) -> [Parameter] {
      zip(names, values).enumerated().map { index, pair in
        Parameter(name: pair.0, estimate: pair.1, standardError: errors?[index])
      }
    }
    let model = fit.model
    return FitReport(
      data: data.path, columns: data.names, family: family.name, rows: data.rows.shape[0],
      observations: fit.observationCount,
      parameters: list(
        family.conventionalNames, model.conventionalParameters, fit.conventionalStandardErrors),
      naturalParameters: list(
        family.statisticNames, model.naturalParameters.values, fit.naturalStandardErrors),
      meanParameters: list(
        family.statisticNames, model.meanParameters.values, fit.meanStandardErrors),
      logLikelihood: fit.logLikelihood, aic: fit.akaikeCriterion, bic: fit.bayesCriterion,
      entropy: model.entropy, goodnessOfFit: goodness,
      newton: Convergence(
        iterations: fit.certificate.iterations, gradientNorm: fit.certificate.gradientNorm,
        decrement: fit.certificate.decrement))
  }
}

extension FitReport {
  /// The report for people.
  var text: String {
    var lines: [String] = []
    if let comparison { lines += Self.table(of: comparison) + [""] }
    let count =
      observations == Double(rows)
      ? "\(JouleCLI.format(rows)) observations"
      : "\(JouleCLI.format(rows)) rows that count as \(Self.digits(observations)) observations"
    lines.append("\(family) distribution, \(count) of \(columns.joined(separator: ", "))")
    lines += ["", "parameters"] + Self.table(of: parameters)
    lines +=
      ["", "natural parameters, the coefficients of the statistics"]
      + Self.table(of: naturalParameters)
    lines += ["", "mean parameters, the expected statistics"] + Self.table(of: meanParameters)
    lines += [
      "",
      "log-likelihood \(Self.digits(logLikelihood)) nats, AIC \(Self.digits(aic)), "
        + "BIC \(Self.digits(bic))",
    ]
    if let entropy { lines.append("entropy \(Self.digits(entropy)) nats an observation") }
    lines.append(fitLine)
    let how =
      newton.iterations == 0
      ? "by formula" : "by Newton's method in \(newton.iterations) steps"
    lines.append(
      "moments matched \(how): off by \(Self.digits(newton.gradientNorm)) deviations, decrement "
        + Self.digits(newton.decrement))
    return lines.joined(separator: "\n")
  }

  private var fitLine: String {
    guard let goodness = goodnessOfFit else {
      return "goodness of fit is not told for importance weights"
    }
    var line = "goodness of fit: \(goodness.measure) \(Self.digits(goodness.statistic))"
    if let cells = goodness.cells { line += " over \(cells) cells" }
    guard let p = goodness.pValue else {
      let isSaturated = goodness.cells.map { $0 - 1 <= naturalParameters.count } ?? false
      return isSaturated ? line + "; no p-value: the family has a parameter for each cell" : line
    }
    line += ", p = \(Self.digits(p, count: 2)) by \(goodness.replicates) drawn data sets"
    return p < 0.05 ? line + ": such data would be rare if the family were right" : line
  }

  private static func table(of parameters: [Parameter]) -> [String] {
    let names = parameters.map(\.name)
    let values = parameters.map { digits($0.estimate) }
    let (left, middle) = (width(names), width(values))
    return zip(parameters.indices, parameters).map { index, parameter in
      let error = parameter.standardError.map { "± " + digits($0, count: 3) } ?? ""
      return "  \(padded(names[index], left))  \(padded(values[index], middle))  \(error)"
    }
  }

  private static func table(of comparison: [ComparedFamily]) -> [String] {
    let fitted = comparison.filter { $0.report != nil }
    let best = fitted.first?.aic ?? 0
    let rows =
      [["family", "log-likelihood", "AIC", "above the best", "BIC"]]
      + fitted.map { entry in
        [
          entry.name, digits(entry.logLikelihood ?? 0), digits(entry.aic ?? 0),
          digits((entry.aic ?? 0) - best, count: 3), digits(entry.bic ?? 0),
        ]
      }
    let widths = (0..<5).map { column in width(rows.map { $0[column] }) }
    let lines = rows.map { row in
      zip(row, widths).map { padded($0, $1) }.joined(separator: "  ")
    }
    let left = comparison.filter { $0.report == nil }
    return lines + left.map { "\($0.name): left out, \($0.reason ?? "")" }
  }

  private static func width(_ texts: [String]) -> Int { texts.map(\.count).max() ?? 0 }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// A number with so many significant digits.
  static func digits(_ value: Double, count: Int = 7) -> String {
    NumberText.significant(value, digits: count)
  }
}
