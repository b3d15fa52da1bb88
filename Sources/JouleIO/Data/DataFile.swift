import JouleCore
import JouleTensor

/// Data files of every format, told by their content.
public enum DataFile {
  /// Reads a file: IDX, NPY, NPZ, CSV or TSV, aligned sequences as FASTA, PNG, PGM; sparse rows as svmlight text or an NPZ
  /// file of `scipy.sparse.save_npz`; each may be gzipped.
  ///
  /// A row is what the first axis numbers; an image file is one row. Sparse rows stay sparse. Bytes stay bytes: 255 stands for
  /// 1, unless no byte is greater than 1. A table of only 0 and 1 becomes bytes too. Other numbers stay
  /// as they are; nothing is rescaled in silence.
  ///
  /// - Parameter path: of the file; `file.npz:name` picks an array of an NPZ file, else it is the first.
  /// - Throws: `DataFileError`; ``LoadedData/requireProbabilities(allowingMissing:)`` checks the values.
  public static func load(_ path: String) throws(DataFileError) -> LoadedData {
    let (filePath, name) = split(path)
    var (bytes, kind) = try contents(filePath)
    guard name == nil || kind == .npz else {
      throw .format(
        path: filePath, kind: kind,
        .unsupported(found: "a single array", expected: "an NPZ file to pick '\(name ?? "")' from"))
    }
    return try data(&bytes, kind, path: filePath, name: name)
  }

  /// The path of the file and the name of the array in it.
  private static func split(_ path: String) -> (path: String, name: String?) {
    guard !FileBytes.exists(path), let colon = path.lastIndex(of: ":") else { return (path, nil) }
    let file = String(path[..<colon])
    return FileBytes.exists(file) ? (file, String(path[path.index(after: colon)...])) : (path, nil)
  }

