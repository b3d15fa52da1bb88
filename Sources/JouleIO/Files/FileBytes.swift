import Glibc

/// Whole files as bytes.
package enum FileBytes {
  /// The bytes of a regular file.
  ///
  /// - Parameters:
  ///   - path: of a regular file; folders, pipes and devices are refused.
  ///   - limit: the most bytes to accept; the machine's memory by default.
  package static func read(
    _ path: String, limit: Int = physicalMemory
  ) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor.open(path, flags: O_RDONLY, .read)
    let size = try file.regularByteCount(.read)
    guard size <= limit else { throw .tooLarge(path: path, byteCount: size, limit: limit) }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let got = Glibc.read(
          file.number, UnsafeMutableRawBufferPointer(buffer).baseAddress?.advanced(by: filled),
          size - filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    guard failure == 0 else { throw FileError(path: path, .read, code: failure) }
    return bytes
  }

  /// The bytes of memory that this machine has.
  package static var physicalMemory: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && pageSize > 0 ? pages * pageSize : 1 << 34
  }

  /// Whether something exists at a path.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
