import Foundation
import Joule
import Testing

/// Whatever is wrong: one clear line on standard error, a non-zero exit, no half-written file.
@Suite struct BadInputTests {
  static func expectFailure(
    _ arguments: [String], saying words: String..., in folder: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let (process, output, errors) = try JouleProcess.start(arguments)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(
      process.terminationReason == .exit && process.terminationStatus != 0,
      "\(arguments): \(complaints)", sourceLocation: sourceLocation)
    #expect(text.isEmpty, sourceLocation: sourceLocation)
    let lines = complaints.split(separator: "\n")
    #expect(lines.count == 1, "\(complaints)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        complaints.contains(word), "'\(word)' in: \(complaints)", sourceLocation: sourceLocation)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before,
      sourceLocation: sourceLocation)
  }

  static func train(_ data: String, _ folder: String, _ extra: String...) -> [String] {
    ["train", "rbm", "--data", data, "--output", "\(folder)/run", "--hidden", "5"] + extra
  }

  @Test func dataFiles() throws {
    try JouleProcess.withFolder { folder in
      func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
      }
      try Self.expectFailure(
        Self.train("\(folder)/none", folder), saying: "none", in: folder)
      try Self.expectFailure(Self.train(folder, folder), saying: "folder", in: folder)
      try Self.expectFailure(
        Self.train(try write([], "empty"), folder), saying: "empty", in: folder)
      try Self.expectFailure(
        Self.train(try write([7, 7, 7, 7, 7, 7, 7, 7, 7, 200], "magic"), folder), saying: "magic",
        in: folder)
      let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6]
      try Self.expectFailure(
        Self.train(try write(idx, "short"), folder), saying: "short", in: folder)
      let huge: [UInt8] = [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]
      try Self.expectFailure(
        Self.train(try write(huge, "huge"), folder), saying: "huge", in: folder)
      // Machines learn from rows with missing values; this kind does not.
      let csv = Array("0,1,0.5\n0.1,nan,1\n".utf8)
      try Self.expectFailure(
        [
          "train", "nade", "--data", try write(csv, "nan.csv"), "--output", "\(folder)/run",
        ], saying: "nan.csv", "row 2", "column 2", in: folder)
      let range = Array("0,1,0.5\n0.1,0.2,1.5\n".utf8)
      try Self.expectFailure(
        Self.train(try write(range, "range.csv"), folder), saying: "1.5", "row 2", in: folder)
    }
  }

  @Test func options() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(20, side: 3, to: "\(folder)/images")
      let data = "\(folder)/images"
      for (extra, word) in [
        (["--hidden", "0"], "--hidden"), (["--hidden", "-3"], "--hidden"),
        (["--epochs", "0"], "--epochs"), (["--batch-size", "0"], "--batch-size"),
        (["--learning-rate", "0"], "--learning-rate"),
        (["--learning-rate", "-1"], "--learning-rate"),
        (["--learning-rate", "nan"], "--learning-rate"), (["--momentum", "1"], "--momentum"),
        (["--weight-decay", "-1"], "--weight-decay"), (["--threads", "0"], "--threads"),
        (["--chains", "0"], "--chains"), (["--gibbs-steps", "0"], "--gibbs-steps"),
        (["--checkpoint-every", "0"], "--checkpoint-every"),
        (["--epochs", "-1"], "--epochs"), (["--batch-size", "-5"], "--batch-size"),
      ] {
        var arguments = ["train", "rbm", "--data", data, "--output", "\(folder)/run"]
        for (name, value) in zip(extra, extra.dropFirst()) {
          arguments.append("\(name)=\(value)")
        }
        try Self.expectFailure(arguments, saying: word.replacing("--", with: ""), in: folder)
        // The same with a space: a minus sign belongs to the value.
        try Self.expectFailure(
          Array(arguments.prefix(6)) + extra, saying: "\(word) must", in: folder)
      }
      try Self.expectFailure(
        [
          "train", "rbm", "--data", data, "--output", "\(folder)/run", "--hidden",
          "9000000000000000000",
        ], saying: "hidden", in: folder)
      try Self.expectFailure(
        ["train", "rbm", "--output", "\(folder)/run"], saying: "--data", in: folder)
    }
  }

  @Test func unwritableOutputs() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(20, side: 3, to: "\(folder)/images")
      try Self.expectFailure(
        ["train", "rbm", "--data", "\(folder)/images", "--output", "\(folder)/images/run"],
        saying: "images", in: folder)
      try Self.expectFailure(
        ["train", "rbm", "--data", "\(folder)/images", "--output", "/proc/joule-run"],
        saying: "/proc/joule-run", in: folder)
    }
  }

  @Test func models() throws {
    try JouleProcess.withFolder { folder in
      _ = try EvaluationCommandTests.write(to: folder)
      let data = "\(folder)/data.npy"
      func evaluate(_ model: String, _ data: String, _ extra: String...) -> [String] {
        ["evaluate", model, "--data", data] + extra
      }
      try AtomicFile.write(
        NPY.encode([Float](repeating: 0, count: 8), shape: [1, 8]), to: "\(folder)/narrow.npy")
      try Self.expectFailure(
        evaluate("\(folder)/model.safetensors", "\(folder)/narrow.npy"), saying: "8", "9",
        in: folder)
      var archive = Archive()
      archive.store(Tensor<Float>(zeros: [9, 4]), as: "weights")
      try ModelFile.save(archive, to: "\(folder)/partial.safetensors")
      try Self.expectFailure(
        evaluate("\(folder)/partial.safetensors", data), saying: "visible_bias", in: folder)
      archive.store(Tensor<Float>(zeros: [9]), as: "visible_bias")
      archive.store(Tensor<Float>(zeros: [4]), as: "hidden_bias")
      archive.store(Tensor<Float>(zeros: [4]), as: "extra")
      try ModelFile.save(archive, to: "\(folder)/extra.safetensors")
      try Self.expectFailure(
        evaluate("\(folder)/extra.safetensors", data), saying: "extra", in: folder)
      let whole = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/model.safetensors"))
      try whole.prefix(whole.count - 5).write(to: URL(fileURLWithPath: "\(folder)/cut"))
      try Self.expectFailure(evaluate("\(folder)/cut", data), saying: "cut", in: folder)
      try Self.expectFailure(evaluate(data, data), saying: "data.npy", in: folder)
      let wide = RestrictedBoltzmannMachine<Float>(
        visibleMeans: Tensor([30], repeating: 0.5), hiddenCount: 30, using: RandomKey(seed: 1))
      var large = Archive()
      wide.archive(into: &large)
      try ModelFile.save(large, to: "\(folder)/large.safetensors")
      try AtomicFile.write(
        NPY.encode([Float](repeating: 0, count: 30), shape: [1, 30]), to: "\(folder)/wide.npy")
      try Self.expectFailure(
        evaluate("\(folder)/large.safetensors", "\(folder)/wide.npy", "--exact"),
        saying: "--exact", "30", in: folder)
    }
  }

  @Test func divergenceKeepsTheLastGoodCheckpointAndAdvises() throws {
    try JouleProcess.withFolder { folder in
      try JouleProcess.writeImages(3000, side: 6, to: "\(folder)/images")
      let (process, _, errors) = try JouleProcess.start([
        "train", "rbm", "--data", "\(folder)/images", "--output", "\(folder)/run", "--hidden", "9",
        "--learning-rate", "1e7", "--quiet",
      ])
      let text = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      #expect(text.contains("diverged in epoch 1") && text.contains("--learning-rate"), "\(text)")
      let kept = try ModelFile.load("\(folder)/run/checkpoint.safetensors")
      #expect(kept.metadata["run.step"] == "0")
    }
  }
}
