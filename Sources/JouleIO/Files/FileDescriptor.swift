import Glibc

/// An open file of the system, closed when the last reference goes.
package final class FileDescriptor: Sendable {
  let number: Int32
  let path: String

  /// Takes over an open descriptor.
  init(adopting number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// Opens a path.
  ///
  /// `O_NONBLOCK` keeps the open of a named pipe from waiting for a writer that may never come.
  package static func open(
    _ path: String, flags: Int32, _ action: FileError.Action
  ) throws(FileError) -> FileDescriptor {
    let number = Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard number >= 0 else { throw FileError(path: path, action, code: errno) }
    return FileDescriptor(adopting: number, path: path)
  }

  /// The size of a regular file.
  ///
  /// - Throws: `notRegular` for anything else.
  func regularByteCount(_ action: FileError.Action) throws(FileError) -> Int {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileError(path: path, action, code: errno) }
    if let found = FileDescriptor.irregularKind(status.st_mode) {
      throw .notRegular(path: path, found: found, action)
    }
    return Int(status.st_size)
  }

  /// What a mode says when it does not say "regular file".
  static func irregularKind(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFSOCK: "a socket"
    default: "not a file"
    }
  }

  /// Writes all bytes at the file's position.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    var failure: Int32 = 0
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Glibc.write(
          number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else {
          failure = written < 0 ? errno : ENOSPC
          return
        }
        rest = rest.dropFirst(written)
      }
    }
    guard failure == 0 else { throw FileError(path: path, .write, code: failure) }
  }

  /// Waits until what was written is on the disk.
  func synchronize() throws(FileError) {
    while fsync(number) != 0 {
      // A file system without fsync, such as some network mounts, says EINVAL: nothing to wait for.
      if errno == EINVAL { return }
      guard errno == EINTR else { throw FileError(path: path, .write, code: errno) }
    }
  }
}
