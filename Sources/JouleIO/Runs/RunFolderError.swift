/// Why a run folder cannot be used.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  /// The path is a file, not a folder.
  case notAFolder(path: String)
  /// The folder holds another run.
  case occupied(path: String, found: String)
  /// Another process is writing the folder.
  case locked(path: String, process: String?)
  case nothingToResume(path: String)
  case metrics(path: String, line: Int, JSONError)

  /// One sentence: the folder, what was found, and what to do.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .notAFolder(let path): "\(path): it is a file, expected a folder or a path that is free"
    case .occupied(let path, let found):
      "\(path): it holds another run (\(found)); use another folder, --resume to continue that run, or "
        + "--force to replace it"
    case .locked(let path, let process):
      "\(path): another run is writing it now\(process.map { " (process \($0))" } ?? ""); wait for it, "
        + "or use another folder"
    case .nothingToResume(let path):
      "\(path): it has no \(RunFolder.checkpointName) to resume from; run without --resume to start anew"
    case .metrics(let path, let line, let error): "\(path): line \(line) is \(error)"
    }
  }
}
