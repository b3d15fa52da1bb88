import JouleIO
import Testing

/// Real files, as others wrote them.
@Suite(.enabled(if: SharedData.folder != nil, SharedData.skipped)) struct SharedDataTests {
  @Test func mnistIsReadWhole() throws {
    let data = try DataFile.load(SharedData.path("mnist/t10k-images-idx3-ubyte.gz"))
    #expect(data.kind == .idx && data.dataset.rowCount == 10_000)
    #expect(data.imageShape?.height == 28 && data.imageShape?.width == 28)
    #expect(data.dataset.byteCount == 7_840_000 && data.dataset.valueRange == 0...1)
    let array = try IDX.decode(
      Gzip.decompress(fileBytes(SharedData.path("mnist/t10k-images-idx3-ubyte.gz"))))
    guard case .bytes(let bytes) = array.elements else { return #expect(Bool(false)) }
    // numpy.frombuffer(...)[16:].astype(int).sum()
    #expect(bytes.reduce(0) { $0 + Int($1) } == 264_923_200)
  }

  @Test func binarizedMNISTIsBits() throws {
    let data = try DataFile.load(
      SharedData.path("binarized-mnist/binarized_mnist_test-images-idx3-ubyte.gz"))
    #expect(data.dataset.rowCount == 10_000 && data.dataset.valueRange == 0...1)
    #expect(data.dataset.byteCount == 7_840_000)
  }

  @Test func tablesAreRead() throws {
    let data = try DataFile.load(SharedData.path("nltcs/nltcs.train.data.gz"))
    #expect(data.kind == .text && data.dataset.rowCount == 16_181)
    #expect(data.dataset.columnCount == 16 && data.dataset.byteCount == 16 * 16_181)
  }

  /// The archives are NumPy's, in Fortran order; the tables have the label in one more column.
  @Test(arguments: ["18_Ionosphere", "20_letter", "32_shuttle", "38_thyroid", "6_cardio"])
  func archivesOfNumPyHoldWhatTheTablesHold(_ name: String) throws {
    let archive = try fileBytes(SharedData.path("anomaly/\(name).npz"))
    let features = try NPZ.decode(archive, name: "X").array
    let labels = try NPZ.decode(archive, name: "y").array
    let table = try DelimitedText.decode(
      Gzip.decompress(fileBytes(SharedData.path("anomaly/\(name).csv.gz"))))
    #expect(features.shape == [table.rowCount, table.columnCount - 1])
    let values: [Float] =
      switch features.elements {
      case .bytes(let bytes): bytes.map { Float($0) }
      case .floats(let floats): floats
      }
    guard case .floats(let marks) = labels.elements else { return #expect(Bool(false)) }
    let width = table.columnCount
    var joined: [Float] = []
    for (row, mark) in marks.enumerated() {
      joined += values[row * (width - 1)..<(row + 1) * (width - 1)]
      joined.append(mark)
    }
    #expect(joined == table.values)
  }
}
