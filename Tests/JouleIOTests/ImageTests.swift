import JouleIO
import Testing

@Suite struct ImageTests {
  @Test(
    arguments: [
      ("P1\n# two rows\n3 2\n0 1 0\n101\n", [255, 0, 255, 0, 255, 0]),
      ("P2 3 2 10\n0 5 10 1 2 3\n", [0, 128, 255, 26, 51, 77]),
      ("P3 1 2 255 255 255 255 255 0 0", [255, 54]),
    ] as [(String, [UInt8])]) func plainImagesAreRead(_ text: String, levels: [UInt8]) throws
  {
    #expect(try PNM.decode(Array(text.utf8)).pixels == levels)
  }

  @Test func binaryImagesAreRead() throws {
    let bitmap = Array("P4 10 2\n".utf8) + [0b1010_0000, 0b0100_0000, 0xFF, 0xFF]
    let bits = try PNM.decode(bitmap)
    #expect(bits.width == 10 && bits.height == 2)
    #expect(bits.pixels[0..<10] == [0, 255, 0, 255, 255, 255, 255, 255, 255, 0])
    #expect(try PNM.decode(Array("P5 2 1 255\n".utf8) + [7, 200]).pixels == [7, 200])
    let deep = Array("P5 2 1 65535 ".utf8) + [0xFF, 0xFF, 0x80, 0x80]
    #expect(try PNM.decode(deep).pixels == [255, 128])
    #expect(try PNM.decode(Array("P6 1 1 255\n".utf8) + [0, 255, 0]).pixels == [182])
  }

  @Test(arguments: [
    "P5 2 2 255\nabc", "P5 2 2 255\nabcde", "P2 2 1 10 5 11", "P5 4294967295 4294967295 255\n",
    "P2 99999 99999 255\n1 2 3", "P1 2 1 1 2", "P5 2", "P5 2 2 0\nabcd", "P5 2 2 70000\nabcdabcd",
    "P4 99999999 99999999\n ",
  ]) func imagesThatAreNotSoundAreRefused(_ text: String) {
    #expect(throws: FormatError.self) { try PNM.decode(Array(text.utf8)) }
  }

  @Test func pngRoundTrip() throws {
    for (width, height) in [(1, 1), (3, 2), (257, 31)] {
      let pixels = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 7) }
      let image = GrayImage(width: width, height: height, pixels: pixels)
      let file = PNG.encode(image)
      #expect(try PNG.decode(file) == image)
      #expect(PNG.encode(image) == file)
    }
  }

  @Test func everyShortenedPNGIsRefused() {
    let file = PNG.encode(GrayImage(width: 8, height: 8, pixels: (0..<64).map { UInt8($0 * 4) }))
    // The last twelve bytes are the end mark, which libpng does not need.
    for count in 0..<file.count - 12 {
      #expect(throws: FormatError.self) { try PNG.decode(Array(file.prefix(count))) }
    }
  }

  @Test(.enabled(if: SharedData.folder != nil, SharedData.skipped))
  func realImagesOfTwoFormatsAgree() throws {
    for name in ["camera", "text"] {
      let png = try PNG.decode(fileBytes(SharedData.path("images/\(name).png")))
      #expect(try PNM.decode(fileBytes(SharedData.path("images/\(name).pgm"))) == png)
    }
    // A palette with transparency, shown on white; the bitmap has the same horse.
    let horse = try PNG.decode(fileBytes(SharedData.path("images/horse.png")))
    let bitmap = try PNM.decode(fileBytes(SharedData.path("images/horse.pbm")))
    #expect(horse.width == 400 && horse.height == 328)
    #expect(horse.pixels.map { $0 < 128 } == bitmap.pixels.map { $0 == 0 })
  }
}
