import Foundation
import JouleAlgebra
import JouleRandom
import Testing

@Suite struct RandomStreamTests {
  /// From any position, a fill draws the bits and leaves the stream where single calls would.
  @Test(arguments: [0, 1, 2, 3, 5, 6]) func fillsAreSingleDraws(start: Int) {
    for count in [0, 1, 2, 3, 4, 7, 64, 1001] {
      check(start, count, of: Float.self)
      check(start, count, of: Double.self)
      var (one, many) = streams(start)
      var words = [UInt32](repeating: 0, count: count)
      many.fillWords(words.mutableSpan)
      #expect(words == (0..<count).map { _ in one.nextWord() })
      #expect(one == many && one.next() == many.next())
    }
  }

  private func check<S: KernelScalar>(_ start: Int, _ count: Int, of type: S.Type) {
    var filled = [S](repeating: 0, count: count)
    var (one, many) = streams(start)
    many.fillUniform(filled.mutableSpan)
    #expect(filled == (0..<count).map { _ in one.uniform(as: S.self) })
    #expect(one == many && one.nextWord() == many.nextWord())
    (one, many) = streams(start)
    many.fillNormal(filled.mutableSpan)
    #expect(filled == (0..<count).map { _ in one.normal(as: S.self) })
    #expect(one == many && one.nextWord() == many.nextWord())
    (one, many) = streams(start)
    many.fillExponential(filled.mutableSpan)
    #expect(filled == (0..<count).map { _ in one.exponential(as: S.self) })
    #expect(one == many && one.nextWord() == many.nextWord())
  }

  private func streams(_ start: Int) -> (RandomStream, RandomStream) {
    var stream = RandomStream(key: RandomKey(seed: 21))
    for _ in 0..<start { _ = stream.nextWord() }
    return (stream, stream)
  }

  @Test func storedStreamGoesOn() throws {
    let key = RandomKey(seed: .max - 3)
    for drawn in 0..<9 {
      var stream = RandomStream(key: key)
      for _ in 0..<drawn { _ = stream.nextWord() }
      var again = RandomStream(key: key, position: stream.position)
      let data = try JSONEncoder().encode(stream)
      var decoded = try JSONDecoder().decode(RandomStream.self, from: data)
      #expect(decoded == stream && again == stream)
      let next = stream.next()
      #expect(again.next() == next && decoded.next() == next)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        RandomStream.self,
        from: Data(#"{"key":1,"chain":0,"step":0,"purpose":65536,"position":0}"#.utf8))
    }
  }

  /// The counter of blocks carries at 2³²: the fill crosses where single words do.
  @Test func streamOfAKeyCarriesPastItsFirstBlocks() {
    let near: UInt64 = 4 << 32 - 10
    var one = RandomStream(key: RandomKey(seed: 2), position: near)
    var many = one
    var words = [UInt32](repeating: 0, count: 50)
    many.fillWords(words.mutableSpan)
    #expect(words == (0..<50).map { _ in one.nextWord() })
    var first = RandomStream(key: RandomKey(seed: 2))
    let beginning = (0..<40).map { _ in first.nextWord() }
    #expect(Array(words[10...]) != beginning)
  }

  @Test func goldenDraws() {
    // The stream of a seed must never change between releases: stored runs depend on it.
    var stream = RandomStream(key: RandomKey(seed: 0))
    let first = (0..<4).map { _ in stream.nextWord() }
    let counter = SIMD4<UInt32>(0, 0xFFFE, 0, 0)
    let expected = Philox.block(counter, key: 0)
    #expect(first == (0..<4).map { expected[$0] })
  }
}
