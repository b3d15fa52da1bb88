import Foundation
import JouleIO
import Testing

@Suite struct RunFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func failure(_ body: () throws(RunFolderError) -> RunFolder) -> RunFolderError? {
    do { _ = try body() } catch { return error }
    return nil
  }

  @Test func foldersAreMadeWithThoseAroundThem() throws {
    let run = try RunFolder.create(folder.file("a/b/run/"))
    #expect(run.path == folder.file("a/b/run"))
    #expect(run.model == folder.file("a/b/run/model.safetensors"))
    #expect(run.metrics.hasSuffix("run/metrics.jsonl"))
  }

  @Test func anotherRunIsKeptUnlessForced() throws {
    _ = try folder.write([1], as: "config.json")
    _ = try folder.write([2], as: "notes.txt")
    let path = folder.path
    #expect(
      failure { () throws(RunFolderError) in try RunFolder.create(path) }
        == .occupied(path: path, found: "config.json"))
    #expect(folder.names.contains("config.json"))
    let run = try RunFolder.create(path, force: true)
    #expect(folder.names == [".lock", "notes.txt"])
    withExtendedLifetime(run) {}
  }

  @Test func oneFolderHasOneWriter() throws {
    let path = folder.file("run")
    var first: RunFolder? = try RunFolder.create(path)
    #expect(
      failure { () throws(RunFolderError) in try RunFolder.create(path, force: true) }
        == .locked(path: path, process: "\(getpid())"))
    withExtendedLifetime(first) {}
    first = nil
    _ = try RunFolder.create(path)
  }

  @Test func onlyARunWithACheckpointGoesOn() throws {
    let path = folder.path
    #expect(
      failure { () throws(RunFolderError) in try RunFolder.resume(path) }
        == .nothingToResume(path: path))
    #expect(folder.names.isEmpty)
    _ = try folder.write([1], as: "checkpoint.safetensors")
    _ = try folder.write([1], as: ".model.safetensors.123-0.joule-tmp")
    let run = try RunFolder.resume(path)
    // What a crash left half-written is gone.
    #expect(folder.names == [".lock", "checkpoint.safetensors"])
    withExtendedLifetime(run) {}
  }

  @Test func aFileIsNoFolder() throws {
    let path = try folder.write([1], as: "file")
    #expect(
      failure { () throws(RunFolderError) in try RunFolder.create(path) }
        == .notAFolder(path: path))
    let below = failure { () throws(RunFolderError) in try RunFolder.create(path + "/run") }
    #expect(below == .notAFolder(path: path))
  }

  @Test func theLogIsCutToWhatTheCheckpointKnows() throws {
    let path = folder.file("metrics.jsonl")
    do {
      let log = try MetricsLog(path: path)
      for epoch in 1...3 { try log.append(["epoch": .integer(epoch), "score": 0.5]) }
      try log.synchronize()
    }
    var bytes = try fileBytes(path)
    let line = Array(#"{"epoch":1,"score":0.5}"#.utf8) + [0x0A]
    #expect(bytes.count == 3 * line.count && bytes.starts(with: line))

    // A line that a crash has torn.
    bytes += Array(#"{"epo"#.utf8)
    _ = try folder.write(bytes, as: "metrics.jsonl")
    #expect(try MetricsLog.records(path).compactMap { $0["epoch"]?.integerValue } == [1, 2, 3])

    let resumed = try MetricsLog(path: path, keeping: 2)
    #expect(resumed.keptCount == 2)
    try resumed.append(["epoch": 30])
    #expect(try MetricsLog.records(path).compactMap { $0["epoch"]?.integerValue } == [1, 2, 30])

    #expect(try MetricsLog(path: path, keeping: 9).keptCount == 3)
    _ = try MetricsLog(path: path)
    #expect(try MetricsLog.records(path).isEmpty)
  }

  @Test func aDamagedRecordIsNamedByItsLine() throws {
    let path = try folder.write(Array("{\"a\":1}\nnot\n".utf8), as: "metrics.jsonl")
    do {
      _ = try MetricsLog.records(path)
      Issue.record("a damaged log was read")
    } catch {
      #expect(error.description.contains("line 2"))
    }
  }
}
