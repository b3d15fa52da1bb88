import Foundation
import JouleIO
import Testing

/// Every parser meets mutated files. It may refuse or accept them; it must not crash, and must not
/// take memory out of proportion to the file.
@Suite(.serialized) struct MutatedFileTests {
  private static let seed: UInt64 = 0x4A6F_756C_65
  private static let count = 12_000
  /// What one file may add to the peak: far above what any sample here needs.
  private static let memoryLimit = 300 << 20

  private func survives(
    _ parser: String, _ samples: [[UInt8]], repairing: ([UInt8]) -> [UInt8] = { $0 },
    _ parse: ([UInt8]) throws -> Void
  ) throws {
    print("\(parser): \(Self.count) mutated files of seed \(Self.seed)")
    for sample in samples { try parse(sample) }
    var mutator = Mutator(seed: Self.seed)
    let before = peakMemory
    var accepted = 0
    for _ in 0..<Self.count {
      let file = repairing(mutator.mutant(of: samples))
      do {
        try parse(file)
        accepted += 1
      } catch is FormatError {
      } catch is SafetensorsError {
      } catch is JSONError {}
    }
    // A parser that accepts everything checks nothing; one that takes nothing was not reached.
    #expect(accepted > 0 && accepted < Self.count, "\(accepted) of \(Self.count) accepted")
    #expect(peakMemory - before < Self.memoryLimit)
  }

  private var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  private let npySamples: [[UInt8]] = [
    NPY.encode([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]),
    NPY.encode([1, 2, 3] as [Double], shape: [3]),
    NPY.encode([1, 2, 3, 4] as [UInt8], shape: [1, 2, 2]),
    FormatSamples.npy(">i2", fortran: true, shape: "(2, 2)", version: 2, [0, 1, 2, 3, 4, 5, 6, 7]),
    FormatSamples.npy("<f2", shape: "(2,)", version: 3, [0, 1, 2, 3]),
  ]

  @Test func idx() throws {
    let samples = [
      FormatSamples.idx(0x08, shape: [2, 3, 4], [UInt8](0..<24)),
      FormatSamples.idx(0x0D, shape: [3], [UInt8](0..<12)),
      FormatSamples.idx(0x0E, shape: [1, 2], [UInt8](0..<16)),
    ]
    try survives("IDX", samples) { _ = try IDX.decode($0) }
  }

  @Test func npy() throws {
    try survives("NPY", npySamples) { _ = try NPY.decode($0) }
  }

  @Test func npz() throws {
    let files = npySamples.enumerated().map { (name: "a\($0.offset).npy", bytes: $0.element) }
    let samples = [
      FormatSamples.zip(files, deflating: false), FormatSamples.zip(files, deflating: true),
      FormatSamples.zip([files[0]], deflating: false),
    ]
    try survives("NPZ", samples) { bytes in
      for name in [nil, "a3"] where name == nil || bytes.count > 1000 {
        _ = try NPZ.decode(bytes, name: name)
      }
    }
  }

  @Test func sparseRows() throws {
    let samples = [SparseFileTests.archive(deflating: false), SparseFileTests.archive()]
    try survives("sparse NPZ", samples) { _ = try SparseNPZ.decode($0) }
    let texts = ["1 1:1 3:0.5\n0 2:1e3 # x\n", "-1 qid:3 7:1\n2\n3 1:1\n"].map { Array($0.utf8) }
    try survives("svmlight", texts) { _ = try SVMLight.decode($0) }
  }

