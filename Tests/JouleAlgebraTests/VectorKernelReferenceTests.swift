import Foundation
import JouleAlgebra
import Testing

/// The random kernels against a plain scalar reference that shares no code with them.
@Suite struct VectorKernelReferenceTests {
  /// Philox4x32-10 as in the paper.
  static func philox(_ counter: [UInt32], _ key: UInt64) -> [UInt32] {
    var c = counter
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(key >> 32))
    for _ in 0..<10 {
      let (a, b) = (
        UInt32(0xD251_1F53).multipliedFullWidth(by: c[0]),
        UInt32(0xCD9E_8D57).multipliedFullWidth(by: c[2])
      )
      c = [b.high ^ c[1] ^ k0, b.low, a.high ^ c[3] ^ k1, a.low]
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return c
  }

  /// Word `index` of the row of a chain.
  static func word(_ at: RandomAddress, row: Int, _ index: Int) -> UInt32 {
    let chain = at.firstChain + UInt64(row)
    let high = at.purpose | UInt32(chain >> 32) << 16 | UInt32(at.step >> 32) << 24
    let counter = [
      at.firstBlock &+ UInt32(index / 4), high, UInt32(truncatingIfNeeded: chain),
      UInt32(truncatingIfNeeded: at.step),
    ]
    return philox(counter, at.key)[index % 4]
  }

