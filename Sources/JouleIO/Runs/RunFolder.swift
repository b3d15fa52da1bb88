import Glibc

/// The folder of a training run, held for one process.
///
/// The lock is the system's, on the file `.lock`: it goes with the process, however that ends.
public final class RunFolder: Sendable {
  static let checkpointName = "checkpoint.safetensors"
  /// The files of a run, in the order in which a message names what it found.
  private static let fileNames = [
    "model.safetensors", checkpointName, "metrics.jsonl", "config.json", "samples.png",
    "samples.svg", "filters.png", "report.html",
  ]

  /// As given, without a slash at the end.
  public let path: String
  private let lock: FileDescriptor

  /// The model, as last saved.
  public var model: String { file("model.safetensors") }
  /// All that a resumed run needs.
  public var checkpoint: String { file(RunFolder.checkpointName) }
  /// One JSON object a line; see ``MetricsLog``.
  public var metrics: String { file("metrics.jsonl") }
  public var configuration: String { file("config.json") }
  public var samples: String { file("samples.png") }
  /// Samples of rows that are no images.
  public var sampleCharts: String { file("samples.svg") }
  public var filters: String { file("filters.png") }
  public var report: String { file("report.html") }

  /// The path of a file of the run.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  private init(path: String, lock: FileDescriptor) {
    self.path = path
    self.lock = lock
  }

  /// Takes a folder for a new run, made if it is not there.
  ///
  /// - Parameter force: delete the files of another run in it, and only those.
  public static func create(_ path: String, force: Bool = false) throws(RunFolderError) -> RunFolder
  {
    let path = normalized(path)
    try makeFolders(path)
    let folder = RunFolder(path: path, lock: try takeLock(path))
    let found = fileNames.filter { FileBytes.exists(folder.file($0)) }
    if let first = found.first {
      guard force else { throw .occupied(path: path, found: first) }
      for name in found where unlink(folder.file(name)) != 0 {
        throw .file(FileError(path: folder.file(name), .write, code: errno))
      }
    }
    folder.removeTemporaryFiles()
    return folder
  }

  /// Takes the folder of a run that is to go on.
  ///
  /// - Throws: `nothingToResume` when it has no checkpoint.
  public static func resume(_ path: String) throws(RunFolderError) -> RunFolder {
    let path = normalized(path)
    guard FileBytes.exists("\(path)/\(checkpointName)") else { throw .nothingToResume(path: path) }
    let folder = RunFolder(path: path, lock: try takeLock(path))
    folder.removeTemporaryFiles()
    return folder
  }

  private static func normalized(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path.isEmpty ? "." : path
  }

  /// Makes a folder and those that it is in.
  private static func makeFolders(_ path: String) throws(RunFolderError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: path) }
      return
    }
    let parent = AtomicFile.split(path).folder
    if parent != path { try makeFolders(parent) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .file(FileError(path: path, .write, code: errno))
    }
  }

  private static func takeLock(_ path: String) throws(RunFolderError) -> FileDescriptor {
    do throws(FileError) {
      let file = try FileDescriptor.open("\(path)/.lock", flags: O_RDWR | O_CREAT, .write)
      if flock(file.number, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK else { throw FileError(path: path, .lock, code: errno) }
      } else {
        // For the message that another process may have to give.
        guard ftruncate(file.number, 0) == 0 else {
          throw FileError(path: path, .write, code: errno)
        }
        try file.write(Array("\(getpid())\n".utf8))
        return file
      }
    } catch {
      throw .file(error.renamed(to: path))
    }
    let holder = try? FileBytes.read("\(path)/.lock", limit: 100)
    let process = holder.map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
    throw .locked(path: path, process: process?.isEmpty == false ? process : nil)
  }

  /// Deletes what a crash has left of files that were being written.
  private func removeTemporaryFiles() {
    guard let directory = opendir(path) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix("."), name.hasSuffix(AtomicFile.temporarySuffix) { unlink(file(name)) }
    }
  }
}
