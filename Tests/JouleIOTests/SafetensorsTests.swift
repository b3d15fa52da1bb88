import JouleCore
import JouleIO
import JouleTensor
import Testing

@Suite struct SafetensorsTests {
  private var sample: Safetensors {
    var file = Safetensors()
    file.metadata = ["joule.model": "rbm", "a": "\"ü\"\n"]
    file.tensors["weights"] = .init(shape: [3, 1], elements: .float32([1, -2.5, .nan]))
    file.tensors["mean"] = .init(shape: [], elements: .float64([0.1]))
    file.tensors["counts"] = .init(shape: [2], elements: .int64([.min, 7]))
    file.tensors["bytes"] = .init(shape: [1, 3], elements: .uint8([0, 1, 255]))
    file.tensors["none"] = .init(shape: [784, 0], elements: .float32([]))
    return file
  }

  @Test func roundTripKeepsEveryBit() throws {
    let read = try Safetensors(decoding: sample.encoded())
    #expect(read.metadata == sample.metadata)
    #expect(read.tensors.keys.sorted() == sample.tensors.keys.sorted())
    for name in ["mean", "counts", "bytes", "none"] {
      #expect(read.tensors[name] == sample.tensors[name])
    }
    guard case .float32(let weights)? = read.tensors["weights"]?.elements else {
      return #expect(Bool(false), "weights are not F32")
    }
    #expect(weights.map(\.bitPattern) == [Float(1), -2.5, .nan].map(\.bitPattern))
    #expect(read.encoded() == sample.encoded())
  }

  @Test func theFileIsLaidOutAsDocumented() {
    let bytes = sample.encoded()
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    #expect(length % 8 == 0)
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    #expect(
      header.hasPrefix(
        #"{"__metadata__":{"a":"\"ü\"\n","joule.model":"rbm"},"counts":{"dtype":"I64","#
          + #""shape":[2],"data_offsets":[0,16]},"mean":{"dtype":"F64","shape":[],"#))
    #expect(bytes.count == 8 + length + 16 + 8 + 12 + 3)
  }

  @Test func otherTypesAreWidened() throws {
    let file = FormatSamples.safetensors(
      #"{"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},"#
        + #""t":{"dtype":"BOOL","shape":[2],"data_offsets":[4,6]},"#
        + #""i":{"dtype":"I16","shape":[1],"data_offsets":[6,8]}}  "#,
      [0, 0x3C, 0x80, 0x3F, 0, 1, 0xFE, 0xFF])
    let tensors = try Safetensors(decoding: file).tensors
    #expect(tensors["h"]?.elements == .float32([1]))
    #expect(tensors["b"]?.elements == .float32([1]))
    #expect(tensors["t"]?.elements == .uint8([0, 1]))
    #expect(tensors["i"]?.elements == .int64([-2]))
  }

  /// Header, data bytes, and what the message must name.
  static let unsound: [(header: String, count: Int, word: String)] = [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "ends early"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "1 bytes follow"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "shape [3]"),
    (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8, "'C64'"),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, "begins at byte 1"),
    (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, 1, "'shape'"),
    (#"{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}"#, 1, "'shape'"),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1, "data_offsets [1, 0]"),
    (#"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "shape"),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{}}"#, 1, "'a' again"),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3, "begins at byte 1"
    ),
    (#"{"a":{"dtype":"U8","shape":[1]}}"#, 1, "'data_offsets'"),
    (#"{"__metadata__":{"a":1}}"#, 0, "no text"), (#"{"__metadata__":[]}"#, 0, "no object"),
    (#"["a"]"#, 0, "does not begin with '{'"), (#"{"a":"#, 0, "not JSON at byte 5"),
    (#"{"a":7}"#, 0, "'a'"), ("", 0, "does not begin"),
  ]

  @Test(arguments: unsound) func unsoundFilesAreRefused(
    _ sample: (header: String, count: Int, word: String)
  ) {
    let file = FormatSamples.safetensors(
      sample.header, [UInt8](repeating: 0, count: sample.count))
    do {
      _ = try Safetensors(decoding: file)
      Issue.record("\(sample.header) was read")
    } catch {
      #expect(error.description.contains(sample.word), "\(error)")
    }
  }

  @Test func headerLengthsThatCannotBeAreRefused() {
    for length: [UInt8] in [
      [], [1, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x7F, 0, 0, 0, 0],
      [3, 0, 0, 0, 0, 0, 0, 0],
    ] {
      #expect(throws: SafetensorsError.self) { try Safetensors(decoding: length + [0x7B, 0x7D]) }
    }
  }

  @Test func archivesRoundTripThroughFiles() throws {
    let folder = try TemporaryFolder()
    var archive = Archive()
    archive.metadata["joule.model"] = "rbm"
    archive.store(Tensor<Float>(shape: [2, 2], elements: [1, 2, 3, -0.0]), as: "weights")
    archive.store(Tensor<Double>(shape: [1], elements: [0.1]), as: "average")
    try ModelFile.save(archive, to: folder.file("m.safetensors"))
    #expect(try ModelFile.load(folder.file("m.safetensors")) == archive)
    #expect(try fileBytes(folder.file("m.safetensors")) == ModelFile.encoded(archive))
    #expect(folder.names == ["m.safetensors"])
  }

  @Test func modelErrorsNameTheFile() throws {
    let folder = try TemporaryFolder()
    let large = FormatSamples.safetensors(
      #"{"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, [0, 0, 0, 0, 0, 0, 0, 1])
    let path = try folder.write(large, as: "m")
    #expect(
      throws: ModelFileError.inexact(path: path, tensor: "n", index: 0, found: 1 << 56)
    ) { try ModelFile.load(path) }
    #expect(throws: ModelFileError.file(.notFound(path: path + "x", .read))) {
      try ModelFile.load(path + "x")
    }
  }
}
