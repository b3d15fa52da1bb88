import Foundation
import JouleCore
import JouleIO
import JouleTensor
import Testing

/// Rows of which files list only some values.
@Suite struct SparseFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// `save_npz(…, csr_matrix([[0, 0.25, 0, 0, 1], [0, 0, 0, 0, 0], [0.5, 0, 0, nan, 0]]))` of SciPy 1.17.1.
  private static let scipy = """
    UEsDBC0AAAAIAAAAIQAClfCg//////////8LABQAaW5kaWNlcy5ucHkBABAAkAAAAAAAAABOAAAAAAAAAJvsF+obEM
    nIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6mjoKtQoUAC5GBgYGFgYI
    YAZiAFBLAwQtAAAACAAAACEAt55XPv//////////CgAUAGluZHB0ci5ucHkBABAAkAAAAAAAAABMAAAAAAAAAJvsF+
    obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6mjoKtQoUAC4GIGCC
    YhYgBgBQSwMELQAAAAgAAAAhAKPDdJf//////////woAFABmb3JtYXQubnB5AQAQAIMAAAAAAAAARQAAAAAAAACb7B
    fqGxDJyFDGUK2eklqcXKRupaBeE2ysrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBruTiIgBQ
    SwMELQAAAAgAAAAhAHbQeWT//////////wkAFABzaGFwZS5ucHkBABAAkAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUM
    ZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC5mBghghdIAUEsD
    BC0AAAAIAAAAIQDOrH2P//////////8IABQAZGF0YS5ucHkBABAAoAAAAAAAAABSAAAAAAAAAJvsF+obEMnIUMZQrZ
    6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6mjoKtQoUAC4GMLhgD6E/QOkHUPpH
    PQBQSwECLQMtAAAACAAAACEAApXwoE4AAACQAAAACwAAAAAAAAAAAAAAgAEAAAAAaW5kaWNlcy5ucHlQSwECLQMtAA
    AACAAAACEAt55XPkwAAACQAAAACgAAAAAAAAAAAAAAgAGLAAAAaW5kcHRyLm5weVBLAQItAy0AAAAIAAAAIQCjw3SX
    RQAAAIMAAAAKAAAAAAAAAAAAAACAARMBAABmb3JtYXQubnB5UEsBAi0DLQAAAAgAAAAhAHbQeWRKAAAAkAAAAAkAAA
    AAAAAAAAAAAIABlAEAAHNoYXBlLm5weVBLAQItAy0AAAAIAAAAIQDOrH2PUgAAAKAAAAAIAAAAAAAAAAAAAACAARkC
    AABkYXRhLm5weVBLBQYAAAAABQAFABYBAAClAgAAAAA=
    """

  private static func words<Word: FixedWidthInteger>(_ values: [Word]) -> [UInt8] {
    values.flatMap { value in
      (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Word($0))) }
    }
  }

  /// What `save_npz` writes, one part or another exchanged.
  static func archive(
    format: String = "csr", shape: [Int64] = [3, 5], starts: [Int32] = [0, 2, 2, 4],
    columns: [Int64] = [1, 4, 0, 3], values: [Float] = [0.25, 1, 0.5, 0.75], without: String = "",
    deflating: Bool = true
  ) -> [UInt8] {
    let parts: [(name: String, bytes: [UInt8])] = [
      ("indices", FormatSamples.npy("<i8", shape: "(\(columns.count),)", words(columns))),
      ("indptr", FormatSamples.npy("<i4", shape: "(\(starts.count),)", words(starts))),
      ("format", FormatSamples.npy("|S3", shape: "()", Array(format.utf8))),
      ("shape", FormatSamples.npy("<i8", shape: "(\(shape.count),)", words(shape))),
      ("data", NPY.encode(values, shape: [values.count])),
    ]
    return FormatSamples.zip(
      parts.filter { $0.name != without }.map { ($0.name + ".npy", $0.bytes) },
      deflating: deflating)
  }

  private func rows(_ bytes: [UInt8], _ kind: DataKind) throws -> Tensor<Float> {
    let data = try DataFile.load(folder.write(bytes, as: "rows"))
    #expect(data.kind == kind && data.dataset.sparseRows != nil)
    return data.dataset.batch(0..<data.dataset.rowCount)
  }

  private static let expected = Tensor<Float>([
    [0, 0.25, 0, 0, 1], [0, 0, 0, 0, 0], [0.5, 0, 0, 0.75, 0],
  ])

  @Test func archivesOfSciPyAreRead() throws {
    let text = Self.scipy.split(separator: "\n").joined()
    let file = try #require(Data(base64Encoded: text))
    let found = try rows(Array(file), .npz)
    #expect(found.elements[13].isNaN)
    var filled = found
    filled[2, 3] = 0.75
    #expect(filled == Self.expected)
    for deflating in [false, true] {
      #expect(try rows(Self.archive(deflating: deflating), .npz) == Self.expected)
    }
    // One of its arrays by name is an array as any other.
    let path = try folder.write(Self.archive(), as: "parts.npz")
    #expect(try DataFile.load(path + ":indices").dataset.rowCount == 4)
  }

  @Test func bytesAreLevelsUnlessTheyAreBits() throws {
    for (bytes, values) in [([1, 1], [1, 1]), ([51, 255], [0.2, 1])] as [([UInt8], [Float])] {
      let files: [(name: String, bytes: [UInt8])] = [
        ("indices.npy", FormatSamples.npy("<i4", shape: "(2,)", Self.words([0, 1] as [Int32]))),
        ("indptr.npy", FormatSamples.npy("<i4", shape: "(2,)", Self.words([0, 2] as [Int32]))),
        ("format.npy", FormatSamples.npy("|S3", shape: "()", Array("csr".utf8))),
        ("shape.npy", FormatSamples.npy("<i4", shape: "(2,)", Self.words([1, 2] as [Int32]))),
        ("data.npy", NPY.encode(bytes, shape: [2])),
      ]
      #expect(
        try rows(FormatSamples.zip(files, deflating: false), .npz)
          == Tensor(shape: [1, 2], elements: values))
    }
  }

  @Test func textOfSvmlightIsReadWithItsLabels() throws {
    let text = "# a comment\n\n2 2:0.25 5:1 # another\r\n0\n1 qid:7 1:5e-1\t4:0.75"
    #expect(try rows(Array(text.utf8), .svmLight) == Self.expected)
    let path = try folder.write(FormatSamples.gzip(Array(text.utf8)), as: "rows.gz")
    #expect(try LabelFile.load(path).labels == [2, 0, 1])
    // Columns that a file does not reach can be added; none is taken away.
    let data = try DataFile.load(path)
    #expect(data.widened(to: 7).dataset.columnCount == 7)
    #expect(data.widened(to: 3).dataset.columnCount == 5)
    // A table is none.
    let table = try DataFile.load(folder.write(Array("1 2\n3 4\n".utf8), as: "table"))
    #expect(table.kind == .text && table.widened(to: 5).dataset.columnCount == 2)
  }

  @Test(arguments: [
    ("1 2:0.5 1:1\n", ["line 1", "column 1, behind 2"]),
    ("1 2:0.5\n1 2:0.5 2:1\n", ["line 2", "column 2 again"]),
    ("1 1:1 0:1\n", ["column 0", "from 1"]), ("1 1:1\nx 1:1\n", ["line 2", "'x'"]),
    ("1 1:1\n1 2:\n", ["line 2", "'2:'"]), ("1 1:1 2:a\n", ["'2:a'"]),
    ("1 1:1 999999999999:1\n", ["999999999999"]), ("1 1:1 99999999999999999999:1\n", ["line 1"]),
    ("1 1:1 -3:1\n", ["-3"]), ("1 1:1\n1 5\n", ["line 2", "'5'", "column:value"]),
  ])
  func damagedTextIsRefusedAtItsPlace(text: String, words: [String]) throws {
    try refuses(Array(text.utf8), words)
  }

  @Test func damagedArchivesAreRefusedAtTheirPlace() throws {
    for (bytes, words) in [
      (Self.archive(format: "coo"), ["'coo'", "tocsr"]),
      (Self.archive(columns: [1, 5, 0, 3]), ["row 1", "is 5", "0 to 4"]),
      (Self.archive(columns: [1, 4, -1, 3]), ["row 3", "-1"]),
      (Self.archive(columns: [1, 4, 3, 0]), ["row 3", "0 behind 3"]),
      (Self.archive(columns: [1, 1, 0, 3]), ["row 1", "1 twice"]),
      (Self.archive(columns: [1, 1 << 40, 0, 3]), ["indices", "1099511627776"]),
      (Self.archive(starts: [0, 3, 2, 4]), ["row 2", "is 2", "3"]),
      (Self.archive(starts: [1, 2, 2, 4]), ["row 1", "is 1", "expected 0"]),
      (Self.archive(starts: [0, 2, 2, 9]), ["last row", "is 9", "4"]),
      (Self.archive(starts: [0, 9, 2, 4]), ["row 1", "is 9"]),
      (Self.archive(starts: [0, 2, 4]), ["indptr", "3 numbers", "4"]),
      (Self.archive(values: [1, 2]), ["data", "2 values", "4"]),
      (Self.archive(shape: [3]), ["shape", "[3]"]),
      (Self.archive(shape: [3, 1 << 62]), ["element 2 of 'shape'", "2^53"]),
      (Self.archive(shape: [1 << 40, 1 << 40]), ["1099511627776", "memory"]),
      (Self.archive(shape: [3, 1 << 40]), ["columns", "1099511627776"]),
      (Self.archive(without: "indptr"), ["without 'indptr'"]),
      (Array(Self.archive(deflating: false).dropLast(300)), ["directory"]),
    ] as [([UInt8], [String])] { try refuses(bytes, words) }
    // None at all are not rows either.
    try refuses(
      Self.archive(shape: [3, 0], starts: [0, 0, 0, 0], columns: [], values: []), ["no values"])
  }

  private func refuses(_ bytes: [UInt8], _ words: [String]) throws {
    let path = try folder.write(bytes, as: "data")
    do {
      _ = try DataFile.load(path)
      Issue.record("accepted: \(words)")
    } catch {
      #expect(error.description.hasPrefix(path) && !error.description.contains("\n"))
      for word in words {
        #expect(error.description.contains(word), "'\(word)' in: \(error.description)")
      }
    }
  }

  @Test func valuesThatCannotServeAreFoundAtTheirPlace() throws {
    let text = "1 1:1\n1\n1 2:nan 3:1.5\n"
    let data = try DataFile.load(folder.write(Array(text.utf8), as: "holes"))
    for allowsMissing in [false, true] {
      do {
        try data.requireProbabilities(allowingMissing: allowsMissing)
        Issue.record("accepted")
      } catch {
        #expect(error.description.contains("row 3, column \(allowsMissing ? 3 : 2)"), "\(error)")
      }
    }
    try data.requireFinite(allowingMissing: true)
  }
}
