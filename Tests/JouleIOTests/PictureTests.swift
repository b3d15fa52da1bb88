import JouleIO
import Testing

@Suite struct PictureTests {
  @Test func tilesLieOnAGrid() {
    let picture = Pictures.grid(
      [0, 1, 0.5, .nan, 2, -1], height: 1, width: 2, columns: 2, zoom: 2, margin: 1)
    #expect(picture.width == 11 && picture.height == 7)
    let m: UInt8 = 96
    let first: [UInt8] = [m, 0, 0, 255, 255, m, 128, 128, 128, 128, m]
    let second: [UInt8] = [m, 255, 255, 0, 0, m, m, m, m, m, m]
    let line = [UInt8](repeating: m, count: 11)
    #expect(picture.pixels == line + first + first + line + second + second + line)
  }

  @Test func symmetricScalesPutZeroInTheMiddle() {
    func levels(_ scale: Pictures.Scale) -> [UInt8] {
      Pictures.grid(
        [1, 0, -4, 2, 0, 0], height: 1, width: 2, columns: 3, scale: scale, zoom: 1, margin: 0
      ).pixels
    }
    #expect(levels(.symmetric) == [159, 128, 0, 191, 128, 128])
    #expect(levels(.symmetricPerTile) == [255, 128, 0, 191, 128, 128])
  }

  @Test func theGridIsAboutSquare() {
    let picture = Pictures.grid([Float](repeating: 0, count: 100 * 784), height: 28, width: 28)
    #expect(picture.width == picture.height && (500...1000).contains(picture.width))
    let tall = Pictures.grid([Float](repeating: 0, count: 12 * 100), height: 100, width: 1)
    #expect(tall.width > 0 && tall.height > 0)
  }

  @Test func picturesAreSavedAsPNG() throws {
    let folder = try TemporaryFolder()
    let picture = Pictures.grid([0, 1, 1, 0], height: 2, width: 2)
    try picture.save(to: folder.file("p.png"))
    #expect(try PNG.decode(fileBytes(folder.file("p.png"))) == picture)
  }
}