  static let address = RandomAddress(
    key: 0x1234_5678_9ABC_DEF0, firstChain: (1 << 32) - 2, step: (5 << 32) + 9, purpose: 77)
  static let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)

  @Test func knownAnswers() {
    func words(_ address: RandomAddress) -> [UInt32] {
      var words = [UInt32](repeating: 0, count: 4)
      VectorKernels.best.fillWords(words.mutableSpan, columns: 4, address)
      return words
    }
    #expect(words(RandomAddress(key: 0)) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let ones = RandomAddress(
      key: .max, firstChain: 1 << 40 - 1, step: 1 << 40 - 1, purpose: 0xFFFF, firstBlock: .max)
    #expect(words(ones) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    let pi = RandomAddress(
      key: 0x299f_31d0_a409_3822, firstChain: 0xa3_1319_8a2e, step: 0x85_0370_7344,
      purpose: 0x08d3, firstBlock: 0x243f_6a88)
    #expect(words(pi) == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 11, 15, 16, 17, 31, 32, 33, 64, 100, 131])
  func wordsAndNumbersAreTheReference(columns: Int) {
    let at = Self.address
    let count = 19 * columns
    let expected = (0..<count).map { Self.word(at, row: $0 / columns, $0 % columns) }
    for kernels in Self.levels {
      var words = [UInt32](repeating: 0, count: count)
      kernels.fillWords(words.mutableSpan, columns: columns, at)
      #expect(words == expected, "\(kernels.level)")

      var floats = [Float](repeating: 9, count: count)
      kernels.fill(.uniform, floats.mutableSpan, columns: columns, at)
      #expect(floats == expected.map { Float($0 >> 8) * 0x1p-24 }, "\(kernels.level)")

      var doubles = [Double](repeating: 9, count: count)
      kernels.fill(.uniform, doubles.mutableSpan, columns: columns, at)
      let bits = (0..<count).map { i in
        UInt64(Self.word(at, row: i / columns, 2 * (i % columns)))
          | UInt64(Self.word(at, row: i / columns, 2 * (i % columns) + 1)) << 32
      }
      #expect(doubles == bits.map { Double($0 >> 11) * 0x1p-53 }, "\(kernels.level)")

      for distribution in [FillDistribution.normal, .exponential] {
        kernels.fill(distribution, floats.mutableSpan, columns: columns, at)
        #expect(
          floats == expected.map { kernels.number(distribution, ofBits: UInt64($0)) },
          "\(distribution) at \(kernels.level)")
        kernels.fill(distribution, doubles.mutableSpan, columns: columns, at)
        #expect(
          doubles == bits.map { kernels.number(distribution, ofBits: $0) },
          "\(distribution) at \(kernels.level)")
      }
    }
  }

  /// Φ of a normal number is the u that its bits stand for; likewise the exponential.
  @Test func numbersInvertTheirDistributions() {
    var bits: [UInt64] = [0, 1, .max, .max - 1, 1 << 63, 1 << 63 - 1, 1 << 20, 1 << 30]
    bits += (0..<20_000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    for bits in bits {
      check(bits, range: 64, relative: 4e-15, as: Double.self)
      check(bits >> 32, range: 32, relative: 2e-6, as: Float.self)
    }
  }

  private func check<S: KernelScalar>(
    _ bits: UInt64, range: Int, relative: Double, as type: S.Type
  ) {
    let top = bits >> (range - 1) != 0
    let folded = top ? (range == 64 ? ~bits : 0xFFFF_FFFF - bits) : bits
    let tail = (Double(folded) + 0.5) * exp2(-Double(range))  // the smaller of u and 1 − u
    let kernels = VectorKernels.best

    let z = Double(kernels.number(.normal, ofBits: bits, as: S.self))
    #expect((z >= 0) == top || abs(z) < 1e-6)
    // Newton's correction of z against the exact tail probability Φ(−|z|) = erfc(|z|/√2)/2.
    let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    let correction = (erfc(abs(z) / 2.0.squareRoot()) / 2 - tail) / density
    #expect(
      abs(correction) <= relative * max(abs(z), 0.1) + 4 * exp2(-Double(range)) / density * 1e-3,
      "\(type) normal of bits \(bits) is \(z), off by \(correction)")

    let x = Double(kernels.number(.exponential, ofBits: bits, as: S.self))
    let exact = top ? -log(tail) : -log1p(-tail)
    #expect(abs(x - exact) <= 4 * Double(S.ulpOfOne) * exact, "\(type) exponential \(x) \(exact)")
  }

  /// A fused draw is its parts: mean, then comparison with the uniform of the reference.
  @Test(arguments: [1, 5, 16, 33, 500]) func drawsCompareReferenceUniforms(columns: Int) {
    checkDraws(Float.self, columns) { Float($0 >> 8) * 0x1p-24 }
    checkDraws(Double.self, columns) { Double($0) * 0x1p-32 }
  }

  private func checkDraws<S: KernelScalar>(
    _ type: S.Type, _ columns: Int, _ uniform: (UInt32) -> S
  ) {
    let at = Self.address
    let x = (0..<4 * columns).map { S(($0 * 37) % 101 - 50) / 9 }
    let bias = (0..<columns).map { S($0 % 7 - 3) / 5 }
    for kernels in Self.levels {
      var mean = x
      kernels.addBiasLogistic(mean.mutableSpan, bias: bias.span, columns: columns)
      let expected = mean.indices.map { i -> S in
        uniform(Self.word(at, row: i / columns, i % columns)) < mean[i] ? 1 : 0
      }
      var fused = x
      kernels.addBiasLogisticSample(fused.mutableSpan, bias: bias.span, columns: columns, at)
      #expect(fused == expected)
      var drawn = [S](repeating: 9, count: x.count)
      kernels.bernoulli(mean.span, columns: columns, at, into: drawn.mutableSpan)
      #expect(drawn == expected)
      kernels.bernoulliInPlace(mean.mutableSpan, columns: columns, at)
      #expect(mean == expected)

      // β = 1 is the model itself; the weight rises by the difference of two softplus sums.
      var visible = x
      kernels.annealVisible(
        visible.mutableSpan, bias: bias.span, baseBias: bias.span, columns: columns, beta: 1, at)
      #expect(visible == expected)
      var hidden = x
      var weights = [Double](repeating: 10, count: 4)
      kernels.annealHidden(
        hidden.mutableSpan, bias: bias.span, columns: columns, from: 0.25, to: 1,
        logWeights: weights.mutableSpan, at)
      #expect(hidden == expected)
      var (high, low) = ([0.0, 0, 0, 0], [0.0, 0, 0, 0])
      kernels.softplusRowSums(
        x.span, bias: bias.span, columns: columns, scale: 1, into: high.mutableSpan)
      kernels.softplusRowSums(
        x.span, bias: bias.span, columns: columns, scale: 0.25, into: low.mutableSpan)
      for row in 0..<4 {
        let rounding = Double(columns) * Double(S.ulpOfOne) * 8
        #expect(abs(weights[row] - 10 - (high[row] - low[row])) <= rounding)
      }
    }
  }

  @Test func probabilitiesZeroAndOneAreCertain() {
    for probability in [Float(0), 1] {
      var values = [Float](repeating: probability, count: 1 << 20)
      VectorKernels.best.bernoulliInPlace(values.mutableSpan, columns: 1 << 18, Self.address)
      #expect(values.allSatisfy { $0 == probability })
    }
  }

  /// A piece of a block has the bits of the whole; other rows, steps, purposes and keys differ.
  @Test func piecesAreTheWholeAndAddressesDoNotOverlap() {
    let columns = 40
    func words(_ at: RandomAddress, rows: Int) -> [UInt32] {
      var words = [UInt32](repeating: 0, count: rows * columns)
      VectorKernels.best.fillWords(words.mutableSpan, columns: columns, at)
      return words
    }
    let at = RandomAddress(key: 3, firstChain: 10, step: 20, purpose: 1)
    let whole = words(at, rows: 6)
    #expect(words(at.advanced(by: 2), rows: 3) == Array(whole[2 * columns..<5 * columns]))
    let others = [
      RandomAddress(key: 4, firstChain: 10, step: 20, purpose: 1),
      RandomAddress(key: 3, firstChain: 16, step: 20, purpose: 1),
      RandomAddress(key: 3, firstChain: 10 + 1 << 32, step: 20, purpose: 1),
      RandomAddress(key: 3, firstChain: 10, step: 21, purpose: 1),
      RandomAddress(key: 3, firstChain: 10, step: 20 + 1 << 32, purpose: 1),
      RandomAddress(key: 3, firstChain: 10, step: 20, purpose: 2),
      RandomAddress(key: 3, firstChain: 10, step: 20, purpose: 1, firstBlock: 10),
    ]
    // Philox is a permutation of counters, so blocks are pairwise different within a key.
    func blocks(_ words: [UInt32]) -> [[UInt32]] {
      stride(from: 0, to: words.count, by: 4).map { Array(words[$0..<$0 + 4]) }
    }
    let all = blocks(whole) + others.flatMap { blocks(words($0, rows: 6)) }
    // The last address has the whole's key, so its first rows continue, never repeat, the whole.
    #expect(Set(all).count == all.count)
  }
}
