import Foundation
import JouleIO
import Testing

@Suite struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func filesAreReplacedWhole() throws {
    let path = folder.file("a.txt")
    try AtomicFile.write("first", to: path)
    try AtomicFile.write([UInt8](repeating: 7, count: 3_000_000), to: path)
    #expect(try fileBytes(path) == [UInt8](repeating: 7, count: 3_000_000))
    try AtomicFile.write([], to: path)
    #expect(try fileBytes(path).isEmpty)
    #expect(folder.names == ["a.txt"])
  }

  @Test func linksAreFollowed() throws {
    let target = try folder.write([1], as: "target")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: target)
    try AtomicFile.write([2], to: folder.file("link"))
    #expect(try fileBytes(target) == [2])
    #expect(folder.names == ["link", "target"])
  }

  private func failure(_ path: String) -> FileError? {
    do throws(FileError) { try AtomicFile.write([1], to: path) } catch { return error }
    return nil
  }

  @Test func failuresNameThePathAndTheCause() throws {
    let missing = folder.file("no/such/file")
    #expect(failure(missing) == .notFound(path: missing, .write))
    #expect(
      failure(folder.path) == .notRegular(path: folder.path, found: "a folder", .write))
    #expect(failure("/dev/full") == .notRegular(path: "/dev/full", found: "a device", .write))
    let long = folder.file(String(repeating: "x", count: 300))
    guard case .system(long, .write, let cause)? = failure(long) else {
      return #expect(Bool(false), "a name of 300 characters was written")
    }
    #expect(cause.contains("too long"))
    #expect(folder.names.isEmpty)
  }

  @Test func aFullDiskIsCalledThat() throws {
    let device = try FileDescriptor.open("/dev/full", flags: O_WRONLY, .write)
    #expect(throws: FileError.diskFull(path: "/dev/full")) { try device.write([1, 2, 3]) }
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func aFolderThatIsNotWritableIsCalledThat() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    }
    let path = folder.file("a")
    #expect(failure(path) == .denied(path: path, .write))
  }

  @Test func filesLargerThanMemoryAreNotTried() throws {
    let path = try folder.write([1, 2, 3], as: "three")
    #expect(throws: FileError.tooLarge(path: path, byteCount: 3, limit: 2)) {
      try FileBytes.read(path, limit: 2)
    }
    #expect(truncate(path, 1 << 50) != 0 || (try? FileBytes.read(path)) == nil)
  }
}
