import Glibc

/// The records of a run, one JSON object a line.
public final class MetricsLog: Sendable {
  public let path: String
  private let file: FileDescriptor

  /// The records that were there when the log was opened.
  public let keptCount: Int

  /// Opens the log, made if it is not there.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - count: how many records to keep: those that the checkpoint knows, 0 for a new run. Records
  ///     behind them, and a line that a crash has torn, are cut off; where fewer are there, those are
  ///     kept, since a log that was lost need not end a run.
  public init(path: String, keeping count: Int = 0) throws(RunFolderError) {
    self.path = path
    do throws(FileError) {
      file = try FileDescriptor.open(path, flags: O_RDWR | O_CREAT | O_APPEND, .write)
      _ = try file.regularByteCount(.write)
      let (kept, end) = MetricsLog.ends(of: try FileBytes.read(path), count)
      keptCount = kept
      guard ftruncate(file.number, off_t(end)) == 0 else {
        throw FileError(path: path, .write, code: errno)
      }
    } catch {
      throw .file(error)
    }
  }

  /// How many whole lines there are, up to a number, and where the last of them ends.
  private static func ends(of bytes: [UInt8], _ count: Int) -> (kept: Int, end: Int) {
    var kept = 0
    var end = 0
    while kept < count, let line = bytes[end...].firstIndex(of: 0x0A) {
      kept += 1
      end = line + 1
    }
    return (kept, end)
  }

  /// Adds a record, in one write, so that a reader never sees half of one.
  ///
  /// - Precondition: the record is an object.
  public func append(_ record: JSON) throws(FileError) {
    precondition(record.members != nil, "a record is an object, got \(record.text)")
    try file.write(Array((record.text + "\n").utf8))
  }

  /// Waits until all records are on the disk; to be called before a checkpoint that counts them.
  public func synchronize() throws(FileError) { try file.synchronize() }

  /// The records of a log, in order; a torn last line is left out.
  public static func records(_ path: String) throws(RunFolderError) -> [JSON] {
    let bytes: [UInt8]
    do { bytes = try FileBytes.read(path) } catch { throw .file(error) }
    var records: [JSON] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      do {
        records.append(try JSON(parsing: bytes[start..<end]))
      } catch {
        throw .metrics(path: path, line: records.count + 1, error)
      }
      start = end + 1
    }
    return records
  }
}
