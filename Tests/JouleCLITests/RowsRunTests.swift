import Foundation
import Joule
import JouleTestSupport
import Testing

/// Rows with weights, with missing values, and of which few values are listed, in every command that learns from rows.
@Suite(.serialized) struct RowsRunTests {
  /// Every kind of model with a small form of it.
  static let kinds: [(command: String, options: [String])] = [
    ("rbm", ["--hidden", "4"]), ("rbm", ["--hidden", "4", "--labels"]),
    ("nade", ["--hidden", "4"]), ("bernoulli-mixture", ["--components", "2"]),
    ("gaussian-mixture", ["--components", "2", "--covariance", "diagonal"]),
    ("made", ["--hidden", "4"]), ("flow", ["--hidden", "4", "--no-standardize"]),
    (
      "energy",
      [
        "--architecture", "mlp:4", "--estimator", "dsm", "--no-standardize",
      ]
    ),
    ("ebgan", ["--hidden", "4", "--no-standardize"]),
    ("classifier", ["--hidden", "4", "--labels"]),
    ("autoencoder", ["--hidden", "4,2"]),
    ("dbm", ["--hidden", "3,2", "--pretraining-epochs", "1"]),
    ("dbn", ["--hidden", "3,2", "--pretraining-epochs", "1"]),
    ("boltzmann-machine", ["--hidden", "3"]),
    ("deep-boltzmann-machine", ["--hidden", "3,2"]),
  ]

  /// Bits that two causes make, their first cause as the label: in full, and as text that lists the ones.
  private static func write(_ folder: String, rows: Int = 48, columns: Int = 6) throws {
    var stream = RandomStream(key: RandomKey(seed: 6))
    var (full, text, labels): ([Float], String, String) = ([], "", "")
    for _ in 0..<rows {
      let causes = [stream.integer(below: 2), stream.integer(below: 2)]
      let bits = (0..<columns).map { column in
        stream.integer(below: 10) == 0 ? 1 - causes[column % 2] : causes[column % 2]
      }
      full += bits.map { Float($0) }
      let listed = bits.indices.filter { bits[$0] == 1 }.map { " \($0 + 1):1" }.joined()
      text += "\(causes[0])\(listed)\n"
      labels += "\(causes[0])\n"
    }
    try AtomicFile.write(NPY.encode(full, shape: [rows, columns]), to: "\(folder)/full.npy")
    try AtomicFile.write(text, to: "\(folder)/rows.svm")
    try AtomicFile.write(labels, to: "\(folder)/labels.csv")
    let weights = (0..<rows).map { $0 % 4 }
    for scale in [1, 2] {
      try AtomicFile.write(
        weights.map { "\($0 * scale)\n" }.joined(), to: "\(folder)/weights\(scale).csv")
    }
  }

  private static func tensors(_ run: String) throws -> [String: [Double]] {
    let archive = try ModelFile.load("\(run)/model.safetensors")
    var tensors: [String: [Double]] = [:]
    for name in archive.tensors.keys {
      tensors[name] = (try archive.tensor(name) as Tensor<Double>).elements
    }
    return tensors
  }

