/// Philox4x32-10, a random function of a counter and a key: no state, so any word of any sequence is
/// found at once.
///
/// Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// This is the plain form; `VectorKernels` gives the same words eight blocks at a time.
public enum Philox {
  /// The four words of one counter.
  ///
  /// - Parameters:
  ///   - counter: four words, the first of them counting blocks in this library.
  ///   - key: the low half is the first word of the key in the paper.
  @inlinable
  public static func block(_ counter: SIMD4<UInt32>, key: UInt64) -> SIMD4<UInt32> {
    var words = counter
    var key0 = UInt32(truncatingIfNeeded: key)
    var key1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(words[0]) &* 0xD251_1F53
      let p1 = UInt64(words[2]) &* 0xCD9E_8D57
      words = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ words[1] ^ key0,
        UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ words[3] ^ key1,
        UInt32(truncatingIfNeeded: p0))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return words
  }
}
