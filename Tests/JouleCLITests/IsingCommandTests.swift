import Foundation
import Joule
import Testing

/// `ising` against sums over states, and on input that cannot be meant.
@Suite struct IsingCommandTests {
  private func report(_ arguments: String...) throws -> JSON {
    let (process, output, errors) = try JouleProcess.start(
      ["ising", "--format", "json"] + arguments)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: complaints, as: UTF8.self))")
    return try JSON(parsing: String(decoding: text, as: UTF8.self))
  }

  @Test(arguments: ["gibbs", "metropolis", "swendsen-wang", "wolff"])
  func figuresAreWithinTheirErrors(method: String) throws {
    let report = try report(
      "--size", "4", "--temperature", "2:3:0.5", "--sweeps", "6000", "--method", method)
    let points = try #require(report["temperatures"]?.arrayValue)
    #expect(points.compactMap { $0["temperature"]?.doubleValue } == [2, 2.5, 3])
    for point in points {
      for name in [
        "energy", "magnetisation", "specific_heat", "susceptibility", "binder_cumulant",
      ] {
        let value = try #require(point[name]?["value"]?.doubleValue)
        let error = try #require(point[name]?["error"]?.doubleValue)
        let exact = try #require(point[name]?["exact"]?.doubleValue)
        #expect(abs(value - exact) < 4 * error, "\(method) \(name): \(value) ± \(error), \(exact)")
      }
    }
    #expect(report["warnings"]?.arrayValue?.isEmpty == true)
  }

  @Test func threadsDoNotMatterAndFilesAreWritten() throws {
    try JouleProcess.withFolder { folder in
      var reports: [JSON] = []
      for threads in ["1", "3"] {
        let output = "\(folder)/run-\(threads)"
        reports.append(
          try report(
            "--size", "6", "--temperature", "2,Tc", "--sweeps", "400", "--threads", threads,
            "--output", output))
        for name in ["curves.svg", "spins.png", "ising.json"] {
          #expect(FileManager.default.fileExists(atPath: "\(output)/\(name)"), "\(name)")
        }
      }
      #expect(reports[0]["temperatures"] == reports[1]["temperatures"])
      let curves = try
        (["1", "3"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/run-\($0)/curves.svg"))
        })
      #expect(curves[0] == curves[1])
    }
  }

  /// Single sites at the critical point of a large torus do not get anywhere in 300 sweeps, and this is said.
  @Test func whatHasNotEquilibratedIsSaid() throws {
    let result = try JouleProcess.run(
      "ising", "--size", "64", "--temperature", "Tc", "--sweeps", "300", "--burn-in", "0")
    #expect(result.status == 0)
    #expect(result.output.contains("Warning: ") && result.output.contains("swendsen-wang"))
    #expect(result.output.contains("after 0 of burn-in"))
  }

  @Test func whatCannotBeMeantIsRefusedInOneLine() throws {
    try JouleProcess.withFolder { folder in
      for (options, word) in [
        (["--size", "0"], "--size"), (["--size", "1"], "--size"), (["--size", "-4"], "--size"),
        (["--size", "100001"], "too large"), (["--size", "65536", "--chains", "1000"], "GB"),
        (["--size", "8", "--temperature", "0"], "positive"),
        (["--size", "8", "--temperature", "-1:2:0.5"], "positive"),
        (["--size", "8", "--temperature", "3:2:0.1"], "range"),
        (["--size", "8", "--temperature", "2:3:0"], "range"),
        (["--size", "8", "--temperature", "2:3"], "from:to:step"),
        (["--size", "8", "--temperature", "warm"], "warm"),
        (["--size", "8", "--temperature", "nan"], "nan"),
        (["--size", "8", "--temperature", "1:3:0.0000001"], "temperatures"),
        (["--size", "8", "--temperature", "2,2"], "twice"),
        (["--size", "2", "--method", "metropolis"], "at least 3"),
        (["--size", "7", "--layout", "words"], "--layout"),
        (["--size", "8", "--method", "wolff", "--layout", "lattice"], "--layout"),
        (["--size", "8", "--sweeps", "0"], "--sweeps"),
        (["--size", "8", "--burn-in", "-1"], "--burn-in"),
        (["--size", "8", "--chains", "0"], "--chains"),
        (["--size", "8", "--output", "\(folder)/missing/run"], "missing"),
      ] {
        try BadInputTests.expectFailure(["ising"] + options, saying: word, in: folder)
      }
    }
  }
}
