import Foundation
import Joule
import Testing

/// `joule diagnose` from files to tables, JSON and pictures.
@Suite struct DiagnoseCommandTests {
  private static let names = ["good", "drift", "fixed"]

  /// Four chains of 500 draws: one variable that is sound, one with a trend, one that is constant.
  private static let draws: Tensor<Double> = {
    let noise = Tensor<Double>(normal: [4, 500, 2], using: RandomKey(seed: 21))
    var values: [Double] = []
    for chain in 0..<4 {
      for draw in 0..<500 {
        values += [noise[chain, draw, 0], noise[chain, draw, 1] + Double(draw) / 250, 1]
      }
    }
    return Tensor(shape: [4, 500, 3], elements: values)
  }()

  private static func writeChains(_ folder: String) throws -> [String] {
    try (0..<4).map { chain in
      var text = names.joined(separator: ",") + "\n"
      for draw in 0..<500 {
        text += (0..<3).map { "\(draws[chain, draw, $0])" }.joined(separator: ",") + "\n"
      }
      let path = "\(folder)/chain-\(chain + 1).csv"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }
  }

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let (process, output, errors) = try JouleProcess.start(["diagnose"] + arguments)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    _ = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test func jsonHasTheFiguresOfTheLibrary() throws {
    try JouleProcess.withFolder { folder in
      let files = try Self.writeChains(folder)
      let array = "\(folder)/draws.npy"
      try Data(NPY.encode(Self.draws.elements, shape: Self.draws.shape))
        .write(to: URL(fileURLWithPath: array))
      let json = try Self.run(files + ["--format", "json"])
      #expect(json.status == 0)
      for threads in ["1", "3"] {
        let again = try Self.run(files + ["--format", "json", "--threads", threads])
        #expect(again.output == json.output)
      }
      let other = try Self.run([array, "--format", "json"]).output
      var expected = json.output
      for (index, name) in Self.names.enumerated() {
        expected = expected.replacingOccurrences(of: "\"\(name)\"", with: "\"x[\(index + 1)]\"")
      }
      #expect(other == expected)

      // Foundation reads numbers of 17 digits by way of decimals, and misses the last bit.
      let root = try JSON(parsing: json.output)
      #expect(root.members?.map(\.name) == ["variables"])
      let variables = root["variables"]
      #expect(Set(variables?.members?.map(\.name) ?? []) == Set(Self.names))
      for line in Draws(Self.draws, variableNames: Self.names).diagnostics() {
        let figures = variables?[line.name]
        let wanted: [(String, Double?)] = [
          ("mean", line.mean), ("mcse_mean", line.meanError), ("sd", line.standardDeviation),
          ("mcse_sd", line.standardDeviationError), ("q5", line.lowerQuantile),
          ("q50", line.median), ("q95", line.upperQuantile),
          ("ess_bulk", line.bulkEffectiveSampleSize), ("ess_tail", line.tailEffectiveSampleSize),
          ("rhat", line.rHat),
        ]
        #expect(figures?.members?.map(\.name).sorted() == wanted.map(\.0).sorted())
        for (key, value) in wanted {
          #expect(figures?[key]?.doubleValue == value, "\(line.name) \(key)")
        }
      }
    }
  }

  @Test func theTableHasTheWorstFirstAndAVerdict() throws {
    try JouleProcess.withFolder { folder in
      let files = try Self.writeChains(folder)
      let plot = "\(folder)/plot.svg"
      let all = try Self.run(files + ["--plot", plot])
      #expect(all.status == 0)
      let starts = all.output.split(separator: "\n").compactMap { line in
        Self.names.first { line.hasPrefix($0) }
      }
      #expect(starts == ["drift", "good", "fixed"])
      #expect(all.output.contains("Not converged") && all.output.contains("R-hat"))
      let svg = try String(contentsOfFile: plot, encoding: .utf8)
      for word in ["<svg", "Ranks of drift", "Autocorrelation of good", "chain 4"] {
        #expect(svg.contains(word))
      }
      #expect(svg.hasSuffix("</svg>\n"))

      let good = try Self.run(files + ["--variable", "good"])
      #expect(good.output.contains("Converged") && !good.output.contains("drift"))
      #expect(try Self.run(files + ["--strict"]).status == 1)
      #expect(try Self.run(files + ["--strict", "--variable", "good"]).status == 0)
      let few = try Self.run(files + ["--limit", "1", "--burn-in", "100"])
      #expect(few.output.contains("400 draws") && few.output.contains("2 variables more"))
    }
  }

  @Test func badInputIsOneClearLine() throws {
    try JouleProcess.withFolder { folder in
      func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        return "\(folder)/\(name)"
      }
      let one = try write("a,b\n1,2\n", "one.csv")
      let ragged = try write("a,b\n1,2\n3\n4,5\n", "ragged.csv")
      let words = try write("a,b\n1,2\n3,tall\n", "words.csv")
      let sound = try write("a\n1\n2\n3\n2\n1\n3\n", "sound.csv")
      let short = try write("a\n1\n2\n", "short.csv")
      for (arguments, said) in [
        ([one], ["one.csv", "one draw"]), ([ragged], ["ragged.csv", "line 3"]),
        ([words], ["words.csv", "line 3", "column 2", "tall"]), ([folder], ["folder"]),
        (["\(folder)/none.csv"], ["none.csv"]), ([sound, short], ["short.csv", "2 draws"]),
        ([sound, "--burn-in", "6"], ["6"]), ([sound, "--burn-in", "4"], ["2 draws"]),
        ([sound, "--burn-in=-1"], ["--burn-in"]), ([sound, "--limit=-1"], ["--limit"]),
        ([sound, "--plot-count", "0"], ["--plot-count"]),
        ([sound, "--threads", "0"], ["--threads"]),
        ([sound, "--variable", "z"], ["--variable z", "a"]),
        ([sound, "--plot", "\(folder)/no/such.svg"], ["such.svg"]),
      ] {
        let (process, output, errors) = try JouleProcess.start(["diagnose"] + arguments)
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = String(
          decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus != 0 && text.isEmpty, "\(arguments)")
        #expect(complaint.split(separator: "\n").count == 1, "\(complaint)")
        for word in said { #expect(complaint.contains(word), "'\(word)' in: \(complaint)") }
      }
    }
  }

  /// Draws that are not finite are reported, not refused.
  @Test func missingDrawsAreNull() throws {
    try JouleProcess.withFolder { folder in
      let path = "\(folder)/nan.csv"
      try "a,b\n1,2\nnan,3\n2,inf\n4,1\n3,2\n5,4\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      let text = try Self.run([path])
      #expect(text.status == 0 && text.output.contains("nan at chain 1, draw 2"))
      #expect(text.output.contains("inf at chain 1, draw 3"))
      let json = try Self.run([path, "--format", "json"]).output
      #expect(json.contains("\"rhat\": null") && !json.contains("nan") && !json.contains("inf"))
      _ = try JSONSerialization.jsonObject(with: Data(json.utf8))
    }
  }
}
