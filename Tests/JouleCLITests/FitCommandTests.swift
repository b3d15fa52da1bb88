import Foundation
import Joule
import Testing

/// `fit` against SciPy 1.17, and on input that cannot be fitted.
@Suite struct FitCommandTests {
  static func fit(_ arguments: [String], data: String) throws -> JSON {
    let result = try Self.run(arguments + ["--format", "json"], data: data)
    #expect(result.status == 0, "\(result.errors)")
    return try JSON(parsing: Array(result.output.utf8))
  }

  static func run(_ arguments: [String], data: String) throws -> JouleProcess.Result {
    try JouleProcess.withFolder { folder in
      let path = "\(folder)/data.csv"
      try Data(data.utf8).write(to: URL(fileURLWithPath: path))
      let (process, output, errors) = try JouleProcess.start(
        ["fit"] + arguments.map { $0.replacingOccurrences(of: "FOLDER", with: folder) }
          + ["--data", path])
      let text = output.fileHandleForReading.readDataToEndOfFile()
      let complaints = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      if let plot = arguments.first(where: { $0.hasPrefix("FOLDER") }) {
        let file = plot.replacingOccurrences(of: "FOLDER", with: folder)
        let svg = try String(contentsOfFile: file, encoding: .utf8)
        #expect(svg.hasPrefix("<?xml") && svg.contains("fitted density"))
      }
      return JouleProcess.Result(
        status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
        errors: String(decoding: complaints, as: UTF8.self))
    }
  }

  static func estimates(_ report: JSON, _ form: String = "parameters") -> [Double] {
    (report[form]?.arrayValue ?? []).compactMap { $0["estimate"]?.doubleValue }
  }

  static func expectClose(
    _ values: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    for (value, right) in zip(values, expected) {
      #expect(
        abs(value - right) <= 1e-10 * max(1, abs(right)), "\(value), not \(right)",
        sourceLocation: sourceLocation)
    }
  }

  static let waiting =
    "seconds\n0.8\n1.9\n2.4\n0.3\n3.7\n1.1\n2.2\n5.1\n0.9\n1.6\n2.8\n1.3\n"

  @Test func gammaAsSciPyFindsIt() throws {
    let report = try Self.fit(
      ["gamma", "--bootstrap", "19", "--plot", "FOLDER/x.svg"], data: Self.waiting)
    let (shape, rate) = (2.296095816862727, 1.1432842241640135)
    Self.expectClose(Self.estimates(report), [shape, rate])
    Self.expectClose(Self.estimates(report, "natural_parameters"), [shape - 1, -rate])
    let logLikelihood = try #require(report["log_likelihood"]?.doubleValue)
    Self.expectClose([logLikelihood], [-18.468968900140947])
    let aic = try #require(report["aic"]?.doubleValue)
    Self.expectClose([aic], [4 + 2 * 18.468968900140947])
    let statistic = try #require(report["goodness_of_fit"]?["statistic"]?.doubleValue)
    Self.expectClose([statistic], [0.08136704716807551])
  }

  @Test func betaAsSciPyFindsIt() throws {
    let report = try Self.fit(
      ["--family", "beta", "--bootstrap", "0"],
      data: "0.12\n0.33\n0.25\n0.41\n0.08\n0.57\n0.22\n0.36\n0.19\n0.29\n")
    Self.expectClose(Self.estimates(report), [2.810279163814752, 7.152641057176382])
    let logLikelihood = try #require(report["log_likelihood"]?.doubleValue)
    Self.expectClose([logLikelihood], [6.214243255485485])
  }

  @Test func gaussianOfTwoColumnsAsSciPyFindsIt() throws {
    let report = try Self.fit(
      ["multivariate-gaussian", "--bootstrap", "0", "--columns", "a,b"],
      data: "a,b,c\n1,2,9\n2.5,1,9\n0.3,0.7,9\n1.8,3.1,9\n-0.4,1.2,9\n3,2.2,9\n")
    Self.expectClose(
      Self.estimates(report),
      [8.2 / 6, 1.7, 1.4222222222222223, 0.41166666666666667, 0.6733333333333333])
    let logLikelihood = try #require(report["log_likelihood"]?.doubleValue)
    Self.expectClose([logLikelihood], [-16.31310061118272])
  }

  @Test func autoComparesWhatFits() throws {
    let report = try Self.fit(["auto", "--bootstrap", "0"], data: Self.waiting)
    #expect(report["family"]?.stringValue == "gamma")
    let compared = report["comparison"]?.arrayValue ?? []
    let fitted = compared.compactMap { $0["aic"]?.doubleValue }
    #expect(fitted == fitted.sorted() && fitted.count == 4)
    let beta = compared.first { $0["family"]?.stringValue == "beta" }
    #expect(beta?["left_out_because"]?.stringValue?.contains("row 2") == true)
    let counts = try Self.fit(
      ["auto", "--bootstrap", "0", "--columns", "goals", "--weights", "matches"],
      data: "goals,matches\n0,5\n1,12\n2,14\n3,9\n4,4\n5,1\n")
    #expect(counts["family"]?.stringValue == "Poisson")
    #expect(counts["observations"]?.doubleValue == 45)
    Self.expectClose(Self.estimates(counts), [88.0 / 45])
  }

  @Test func threadsDoNotMatter() throws {
    let reports = try ["1", "3"].map {
      try Self.run(["gamma", "--threads", $0, "--bootstrap", "19"], data: Self.waiting).output
    }
    #expect(reports[0] == reports[1] && reports[0].contains("p = "))
  }

  @Test(arguments: [
    (["gamma"], "1\n2\n-3\n", ["data.csv", "row 3", "-3.0", "above 0"]),
    (["gaussian"], "1\nnan\n", ["row 2", "nan"]),
    (["gaussian"], "2\n2\n2\n", ["all observations are equal"]),
    (["bernoulli"], "1\n1\n", ["every observation is 1"]),
    (["gausian"], "1\n2\n", ["gausian", "auto"]),
    ([], "1\n2\n", ["which family"]),
    (["binomial"], "1\n2\n", ["--trials"]),
    (["negative-binomial"], "1\n2\n", ["--successes"]),
    (["gaussian"], "1,2\n3,4\n", ["one variable", "--columns"]),
    (["gaussian", "--columns", "7"], "1,2\n3,4\n", ["'7'", "1 to 2"]),
    (["multivariate-gaussian"], "1,2\n2,4\n3,6\n", ["subspace"]),
    (["dirichlet"], "0.5,0.5\n0.6,0.6\n", ["row 2", "sum to 1"]),
    (["gaussian", "--columns", "1", "--weights", "2"], "1,-2\n3,4\n", ["row 1", "-2"]),
    (["gamma", "--plot", "/proc/none/x.svg"], "1\n2\n", ["/proc/none"]),
  ]) func badInputIsExplained(arguments: [String], data: String, words: [String]) throws {
    let result = try Self.run(arguments + ["--bootstrap", "0"], data: data)
    #expect(result.status != 0 && result.output.isEmpty)
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    for word in words { #expect(result.errors.contains(word), "'\(word)' in \(result.errors)") }
  }
}
