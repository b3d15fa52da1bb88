import Foundation
import Joule
import Testing

@Suite struct ReadmeTests {
  /// The page and the example stand still together.
  @Test func thePageShowsTheCodeThatRuns() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let example = try String(
      contentsOf: tests.appending(path: "ReadmeExample.swift"), encoding: .utf8)
    let section = try #require(example.firstRange(of: "// [begin]\n"))
    let end = try #require(example.firstRange(of: "  // [end]"))
    let code = example[section.upperBound..<end.lowerBound]
      .replacing("trainingFile", with: "\"train-images-idx3-ubyte.gz\"")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    #expect(page.contains(code), "\(code)")
  }

  @Test func theExampleLearns() throws {
    // Stripes: rows of images of which every other one is white.
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "joule-readme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = (0..<12_000).map { row in
      (0..<16).map { ($0 / 4 + row) % 2 == 0 ? 1 : 0 }.map(String.init).joined(separator: ",")
    }
    let file = folder.appending(path: "stripes.csv").path
    try AtomicFile.write(rows.joined(separator: "\n") + "\n", to: file)
    let scores = try trainAsTheReadmeDoes(on: file)
    // Each pixel given the others is certain; without the couplings it is a fair coin.
    #expect(abs(scores.before + log(2)) < 0.01)
    #expect(scores.after > -0.1, "\(scores)")
  }
}
