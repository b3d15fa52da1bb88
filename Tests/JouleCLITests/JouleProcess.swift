import Foundation
import Testing

/// The built command, run as a user would run it.
struct JouleProcess {
  struct Result {
    var status: Int32
    var output: String
    var errors: String

    /// The lines on standard error that say what is wrong.
    var errorLines: [String] {
      errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Error:") }
    }
  }

  /// The executable stands beside the test bundle.
  static let executable: URL = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("joule").path)
    {
      let parent = folder.deletingLastPathComponent()
      if parent.path == folder.path { break }
      folder = parent
    }
    return folder.appendingPathComponent("joule")
  }()

  static func start(_ arguments: [String]) throws -> (Process, Pipe, Pipe) {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output, errors)
  }

  @discardableResult
  static func run(_ arguments: String...) throws -> Result { try run(arguments) }

  @discardableResult
  static func run(_ arguments: [String]) throws -> Result {
    let (process, output, errors) = try start(arguments)
    // Standard error is small; standard output is read first, so neither pipe fills up.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }

  /// Runs a body with a new folder that is deleted afterwards.
  static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "joule-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  /// Writes images of random grey levels as an IDX file.
  static func writeImages(_ count: Int, side: Int, to path: String) throws {
    var bytes: [UInt8] = [0, 0, 8, 3]
    for size in [count, side, side] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
    }
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<count * side * side {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      bytes.append(UInt8(truncatingIfNeeded: state >> 24))
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
