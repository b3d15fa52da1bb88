import Glibc

/// Why the system would not read or write a file.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// What was being done with the path.
  public enum Action: String, Sendable {
    case read, write, lock
  }

  case notFound(path: String, Action)
  /// A directory, a pipe, a device.
  case notRegular(path: String, found: String, Action)
  case denied(path: String, Action)
  case readOnly(path: String)
  case diskFull(path: String)
  case tooLarge(path: String, byteCount: Int, limit: Int)
  /// Anything else, in the system's own words.
  case system(path: String, Action, cause: String)

  /// The error of a system call that has just failed.
  ///
  /// - Parameter code: the value of `errno`.
  init(path: String, _ action: Action, code: Int32) {
    self =
      switch code {
      case ENOENT, ENOTDIR: .notFound(path: path, action)
      case EISDIR: .notRegular(path: path, found: "a folder", action)
      case EACCES, EPERM: .denied(path: path, action)
      case EROFS: .readOnly(path: path)
      case ENOSPC, EDQUOT: .diskFull(path: path)
      default: .system(path: path, action, cause: String(cString: strerror(code)))
      }
  }

  /// One sentence: the path, what was found, and what to do.
  public var description: String {
    switch self {
    case .notFound(let path, .read): "\(path): there is no such file; check the path"
    case .notFound(let path, let action):
      "\(path): cannot \(action.rawValue), the folder that it is in does not exist; create it first"
    case .notRegular(let path, let found, let action):
      "\(path): cannot \(action.rawValue) it, it is \(found), expected an ordinary file"
    case .denied(let path, let action):
      "\(path): no permission to \(action.rawValue) it; check its owner and mode, or use another path"
    case .readOnly(let path):
      "\(path): cannot write, the file system is read-only; use another path"
    case .diskFull(let path):
      "\(path): cannot write, the disk or the quota is full; free some space and run it again"
    case .tooLarge(let path, let byteCount, let limit):
      "\(path): it has \(byteCount) bytes, at most \(limit) can be held in memory here; split it"
    case .system(let path, let action, let cause): "\(path): cannot \(action.rawValue) it: \(cause)"
    }
  }
}