  /// Weights count by their ratios, sparse rows as full ones: to the last bit. Without weights it is another model (as some
  /// kinds show for all).
  @Test(arguments: kinds.indices)
  func everyKindLearnsFromWeightedAndFromSparseRows(kind: Int) throws {
    let (command, options) = Self.kinds[kind]
    try JouleProcess.withFolder { folder in
      // Two numbers are judged on a grid, more by annealing, which takes its time.
      try Self.write(folder, columns: command == "energy" ? 2 : 6)
      func train(_ name: String, _ data: String, _ extra: [String]) throws -> [String: [Double]] {
        let labels = options.last == "--labels" ? ["\(folder)/labels.csv"] : []
        let result = try JouleProcess.run(
          ["train", command] + options + labels + [
            "--data", "\(folder)/\(data)", "--epochs", "2", "--batch-size", "16", "--threads", "1",
            "--output", "\(folder)/\(name)", "--quiet",
          ] + extra)
        #expect(result.status == 0, "\(command): \(result.errors)")
        return try Self.tensors("\(folder)/\(name)")
      }
      let one = try train("one", "full.npy", ["--weights", "\(folder)/weights1.csv"])
      let two = try train("two", "rows.svm", ["--weights", "\(folder)/weights2.csv"])
      #expect(one == two, "\(command)")
      if kind < 4 { #expect(try train("plain", "full.npy", []) != one, "\(command)") }
    }
  }

  @Test func runsWithHolesAndWeightsGoOnWithTheSameBytes() throws {
    for (command, options, epochs) in [
      ("rbm", ["--hidden", "8", "--binarize", "sample", "--learning-rate", "0.2"], 600),
      (
        "dbm",
        ["--hidden", "4,3", "--pretraining-epochs", "1", "--learning-rate", "0.2"], 150
      ),
      ("deep-boltzmann-machine", ["--hidden", "4,3", "--learning-rate", "0.05"], 200),
      (
        "dbn", ["--hidden", "6,3", "--pretraining-epochs", "200", "--pretraining-rate", "0.2"], 400
      ),
      (
        "rbm",
        ["--hidden", "8", "--learning-rate", "0.2", "--objective", "hybrid:0.5", "--labels"], 300
      ),
    ] {
      try JouleProcess.withFolder { folder in
        try Self.write(folder, rows: 200)
        var rows: Tensor<Float> = try DataFile.load("\(folder)/full.npy").dataset.batch(0..<200)
        for place in stride(from: 0, to: rows.count, by: 7) { rows.elements[place] = .nan }
        try AtomicFile.write(
          NPY.encode(rows.elements, shape: rows.shape), to: "\(folder)/holes.npy")
        func begin(_ name: String, _ threads: Int) -> [String] {
          ["train", command] + options
            + (options.last == "--labels" ? ["\(folder)/labels.csv"] : []) + [
              "--data", "\(folder)/holes.npy", "--weights", "\(folder)/weights1.csv", "--epochs",
              "\(epochs)", "--batch-size", "20", "--threads", "\(threads)", "--output",
              "\(folder)/\(name)", "--quiet",
            ]
        }
        let whole = try JouleProcess.run(begin("whole", 1))
        #expect(whole.status == 0, "\(whole.errors)")
        let (process, _, _) = try JouleProcess.start(begin("cut", 2))
        let deadline = Date(timeIntervalSinceNow: 60)
        while (try? MetricsLog.records("\(folder)/cut/metrics.jsonl").count) ?? 0 < 1,
          Date() < deadline
        {
          usleep(2000)
        }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 128 + SIGINT)

        // Other weights are another run.
        let kept = try String(contentsOfFile: "\(folder)/weights1.csv", encoding: .utf8)
        try AtomicFile.write("5" + kept.dropFirst(), to: "\(folder)/weights1.csv")
        let resume = ["train", command, "--resume", "--output", "\(folder)/cut", "--quiet"]
        let refused = try JouleProcess.run(resume)
        #expect(refused.status != 0 && refused.errors.contains("checksum"), "\(refused.errors)")
        try AtomicFile.write(kept, to: "\(folder)/weights1.csv")
        let resumed = try JouleProcess.run(resume)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(
          try TrainingRunTests.bytes("\(folder)/cut/model.safetensors")
            == TrainingRunTests.bytes("\(folder)/whole/model.safetensors"), "\(command)")
        // What it learnt of rows with holes is judged by a bound, that of full rows exactly.
        let model = "\(folder)/whole/model.safetensors"
        for (data, isBound) in [("holes.npy", true), ("full.npy", command != "rbm")] {
          let judged = try JouleProcess.run(
            "evaluate", model, "--data", "\(folder)/\(data)", "--exact", "--format", "json")
          #expect(judged.status == 0, "\(judged.errors)")
          let report = try JSON(parsing: judged.output)
          #expect((report["is_lower_bound"] != nil) == isBound)
          // Independent bits of even chances have −6 log 2 = −4.16 nats, two causes −2.9 at best.
          let score = try #require(report["average_log_likelihood"]?.doubleValue)
          #expect(score > -4.1 && score < -2, "\(command), \(data): \(score)")
        }
      }
    }
  }

