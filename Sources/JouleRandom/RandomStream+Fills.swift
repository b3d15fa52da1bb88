public import JouleAlgebra

// `_mutatingExtracting` is what Swift 6.3 tells to write for `extracting`, which it deprecates; the name
// without underscore may come back when the standard library settles it.

extension RandomStream {
  /// Fills with uniform numbers; the bits of as many calls of `uniform(as:)`.
  public mutating func fillUniform<S: KernelScalar>(_ result: consuming MutableSpan<S>) {
    fill(.uniform, result)
  }

  /// Fills with standard normal numbers; the bits of as many calls of `normal(as:)`.
  public mutating func fillNormal<S: KernelScalar>(_ result: consuming MutableSpan<S>) {
    fill(.normal, result)
  }

  /// Fills with exponential numbers; the bits of as many calls of `exponential(as:)`.
  public mutating func fillExponential<S: KernelScalar>(_ result: consuming MutableSpan<S>) {
    fill(.exponential, result)
  }

  /// Fills with words; those of as many calls of `nextWord()`.
  public mutating func fillWords(_ result: consuming MutableSpan<UInt32>) {
    var done = 0
    while done < result.count {
      if position % 4 != 0 {
        result[done] = nextWord()
        done += 1
        continue
      }
      let (address, room) = addressAndRoom()
      let count = min(result.count - done, room)
      VectorKernels.best.fillWords(
        result._mutatingExtracting(done..<done + count), columns: count, address)
      skip(words: UInt64(count))
      done += count
    }
  }

  /// Single numbers up to a whole block, then whole stretches of blocks.
  private mutating func fill<S: KernelScalar>(
    _ distribution: FillDistribution, _ result: consuming MutableSpan<S>
  ) {
    let wordsEach = MemoryLayout<S>.size / MemoryLayout<UInt32>.size
    let kernels = VectorKernels.best
    var done = 0
    while done < result.count {
      if position % 4 != 0 {
        result[done] = kernels.number(distribution, ofBits: nextBits(for: S.self))
        done += 1
        continue
      }
      let (address, room) = addressAndRoom()
      let count = min(result.count - done, room / wordsEach)
      kernels.fill(
        distribution, result._mutatingExtracting(done..<done + count), columns: count, address)
      skip(words: UInt64(count * wordsEach))
      done += count
    }
  }

  /// Where the next block stands, and how many words there are before the counter of blocks wraps.
  private func addressAndRoom() -> (RandomAddress, Int) {
    let number = position / 4
    return (address(ofBlock: number), Int((1 << 32) - number % (1 << 32)) * 4)
  }
}
