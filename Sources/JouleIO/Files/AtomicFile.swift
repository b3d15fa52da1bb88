import Glibc

/// Files that are replaced whole or not at all.
///
/// The bytes go to a temporary file in the same folder, which is synced, renamed over the target, and
/// made durable by a sync of the folder. A crash at any moment leaves the old file or the new one.
public enum AtomicFile {
  /// How the names of temporary files end; one that a crash has left behind can be deleted.
  package static let temporarySuffix = ".joule-tmp"

  /// Creates or replaces a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole contents.
  ///   - path: of the file; its folder must exist. A symbolic link is followed.
  /// - Throws: `FileError` naming the path; the temporary file is then removed, the target untouched.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let target = try resolvedTarget(path)
    let (temporary, file) = try createTemporary(beside: target)
    do throws(FileError) {
      try file.write(bytes)
      try file.synchronize()
      guard rename(temporary, target) == 0 else {
        throw FileError(path: path, .write, code: errno)
      }
    } catch {
      unlink(temporary)
      throw error.renamed(to: path)
    }
    try synchronizeFolder(of: target)
  }

  /// Creates or replaces a text file, in UTF-8.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Where to write: the end of a chain of links, if the path is one.
  private static func resolvedTarget(_ path: String) throws(FileError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    if let found = FileDescriptor.irregularKind(status.st_mode) {
      throw .notRegular(path: path, found: found, .write)
    }
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func createTemporary(
    beside target: String
  ) throws(FileError) -> (path: String, file: FileDescriptor) {
    let (folder, name) = split(target)
    for attempt in 0..<1000 {
      let path = "\(folder)/.\(name).\(getpid())-\(attempt)\(temporarySuffix)"
      let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if number >= 0 { return (path, FileDescriptor(adopting: number, path: path)) }
      guard errno == EEXIST else { throw FileError(path: target, .write, code: errno) }
    }
    throw .system(
      path: target, .write, cause: "its folder is full of temporary files; delete '.\(name).*'")
  }

  /// Makes the rename itself durable.
  private static func synchronizeFolder(of target: String) throws(FileError) {
    let folder = try FileDescriptor.open(
      split(target).folder, flags: O_RDONLY | O_DIRECTORY, .write)
    try folder.synchronize()
  }

  /// The folder of a path and the name in it.
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }
}

extension FileError {
  /// The same error told of the path that the user knows, not of a temporary one.
  func renamed(to path: String) -> FileError {
    switch self {
    case .notFound(_, let action): .notFound(path: path, action)
    case .notRegular(_, let found, let action): .notRegular(path: path, found: found, action)
    case .denied(_, let action): .denied(path: path, action)
    case .readOnly: .readOnly(path: path)
    case .diskFull: .diskFull(path: path)
    case .tooLarge(_, let byteCount, let limit):
      .tooLarge(path: path, byteCount: byteCount, limit: limit)
    case .system(_, let action, let cause): .system(path: path, action, cause: cause)
    }
  }
}
