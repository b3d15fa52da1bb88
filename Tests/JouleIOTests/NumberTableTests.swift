import JouleIO
import Testing

@Suite struct NumberTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ bytes: [UInt8], _ name: String) throws -> NumberTable {
    try NumberTable.load(try folder.write(bytes, as: name))
  }

  @Test func everyDigitOfADoubleIsKept() throws {
    let values = [
      0.1, 1.0 / 3, 2.0.squareRoot(), -Double.leastNonzeroMagnitude, 1.7976931348623157e308,
      123456789.125,
    ]
    let text = "\(values[0]),\(values[1]),\(values[2])\n\(values[3]),\(values[4]),\(values[5])\n"
    #expect(try load(Array(text.utf8), "t.csv").values == values)
    let array = try load(NPY.encode(values, shape: [1, 2, 3]), "t.npy")
    #expect(array.values == values && array.shape == [1, 2, 3])
  }

  @Test func rowsBelowAHeaderMayHaveNames() throws {
    let named = try load(Array(",sun,rain\nsun,0.9,0.5\nrain,0.1,0.5\n".utf8), "t.csv")
    #expect(named.columnNames == ["sun", "rain"] && named.rowNames == ["sun", "rain"])
    #expect(named.shape == [2, 2] && named.values == [0.9, 0.5, 0.1, 0.5])
    let plain = try load(Array("sun,rain\n0.9,0.5\n0.1,0.5\n".utf8), "t.csv")
    #expect(plain.columnNames == ["sun", "rain"] && plain.rowNames == nil)
  }

  @Test(arguments: [
    ("a,b\n1,2\n3,x\n", ["line 3", "column 2", "'x'"]),
    ("s,a,b\nx,1,2\ny,3\n", ["line 3", "column 3", "missing"]),
    ("s,a,b\nx,1,2\ny,3,4,5\n", ["line 3", "column 4", "one too many"]),
    ("a,b\nx,y\n1,2\n", ["line 2", "column 1", "'x'"]),
    ("1,2\nx,3\n", ["line 2", "column 1", "'x'"]),
  ]) func mistakesAreNamed(_ text: String, words: [String]) throws {
    do {
      _ = try load(Array(text.utf8), "t.csv")
      Issue.record("'\(text)' was read")
    } catch let error as DataFileError {
      for word in words { #expect(error.description.contains(word), "\(error)") }
    }
  }

  @Test func pictureFilesAreRefused() throws {
    #expect(throws: DataFileError.self) {
      try load(PNG.encode(GrayImage(width: 1, height: 1, level: 0)), "t.csv")
    }
  }
}