  @Test func whatCannotBeMeantIsRefusedBeforeAnythingIsWritten() throws {
    try JouleProcess.withFolder { folder in
      try Self.write(folder)
      func write(_ text: String, _ name: String) throws -> String {
        try AtomicFile.write(text, to: "\(folder)/\(name)")
        return "\(folder)/\(name)"
      }
      let holes = try write("0,1,1\n0,nan,1\n", "holes.csv")
      for command in ["nade", "made", "flow", "energy", "autoencoder"] {
        try BadInputTests.expectFailure(
          ["train", command, "--data", holes, "--output", "\(folder)/run"],
          saying: "row 2, column 2", "missing", "rbm", "dbm", "dbn", " boltzmann-machine",
          "deep-boltzmann-machine",
          in: folder)
      }
      func train(_ extra: String...) -> [String] {
        ["train", "nade", "--data", "\(folder)/full.npy", "--output", "\(folder)/run"] + extra
      }
      let weights = (0..<48).map { $0 == 5 ? "-1" : "1" }.joined(separator: "\n")
      let gray = try write("0.5,1\n0,1\n", "gray.csv")
      let unsorted = try write("1 3:1 2:1\n", "unsorted.svm")
      for (arguments, words) in [
        (
          ["train", "gaussian-mixture", "--data", holes, "--output", "\(folder)/run"],
          ["row 2, column 2", "full", "diagonal"]
        ),
        (
          ["train", "dbn", "--hidden", "5", "--data", holes, "--output", "\(folder)/run"],
          ["row 2, column 2", "one hidden layer", "rbm"]
        ),
        (train("--weights", "\(folder)/none"), ["none"]),
        (train("--weights", try write("1\n2\n", "few.csv")), ["2 weights", "48 rows"]),
        (train("--weights", try write(weights, "bad.csv")), ["weight 6", "-1"]),
        (
          train(
            "--weights", try write(String(repeating: "0\n", count: 48), "zeros.csv")), ["all"]
        ),
        (train("--similarity", "2"), ["--similarity"]),
        (train("--similarity", "0.8", "--weights", "x"), ["both"]),
        (
          ["train", "nade", "--data", gray, "--similarity", "0.8", "--output", "\(folder)/run"],
          ["row 1, column 1", "0.5"]
        ),
        (train("--mask", try write("1,0,1\n", "mask.csv")), ["mask.csv", "3 columns", "6"]),
        (
          train("--mask", try write("1,0,1,1,1,1\n", "row.csv")), ["row.csv", "1 rows", "48"]
        ),
        (
          train("--mask", "\(folder)/full.npy", "--data", gray),
          ["full.npy", "6 columns", "2", "gray.csv"]
        ),
        (train("--mask", "\(folder)/full.npy"), ["is missing", "rbm"]),
        (
          ["train", "rbm", "--data", gray, "--mask", gray, "--output", "\(folder)/run"],
          ["row 1, column 1", "0.5", "0 (missing) or 1 (given)"]
        ),
        (
          ["train", "rbm", "--data", unsorted, "--output", "\(folder)/run"],
          ["unsorted.svm", "line 1", "rise"]
        ),
      ] as [([String], [String])] {
        let result = try JouleProcess.run(arguments)
        #expect(result.status != 0 && result.errorLines.count == 1, "\(result.errors)")
        for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      }
    }
  }

  /// A column of bits with holes is one of bits still, and numbers with holes are standardized by what is there.
  @Test func aTableWithHolesIsGuessedAndJudged() throws {
    try JouleProcess.withFolder { folder in
      var stream = RandomStream(key: RandomKey(seed: 4))
      var lines: [String] = []
      for row in 0..<200 {
        let bit = stream.integer(below: 2)
        let number = 40 + 10 * Double(bit) + 3 * stream.normal(as: Double.self)
        lines.append((row % 5 == 0 ? "nan" : "\(bit)") + "," + (row % 7 == 0 ? "nan" : "\(number)"))
      }
      try AtomicFile.write(lines.joined(separator: "\n"), to: "\(folder)/table.csv")
      for (command, hidden, kind, said) in [
        ("boltzmann-machine", "3", "bernoulli", "log-likelihood bound"),
        ("boltzmann-machine", "3", "drelu", "fills them in"),
        ("deep-boltzmann-machine", "3,2", "spin", "log-likelihood bound"),
      ] {
        let output = "\(folder)/\(command)"
        let run = try JouleProcess.run(
          "train", command, "--data", "\(folder)/table.csv", "--hidden", hidden, "--hidden-units",
          kind, "--epochs", "10", "--output", output, "--force")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains(said))
        let configuration = try JSON(
          parsing: String(contentsOfFile: "\(output)/config.json", encoding: .utf8))
        let units = configuration["units"]
        #expect(
          (units?.stringValue ?? units?.arrayValue?.first?.stringValue) == "bernoulli:1+gaussian:1")
        let archive = try ModelFile.load("\(output)/model.safetensors")
        let scale = (try archive.tensor("standardization.scales") as Tensor<Double>)[1]
        // √(3² + 5²) = 5.8 with 171 values there: 3 % are a standard error.
        #expect(scale > 5.1 && scale < 6.6, "\(scale)")
      }
      // Chains of rows know of no holes.
      for method in ["annealing", "raise"] {
        let judged = try JouleProcess.run(
          "evaluate", "\(folder)/deep-boltzmann-machine/model.safetensors", "--data",
          "\(folder)/table.csv", "--rows-by", method)
        #expect(judged.status == 1 && judged.errorLines.count == 1, "\(judged.errors)")
        #expect(
          judged.errors.contains("row 1, column 1") && judged.errors.contains("complete rows"))
      }
    }
  }
}