  @Test func gzip() throws {
    let text = (0..<4000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) }
    let samples = [
      FormatSamples.gzip(text), FormatSamples.gzip([]),
      FormatSamples.gzip([1, 2]) + FormatSamples.gzip([UInt8](repeating: 0, count: 100_000)),
    ]
    // A byte lost from the header may still leave whole members.
    try survives("gzip", samples) { _ = try Gzip.decompress($0) }
  }

  @Test func tables() throws {
    let samples = [
      "a,b,c\n1,2.5,-3e-2\n4,5,6\n", "1\t0\t1\n# comment\n0\t0\tnan\n", "\"1\";\"2\"\r\n3;4\r\n",
      "0 1 0 1 \n1 1 0 0\n", "\u{FEFF}0.123456789012345678,inf\n-1e-320,2\n",
    ].map { Array($0.utf8) }
    try survives("CSV", samples) { _ = try DelimitedText.decode($0) }
  }

  @Test func plainAndBinaryImages() throws {
    let pixels = [UInt8](0..<12)
    let samples =
      ["P1 3 2\n0 1 0 101", "P2\n# c\n3 2 9\n0 1 2 3 4 5\n", "P3 1 2 9 1 2 3 4 5 6"].map {
        Array($0.utf8)
      }
      + [("P4 9 6\n"), ("P5 4 3 255\n"), ("P5 3 2 9999\n"), ("P6 2 2 255\n")].map {
        Array($0.utf8) + pixels
      }
    try survives("PNM", samples) { _ = try PNM.decode($0) }
  }

  private let pngSamples: [[UInt8]] = [
    PNG.encode(GrayImage(width: 5, height: 7, pixels: [UInt8](0..<35))),
    PNG.encode(GrayImage(width: 64, height: 64, level: 9)),
  ]

  @Test func png() throws {
    try survives("PNG", pngSamples) { _ = try PNG.decode($0) }
  }

  /// With right checksums the damage comes through to the decoder.
  @Test func pngWithChecksumsMadeRight() throws {
    try survives("PNG, repaired", pngSamples, repairing: FormatSamples.withPNGChecksums) {
      _ = try PNG.decode($0)
    }
  }

  @Test func safetensors() throws {
    var file = Safetensors()
    file.metadata = ["joule.model": "rbm", "joule.config": "{\"hidden\":2}"]
    file.tensors["weights"] = .init(shape: [3, 2], elements: .float32([1, 2, 3, 4, 5, 6]))
    file.tensors["visible_bias"] = .init(shape: [3], elements: .float64([1, 2, 3]))
    file.tensors["n"] = .init(shape: [0, 7], elements: .int64([]))
    var small = Safetensors()
    small.tensors["b"] = .init(shape: [2], elements: .uint8([1, 2]))
    try survives("safetensors", [file.encoded(), small.encoded(), Safetensors().encoded()]) {
      let read = try Safetensors(decoding: $0)
      #expect(try Safetensors(decoding: read.encoded()).tensors.count == read.tensors.count)
    }
  }

  @Test func json() throws {
    let samples = [
      #"{"a":[1,2.5e-3,{"b":null}],"c":"\u00e9\n","d":true}"#, "[[[[0]]],\"\",{},-1]",
    ].map { Array($0.utf8) }
    try survives("JSON", samples) { bytes in
      let value = try JSON(parsing: bytes)
      #expect(try JSON(parsing: value.text) == value)
    }
  }

  /// The whole way from a path, with the kind told from what the damage has left of it.
  @Test func filesOfEveryKind() throws {
    let folder = try TemporaryFolder()
    let samples =
      npySamples + pngSamples + [
        FormatSamples.idx(0x08, shape: [2, 3], [1, 2, 3, 4, 5, 6]), Array("1,2\n3,4\n".utf8),
        FormatSamples.gzip(npySamples[0]),
        FormatSamples.zip([("x.npy", npySamples[1])], deflating: true),
        Array("P2 2 1 9 1 2".utf8),
      ]
    var mutator = Mutator(seed: Self.seed)
    for _ in 0..<Self.count {
      let path = try folder.write(mutator.mutant(of: samples), as: "file")
      do {
        let data = try DataFile.load(path)
        #expect(data.dataset.rowCount > 0 && data.dataset.columnCount > 0)
      } catch {
        #expect(error.description.hasPrefix(path) && !error.description.contains("\n"))
      }
    }
  }
}
