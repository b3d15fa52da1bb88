import Foundation
import Joule
import Testing

@Suite struct MarkovCommandTests {
  /// Of docs/markov-chains.md; π is (48, 22, 15)/85.
  static let weather = "sun,cloud,rain\n0.8,0.3,0.2\n0.15,0.4,0.4\n0.05,0.3,0.4\n"
  static let seasons =
    "spring,summer,autumn,winter\n0,0,0,1\n1,0,0,0\n0,1,0,0\n0,0,1,0\n"
  static let game =
    "from,to,probability\n1,1,1\n5,5,1\n2,1,0.6\n2,3,0.4\n3,2,0.6\n3,4,0.4\n4,3,0.6\n4,5,0.4\n"

  private static func run(
    _ text: String, _ options: [String] = [], name: String = "T.csv"
  ) throws -> JouleProcess.Result {
    try JouleProcess.withFolder { folder in
      let path = "\(folder)/\(name)"
      try AtomicFile.write(text, to: path)
      return try runFile(path, options)
    }
  }

  private static func runFile(_ path: String, _ options: [String]) throws -> JouleProcess.Result {
    let (process, output, errors) = try JouleProcess.start(["markov", path] + options)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return .init(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }

  private static func report(_ text: String, _ options: [String] = []) throws -> [String: Any] {
    let result = try run(text, options + ["--format", "json"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func weatherIsErgodic() throws {
    let report = try Self.report(Self.weather)
    for key in [
      "states", "ergodic", "periodic", "classes", "stationary", "detailed_balance_residual",
      "reversible", "spectral_gap", "mixing_time",
    ] { #expect(report[key] != nil, "\(key)") }
    #expect(report["states"] as? Int == 3)
    #expect(report["ergodic"] as? Bool == true && report["periodic"] as? Bool == false)
    let stationary = try #require(report["stationary"] as? [[Double]])
    #expect(stationary.count == 1)
    for (found, expected) in zip(stationary[0], [48, 22, 15]) {
      #expect(abs(found - Double(expected) / 85) < 1e-15)
    }
    // T has the trace 1.6 and the determinant 0.025, so λ² − 0.6 λ + 0.025 = 0 for the other two.
    let second = (0.6 + (0.36 - 0.1).squareRoot()) / 2
    #expect(abs(try #require(report["spectral_gap"] as? Double) - (1 - second)) < 1e-14)
    #expect(report["reversible"] as? Bool == false)
    // From rain to sun flow 15 · 0.2, back 48 · 0.05, of 85.
    let residual = try #require(report["detailed_balance_residual"] as? Double)
    #expect(abs(residual - 0.6 / 85) < 1e-15)
    #expect(report["mixing_time"] as? Int == 2)
  }

  @Test func rowsAndColumnsAreTheSameChain() throws {
    let transposed = "sun,cloud,rain\n0.8,0.15,0.05\n0.3,0.4,0.3\n0.2,0.4,0.4\n"
    let rows = try Self.run(transposed, ["--rows"])
    let columns = try Self.run(Self.weather)
    #expect(rows.status == 0)
    // The first line names the file.
    #expect(
      rows.output.split(separator: "\n").dropFirst()
        == columns.output.split(separator: "\n").dropFirst())
    let named = ",sun,cloud,rain\nsun,0.8,0.3,0.2\ncloud,0.15,0.4,0.4\nrain,0.05,0.3,0.4\n"
    #expect(
      try Self.run(named).output.split(separator: "\n").dropFirst()
        == columns.output.split(separator: "\n").dropFirst())
  }

  @Test func aPeriodicChainIsExplained() throws {
    let text = try Self.run(Self.seasons).output
    for words in [
      "period 4", "{spring} → {summer} → {autumn} → {winter} → {spring}", "not ergodic",
      "no mixing time", "Its average", "1, i, −i, −1",
    ] { #expect(text.contains(words), "\(words)") }
    let report = try Self.report(Self.seasons)
    #expect(report["periodic"] as? Bool == true && report["ergodic"] as? Bool == false)
    #expect(report["mixing_time"] is NSNull && report["relaxation_time"] is NSNull)
    #expect(report["spectral_gap"] as? Double == 0)
    #expect(report["stationary"] as? [[Double]] == [[0.25, 0.25, 0.25, 0.25]])
  }

  @Test func aReducibleChainIsExplained() throws {
    let text = try Self.run(Self.game, ["--start", "3"]).output
    for words in [
      "reducible", "2 closed", "{1}, absorbing", "Transient, left for good after a while: 2, 3, 4",
      "where it ends depends on where it begins", "0.6923  0.3077   3.85",
    ] { #expect(text.contains(words), "\(words)") }
    let report = try Self.report(Self.game, ["--start", "3"])
    let stationary = try #require(report["stationary"] as? [[Double]])
    #expect(stationary == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]])
    let classes = try #require(report["classes"] as? [[String: Any]])
    #expect(classes.map { $0["states"] as? [Int] } == [[0], [1, 2, 3], [4]])
    #expect(classes.map { $0["closed"] as? Bool } == [true, false, true])
    #expect(classes.map { $0["period"] as? Int } == [1, 2, 1])
    // Won with probability (r² − 1)/(r⁴ − 1), r = 0.6/0.4, from the middle of five.
    let longRun = try #require(report["long_run"] as? [Double])
    #expect(abs(longRun[4] - 1 / (1.5 * 1.5 + 1)) < 1e-14)
  }

  @Test func walksRepeatByTheirSeedAndThreadsChangeNothing() throws {
    let options = ["--simulate", "500", "--start", "rain", "--seed", "7"]
    let once = try Self.report(Self.weather, options)
    let walk = try #require(once["walk"] as? [String: Any])
    let states = try #require(walk["states"] as? [Int])
    #expect(states.count == 501 && states[0] == 2)
    let again = try Self.report(Self.weather, options)
    #expect((again["walk"] as? [String: Any])?["states"] as? [Int] == states)
    let other = try Self.report(Self.weather, options.dropLast() + ["8"])
    #expect((other["walk"] as? [String: Any])?["states"] as? [Int] != states)
    try JouleProcess.withFolder { folder in
      // Large enough to be cut for threads.
      let count = 300
      var stream = RandomStream(key: RandomKey(seed: 5))
      var elements = (0..<count * count).map { _ in stream.exponential(as: Double.self) }
      for column in 0..<count {
        let sum = (0..<count).reduce(0) { $0 + elements[$1 * count + column] }
        for row in 0..<count { elements[row * count + column] /= sum }
      }
      try AtomicFile.write(NPY.encode(elements, shape: [count, count]), to: "\(folder)/T.npy")
      let runs = try ["1", "3"].map {
        try Self.runFile("\(folder)/T.npy", ["--format", "json", "--threads", $0])
      }
      #expect(runs[0].status == 0 && runs[0].output == runs[1].output)
    }
  }

  @Test(arguments: [weather, seasons, game]) func plotsStandAlone(_ text: String) throws {
    try JouleProcess.withFolder { folder in
      try AtomicFile.write(text, to: "\(folder)/T.csv")
      let result = try Self.runFile("\(folder)/T.csv", ["--plot", "\(folder)/T.svg"])
      #expect(result.status == 0)
      let parser = XMLCheck(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/T.svg")))
      #expect(parser.isWellFormed)
    }
  }

  @Test(
    arguments: [
      ("", [], ["empty"]), ("a,b\n0.5,1\n0.5\n", [], ["line 3", "column 2"]),
      ("a,b\n0.5,1\n0.5,0,0\n", [], ["line 3", "column 3"]),
      ("a,b\n0.5,x\n0.5,1\n", [], ["line 2", "column 2", "'x'"]),
      ("a,b\n0.5,nan\n0.5,1\n", [], ["column of state 'b'", "nan"]),
      ("a,b\n0.5,inf\n0.5,1\n", [], ["column of state 'b'", "inf"]),
      ("a,b\n0.5,-0.1\n0.5,1.1\n", [], ["column of state 'b'", "-0.1"]),
      ("a,b\n0.5,0.1\n0.4,0.9\n", [], ["column of state 'a'", "sums to 0.9"]),
      ("a,b\n0.9,0.1\n0.5,0.5\n", [], ["add --rows"]),
      ("a,b\n0.9,0.5\n0.1,0.5\n", ["--rows"], ["leave --rows out"]),
      ("0.5,0.5,0.1\n0.5,0.5,0.9\n", [], ["2 × 3"]), ("a,b\n", [], ["0 × 2"]),
      ("a,a\n1,0\n0,1\n", [], ["repeats", "'a'"]), ("a,\n1,0\n0,1\n", [], ["column 2", "empty"]),
      (",a,b\nb,1,0\na,0,1\n", [], ["row 1", "'b'", "'a'"]),
      ("from,to,probability\n0,1,1\n", [], ["transition 1", "0.0"]),
      ("from,to,probability\n1,2,1\n", [], ["column of state '2'", "sums to 0.0"]),
      ("from,to,probability\n1,1,nan\n", [], ["column of state", "nan"]),
      (weather, ["--start", "snow"], ["--start", "'snow'", "sun, cloud, rain"]),
      (weather, ["--target", "4"], ["--target", "'4'"]),
      (weather, ["--threshold", "1"], ["--threshold"]),
      (weather, ["--tolerance=-1"], ["--tolerance"]),
      (weather, ["--simulate", "0"], ["--simulate"]),
      (weather, ["--plot", "x.png"], ["--plot", ".svg"]),
      (weather, ["--plot", "/nowhere/x.svg"], ["/nowhere/x.svg"]),
      (weather, ["--threads", "0"], ["--threads"]),
    ] as [(String, [String], [String])]) func badInputIsNamed(
      _ text: String, options: [String], words: [String]
    ) throws
  {
    let result = try Self.run(text, options)
    #expect(result.status != 0 && result.output.isEmpty)
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    for word in words { #expect(result.errors.contains(word), "'\(word)' in: \(result.errors)") }
  }

  @Test func absentFilesAndForeignOnesAreNamed() throws {
    #expect(try Self.runFile("/nowhere/T.csv", []).errors.contains("/nowhere/T.csv"))
    try JouleProcess.withFolder { folder in
      try AtomicFile.write(
        PNG.encode(GrayImage(width: 2, height: 2, level: 0)), to: "\(folder)/T.png")
      let result = try Self.runFile("\(folder)/T.png", [])
      #expect(result.status != 0 && result.errors.contains("T.png"))
      let whole = NPY.encode([1.0, 0, 0, 1], shape: [2, 2])
      try AtomicFile.write(Array(whole.dropLast(3)), to: "\(folder)/T.npy")
      let cut = try Self.runFile("\(folder)/T.npy", [])
      #expect(cut.status != 0 && cut.errors.contains("T.npy"))
    }
  }
}

/// Whether text is XML whose tags match.
private struct XMLCheck {
  let isWellFormed: Bool

  init(_ data: Data) {
    var open: [Substring] = []
    var isSound = true
    let text = String(decoding: data, as: UTF8.self)
    for tag in text.split(separator: "<").dropFirst() {
      guard let end = tag.firstIndex(of: ">") else {
        isSound = false
        break
      }
      let body = tag[..<end]
      let name = body.prefix { $0 != " " && $0 != "/" || $0 == "/" && body.first == "/" }
      if body.first == "?" { continue }
      if body.first == "/" {
        isSound = isSound && open.popLast() == body.dropFirst()
      } else if body.last != "/" {
        open.append(name)
      }
    }
    isWellFormed = isSound && open.isEmpty && text.contains("<svg")
  }
}
