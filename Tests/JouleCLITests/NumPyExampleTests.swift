import Foundation
import Joule
import Testing

/// The script of the documentation, which shares no code with the library, against the command.
@Suite struct NumPyExampleTests {
  static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "docs/examples/log_partition.py")

  /// What a Python prints, or nil when it cannot run or fails.
  static func python(_ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : nil
  }

  @Test(
    .enabled(if: python("-c", "import numpy") != nil, "there is no python3 with numpy"),
    arguments: [0.1, 1, 8])
  func theScriptAgreesWithExactEvaluation(scale: Float) throws {
    try JouleProcess.withFolder { folder in
      let key = RandomKey(seed: 12).folded("\(scale)")
      let machine = RestrictedBoltzmannMachine<Float>(
        weights: Tensor(normal: [20, 12], using: key.folded("w")) * scale,
        visibleBias: Tensor(normal: [20], using: key.folded("b")),
        hiddenBias: Tensor(normal: [12], using: key.folded("c")))
      var archive = Archive()
      machine.archive(into: &archive)
      try ModelFile.save(archive, to: "\(folder)/model.safetensors")
      try AtomicFile.write(
        NPY.encode([Float](repeating: 1, count: 20), shape: [1, 20]), to: "\(folder)/data.npy")
      let report = try EvaluationCommandTests.evaluation(folder, "--exact")
      let ours = try #require(report["log_partition"]?["estimate"]?.doubleValue)
      let printed = try #require(Self.python(Self.script.path, "\(folder)/model.safetensors"))
      let theirs = try #require(Double(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(abs(ours - theirs) < 1e-5, "\(ours) and \(theirs)")
    }
  }

  @Test func thePageShowsTheScript() throws {
    let page = try String(
      contentsOf: Self.script.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "file-formats.md"), encoding: .utf8)
    let code = try String(contentsOf: Self.script, encoding: .utf8)
    #expect(page.contains("```python\n\(code)```"))
  }
}