  /// The bytes of a file, decompressed, and what they are.
  static func contents(
    _ path: String
  ) throws(DataFileError) -> (bytes: [UInt8], kind: DataKind) {
    var bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path)
    } catch {
      throw .file(error)
    }
    var kind = try kind(of: bytes, path)
    if kind == .gzip {
      bytes = try decompressed(bytes, path)
      kind = try self.kind(of: bytes, path)
      guard kind != .gzip else {
        throw .unknownKind(path: path, found: "compressed twice (decompress it once)")
      }
    }
    return (bytes, kind)
  }

  private static func kind(of bytes: [UInt8], _ path: String) throws(DataFileError) -> DataKind {
    guard !bytes.isEmpty else {
      throw .unknownKind(path: path, found: "empty")
    }
    guard let kind = DataKind(of: bytes) else {
      throw .unknownKind(path: path, found: DataKind.foreignKind(of: bytes))
    }
    return kind
  }

  private static func decompressed(
    _ bytes: [UInt8], _ path: String
  ) throws(DataFileError) -> [UInt8] {
    do throws(FormatError) {
      let inner = try Gzip.decompress(bytes)
      guard !inner.isEmpty else { throw .empty }
      return inner
    } catch {
      throw .format(path: path, kind: .gzip, error)
    }
  }

  /// - Parameter bytes: the file; left empty where its bytes become the data, so that a large file is
  ///   not in memory twice.
  private static func data(
    _ bytes: inout [UInt8], _ kind: DataKind, path: String, name: String?
  ) throws(DataFileError) -> LoadedData {
    if let rows = try sparseRows(bytes, kind, path: path, name: name) {
      guard rows.rowCount > 0, rows.columnCount > 0 else {
        throw .noRows(path: path, shape: [rows.rowCount, rows.columnCount])
      }
      return sparse(rows, kind, path)
    }
    var array: NumberArray
    var arrayName: String?
    var columnNames: [String]?
    var isImage = false
    do throws(FormatError) {
      switch kind {
      case .idx: array = try IDX.decode(exchange(&bytes, with: []))
      case .npy: array = try NPY.decode(exchange(&bytes, with: []))
      case .npz: (array, arrayName, _) = try NPZ.decode(bytes, name: name)
      case .png, .pnm:
        let image = try kind == .png ? PNG.decode(bytes) : PNM.decode(bytes)
        array = NumberArray(shape: [1, image.height, image.width], elements: .bytes(image.pixels))
        isImage = true
      case .text:
        let table = try DelimitedText.decode(bytes, as: Float.self)
        columnNames = table.header
        array = NumberArray(
          shape: [table.rowCount, table.columnCount], elements: .floats(table.values))
      case .fasta: array = try FASTA.decode(bytes)
      case .gzip, .svmLight:
        throw .unsupported(found: "\(kind)", expected: "decompressed bytes of full rows")
      }
    } catch {
      throw .format(path: path, kind: kind, error)
    }
    guard array.count > 0, !array.shape.isEmpty else {
      throw .noRows(path: path, shape: array.shape)
    }
    let shape = array.shape
    let missing = array.firstOutlier { $0.isNaN }
    let infinite = array.firstOutlier { $0.isInfinite }
    let outside = array.firstOutlier { $0 < 0 || $0 > 1 }
    return LoadedData(
      dataset: dataset(consume array, isImage: isImage), imageShape: imageShape(shape),
      kind: kind, path: path, arrayName: arrayName, columnNames: columnNames,
      firstMissing: missing, firstOutside: outside, firstInfinite: infinite)
  }

  /// The rows of a file that lists few of their values; nil of other files.
  private static func sparseRows(
    _ bytes: [UInt8], _ kind: DataKind, path: String, name: String?
  ) throws(DataFileError) -> SparseRows? {
    do throws(FormatError) {
      switch kind {
      case .svmLight: return try SVMLight.decode(bytes).rows
      case .npz where name == nil: return try SparseNPZ.decode(bytes)
      default: return nil
      }
    } catch {
      throw .format(path: path, kind: kind, error)
    }
  }

  private static func sparse(
    _ rows: SparseRows, _ kind: DataKind, _ path: String
  ) -> LoadedData {
    func first(_ isOutlier: (Float) -> Bool) -> NumberArray.Outlier? {
      rows.firstEntry(where: isOutlier).map {
        NumberArray.Outlier(row: $0.row, column: $0.column, value: $0.value)
      }
    }
    return LoadedData(
      dataset: Dataset(rows), imageShape: nil, kind: kind, path: path, arrayName: nil,
      columnNames: nil, firstMissing: first { $0.isNaN }, firstOutside: first { $0 < 0 || $0 > 1 },
      firstInfinite: first { $0.isInfinite })
  }

  /// Rows of rank 2, or of rank 3 with one channel first or last.
  private static func imageShape(_ shape: [Int]) -> (height: Int, width: Int)? {
    switch shape.count {
    case 3: (shape[1], shape[2])
    case 4 where shape[1] == 1: (shape[2], shape[3])
    case 4 where shape[3] == 1: (shape[1], shape[2])
    default: nil
    }
  }

  private static func dataset(_ array: consuming NumberArray, isImage: Bool) -> Dataset {
    let rowCount = array.shape[0]
    let columnCount = array.count / rowCount
    switch array.elements {
    case .bytes(let bytes):
      // An image's levels always span 0...255, even where the image is all black.
      let isBinary = !isImage && bytes.allSatisfy { $0 <= 1 }
      return Dataset(
        bytes: bytes, rowCount: rowCount, columnCount: columnCount, scale: isBinary ? 1 : 255)
    case .floats(let floats):
      if floats.allSatisfy({ $0 == 0 || $0 == 1 }) {
        return Dataset(
          bytes: floats.map { UInt8($0) }, rowCount: rowCount, columnCount: columnCount, scale: 1)
      }
      return Dataset(Tensor(shape: [rowCount, columnCount], elements: floats))
    }
  }
}
