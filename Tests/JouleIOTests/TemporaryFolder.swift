import Foundation

/// A folder that is deleted with this value.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "joule-io-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and gives its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    // Foundation's own way waits for the disk, which thousands of files cannot afford.
    unlink(file(name))
    guard let stream = fopen(file(name), "w"), fwrite(bytes, 1, bytes.count, stream) == bytes.count,
      fclose(stream) == 0
    else { throw CocoaError(.fileWriteUnknown) }
    return file(name)
  }

  /// The names of what is in the folder, hidden files too.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

/// The bytes of a file.
func fileBytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}
