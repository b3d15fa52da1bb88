import JouleAlgebra
import JouleRandom
import Testing

@Suite struct PhiloxTests {
  /// From the reference implementation's file of known answers (Random123, kat_vectors).
  @Test func knownAnswers() {
    #expect(
      Philox.block(.zero, key: 0) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(SIMD4(repeating: .max), key: .max)
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: 0x299f_31d0_a409_3822)
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func keysOfDifferentPathsDiffer() {
    let key = RandomKey(seed: 7)
    var keys = key.split(100) + (0..<100).map { key.folded(UInt64($0)) }
    keys += ["", "a", "b", "ab", "ba", "weights", "weight\0", "12345678", "123456789"].map {
      key.folded($0)
    }
    keys += [key, key.folded("a").folded("b"), key.folded(1).folded(2), key.folded(2).folded(1)]
    keys += [RandomKey(seed: 8).folded(1), RandomKey(seed: 8)]
    #expect(Set(keys).count == keys.count)
    #expect(key.folded("weights") == RandomKey(seed: 7).folded("weights"))
    #expect(key.split(3) == Array(key.split(100)[..<3]))
  }

  /// The stream of a chain is its row of the block, whatever the block begins with.
  @Test func chainsAddressTheirOwnWords() {
    let random = ChainRandom(key: RandomKey(seed: 5), firstChain: 1 << 32 - 3, step: 6)
    let columns = 37
    var block = [UInt32](repeating: 0, count: 8 * columns)
    VectorKernels.best.fillWords(
      block.mutableSpan, columns: columns, random.address(purpose: 3))
    for chain in 0..<8 {
      var stream = random.stream(chain: chain, purpose: 3)
      let row = (0..<columns).map { _ in stream.nextWord() }
      #expect(row == Array(block[chain * columns..<(chain + 1) * columns]))
      #expect(
        random.advanced(by: chain).stream(purpose: 3) == random.stream(chain: chain, purpose: 3))
    }
  }

  /// Blocks of four words are pairwise different for chains, steps, purposes and the key's stream.
  @Test func chainsStepsAndPurposesDoNotOverlap() {
    let key = RandomKey(seed: 12)
    var streams = [RandomStream(key: key)]
    for step in [0, 1, 2, 1 << 32] {
      for chain in [0, 1, 2, 1 << 32] {
        for purpose: UInt32 in [0, 1, 0xFEFF] {
          streams.append(
            ChainRandom(key: key, firstChain: chain, step: step).stream(purpose: purpose))
        }
      }
    }
    var seen: Set<[UInt32]> = []
    var count = 0
    for var stream in streams {
      for _ in 0..<64 {
        seen.insert((0..<4).map { _ in stream.nextWord() })
        count += 1
      }
    }
    #expect(seen.count == count)
  }
}
