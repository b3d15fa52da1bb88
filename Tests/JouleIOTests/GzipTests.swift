import JouleIO
import Testing

@Suite struct GzipTests {
  private let text = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }

  @Test func whatWasCompressedComesBack() throws {
    for count in [0, 1, 1000, 100_000] {
      let bytes = Array(text.prefix(count))
      #expect(try Gzip.decompress(FormatSamples.gzip(bytes)) == bytes)
    }
  }

  @Test func membersFollowOneAnother() throws {
    let file = FormatSamples.gzip([1, 2]) + FormatSamples.gzip([]) + FormatSamples.gzip([3])
    #expect(try Gzip.decompress(file) == [1, 2, 3])
    #expect(try Gzip.decompress(file + [0, 0, 0]) == [1, 2, 3])
  }

  @Test func anEarlyEndIsAnErrorAtEveryByte() {
    let whole = FormatSamples.gzip(Array(text.prefix(300)))
    for count in 2..<whole.count {
      #expect(throws: FormatError.self) { try Gzip.decompress(Array(whole.prefix(count))) }
    }
  }

  @Test func damageAndTrailingBytesAreErrors() {
    let whole = FormatSamples.gzip(text)
    #expect(throws: FormatError.self) { try Gzip.decompress(whole + [7]) }
    var damaged = whole
    damaged[whole.count - 6] ^= 1
    #expect(throws: FormatError.self) { try Gzip.decompress(damaged) }
  }

  @Test func aBombStopsAtTheLimit() {
    let bomb = FormatSamples.gzip([UInt8](repeating: 0, count: 10_000_000))
    #expect(bomb.count < 20_000)
    #expect(throws: FormatError.self) { try Gzip.decompress(bomb, limit: 1_000_000) }
  }
}
