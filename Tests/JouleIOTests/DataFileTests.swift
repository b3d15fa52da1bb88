import JouleCore
import JouleIO
import Testing

@Suite struct DataFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ bytes: [UInt8], as name: String = "data") throws -> String {
    let path = try folder.write(bytes, as: name)
    do {
      _ = try DataFile.load(path)
      return "nothing"
    } catch {
      #expect(error.description.hasPrefix(path), "\(error)")
      #expect(!error.description.contains("\n"))
      return error.description
    }
  }

  /// The same rows in every format, none of them named after it.
  @Test func theKindIsToldFromTheContent() throws {
    let floats: [Float] = [0, 0.25, 0.5, 1, 0.75, 0]
    let npy = NPY.encode(floats, shape: [2, 3])
    let files: [(DataKind, [UInt8])] = [
      (.npy, npy), (.npz, FormatSamples.zip([("x.npy", npy)], deflating: true)),
      (.text, Array("0,0.25,0.5\n1,0.75,0\n".utf8)),
    ]
    for (kind, bytes) in files {
      for isZipped in [false, true] {
        let path = try folder.write(isZipped ? FormatSamples.gzip(bytes) : bytes, as: "rows.xyz")
        let data = try DataFile.load(path)
        #expect(data.kind == kind && data.path == path)
        #expect(data.dataset.rowCount == 2 && data.dataset.columnCount == 3)
        #expect(data.dataset.valueRange == 0...1)
        #expect(data.imageShape == nil)
      }
    }
  }

  @Test func bytesAreLevelsUnlessTheyAreBits() throws {
    let gray = FormatSamples.idx(0x08, shape: [2, 2, 1], [0, 51, 2, 255])
    let levels = try DataFile.load(folder.write(FormatSamples.gzip(gray), as: "a"))
    #expect(levels.dataset.valueRange == 0...1 && levels.dataset.byteCount == 4)
    #expect(levels.imageShape?.height == 2 && levels.imageShape?.width == 1)
    let bits = FormatSamples.idx(0x08, shape: [2, 2], [0, 1, 0, 1])
    #expect(try DataFile.load(folder.write(bits, as: "b")).dataset.valueRange == 0...1)
    let table = try DataFile.load(folder.write(Array("0,1\n1,1\n".utf8), as: "c"))
    #expect(table.dataset.byteCount == 4 && table.dataset.valueRange == 0...1)
  }

  @Test func anImageIsOneRow() throws {
    let image = GrayImage(width: 3, height: 2, pixels: [0, 1, 1, 0, 1, 1])
    for bytes in [PNG.encode(image), Array("P5 3 2 255\n".utf8) + image.pixels] {
      let data = try DataFile.load(folder.write(bytes, as: "image"))
      #expect(data.dataset.rowCount == 1 && data.dataset.columnCount == 6)
      #expect(data.imageShape?.height == 2 && data.imageShape?.width == 3)
      // A nearly black image stays nearly black.
      #expect(data.dataset.valueRange?.upperBound == Float(1) / 255)
    }
  }

  @Test func shapesForPicturesAreThoseOfTheFileOrSquare() throws {
    func shape(_ sizes: [Int]) throws -> [Int]? {
      let count = sizes.reduce(1, *)
      let file = NPY.encode([Float](repeating: 0.5, count: count), shape: sizes)
      return try DataFile.load(folder.write(file, as: "x")).pictureShape.map {
        [$0.height, $0.width]
      }
    }
    #expect(try shape([2, 784]) == [28, 28])
    #expect(try shape([2, 12]) == nil)
    #expect(try shape([2, 3, 4]) == [3, 4])
    #expect(try shape([2, 1, 3, 4]) == [3, 4])
    #expect(try shape([2, 3, 4, 1]) == [3, 4])
    #expect(try shape([5]) == [1, 1])
  }

  @Test func arraysOfAnArchiveArePickedInThePath() throws {
    let archive = FormatSamples.zip(
      [
        ("x.npy", NPY.encode([0.5] as [Float], shape: [1, 1])),
        ("y.npy", NPY.encode([0.5, 0.25] as [Float], shape: [2, 1])),
      ], deflating: false)
    let path = try folder.write(archive, as: "d.npz")
    #expect(try DataFile.load(path).arrayName == "x")
    #expect(try DataFile.load(path + ":y").dataset.rowCount == 2)
    #expect(throws: DataFileError.self) { try DataFile.load(path + ":z") }
    let plain = try folder.write(NPY.encode([0.5] as [Float], shape: [1, 1]), as: "d.npy")
    #expect(throws: DataFileError.self) { try DataFile.load(plain + ":y") }
  }

  @Test func valuesAreCheckedWhenAsked() throws {
    let values = try DataFile.load(
      folder.write(Array("a,b\n0.5,0.25\n0.5,nan\n1.5,inf\n".utf8), as: "v"))
    #expect(values.columnNames == ["a", "b"])
    func failure(_ check: () throws(DataFileError) -> Void) -> String {
      do { try check() } catch { return error.description }
      return "none"
    }
    #expect(
      failure { () throws(DataFileError) in try values.requireProbabilities() }
        .contains("row 2, column 2 is nan"))
    #expect(
      failure { () throws(DataFileError) in try values.requireProbabilities(allowingMissing: true) }
        .contains("row 3, column 1 is 1.5"))
    #expect(
      failure { () throws(DataFileError) in try values.requireFinite() }
        .contains("row 2, column 2 is nan"))
    #expect(
      failure { () throws(DataFileError) in try values.requireColumns(3, of: "the model") }
        .contains("2 columns, expected 3 as the model"))
    let missing = try DataFile.load(folder.write(Array("0.5,nan\n".utf8), as: "m"))
    try missing.requireProbabilities(allowingMissing: true)
  }

  @Test func filesThatAreNotDataAreNamedForWhatTheyAre() throws {
    #expect(try error([]).contains("is empty"))
    #expect(try error(FormatSamples.gzip([])).contains("empty"))
    #expect(try error([0xFF, 0xD8, 0xFF, 0xE0, 0]).contains("JPEG"))
    #expect(try error([0, 1, 2, 3, 4]).contains("begins with the bytes 00 01 02 03"))
    #expect(try error(FormatSamples.safetensors("{}")).contains("safetensors"))
    #expect(try error(FormatSamples.gzip(FormatSamples.gzip([1]))).contains("compressed twice"))
    #expect(try error([0x1F, 0x8B, 8]).contains("end early"))
    #expect(try error(FormatSamples.idx(0x08, shape: [0, 3], [])).contains("no values"))
    #expect(try error(FormatSamples.npy("<f4", shape: "()", [0, 0, 0, 0])).contains("no values"))
    #expect(try error(Array("a,b\n".utf8)).contains("no values"))
    #expect(try error(Array("# nothing\n".utf8)).contains("no values"))
    #expect(try error(FormatSamples.idx(0x08, shape: [2, 3], [1])).contains("ends early"))
  }

  @Test func whatIsNoOrdinaryFileIsRefused() {
    func failure(_ path: String) -> DataFileError? {
      do { _ = try DataFile.load(path) } catch { return error }
      return nil
    }
    let missing = folder.file("missing")
    #expect(failure(missing) == .file(.notFound(path: missing, .read)))
    #expect(
      failure(folder.path)
        == .file(.notRegular(path: folder.path, found: "a folder", .read)))
    #expect(
      failure("/dev/zero") == .file(.notRegular(path: "/dev/zero", found: "a device", .read)))
  }
}
