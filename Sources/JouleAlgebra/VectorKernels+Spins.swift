import CVectorKernels

/// When a site of a torus of spins becomes 1, by the number of its four neighbours that are 1.
public struct SpinRule: Sendable, Equatable {
  private let thresholds: [UInt64]
  private let always: UInt32
  private let dependsOnSelf: Bool

  /// - Parameters:
  ///   - zero: the probability that a site that is 0 becomes 1, `[5]`, by the number of neighbours that
  ///     are 1.
  ///   - one: the probability that a site that is 1 stays 1, likewise; nil where its value does not matter.
  /// - Precondition: probabilities; they are taken on a grid of 2⁻⁶⁴.
  public init(zero: [Double], one: [Double]? = nil) {
    let all = zero + (one ?? zero)
    precondition(
      all.count == 10 && all.allSatisfy { $0 >= 0 && $0 <= 1 },
      "a rule has 5 probabilities for either value, got \(zero) and \(String(describing: one))")
    thresholds = all.map { $0 < 1 ? UInt64($0 * 0x1p64) : 0 }
    always = all.enumerated().reduce(0) { $0 | ($1.element == 1 ? 1 << UInt32($1.offset) : 0) }
    dependsOnSelf = one != nil
  }

  var forC: jk_spin_rule {
    var rule = jk_spin_rule()
    rule.thresholds = (
      thresholds[0], thresholds[1], thresholds[2], thresholds[3], thresholds[4], thresholds[5],
      thresholds[6], thresholds[7], thresholds[8], thresholds[9]
    )
    rule.always = always
    rule.depends_on_self = dependsOnSelf ? 1 : 0
    return rule
  }
}

extension VectorKernels {
  /// Updates the sites of one colour of a torus of spins, one bit a site.
  ///
  /// Row y of colour c holds the sites x = 2k + ((y + c) mod 2) as bits k, from the lowest of the first word.
  /// Unused bits of a row's last word are 0.
  ///
  /// - Parameters:
  ///   - own: rows `firstRow`… of the colour, `[rows, words]`, in place.
  ///   - other: all rows of the other colour, `[height, words]`.
  ///   - halfWidth: the bits of a row, half the width of the torus.
  ///   - colour: 0 or 1.
  ///   - address: its first chain is the chain; rows have words of their own.
  /// - Precondition: height and width are even.
  public func sweepSpins(
    _ own: consuming MutableSpan<UInt64>, other: Span<UInt64>, height: Int, halfWidth: Int,
    firstRow: Int, colour: Int, rule: SpinRule, _ address: RandomAddress
  ) {
    let words = (halfWidth + 63) / 64
    requireCount(other.count, height * words, "the other colour")
    let rows = rowCount(of: own.count, columns: words)
    precondition(
      height % 2 == 0 && halfWidth > 0 && firstRow >= 0 && firstRow + rows <= height,
      "rows \(firstRow) to \(firstRow + rows) of a torus of height \(height), half width \(halfWidth)"
    )
    precondition(
      height * ((words + 7) / 8) < 1 << 24,
      "a torus of \(height)×\(2 * halfWidth) sites is too large")
    let run = functions(for: Float.self).sweep_spins
    var rule = rule.forC
    var address = address.forRows(1)
    own.withUnsafeMutableBufferPointer { own in
      other.withUnsafeBufferPointer { other in
        guard let own = own.baseAddress, let other = other.baseAddress else { return }
        run(
          own, other, Int64(height), Int64(words), Int64(halfWidth), Int64(firstRow), Int64(rows),
          Int32(colour), &rule, &address)
      }
    }
  }

  /// The sites of a torus that are 1, and the edges whose two sites differ; see `sweepSpins`.
  public func measureSpins(
    _ black: Span<UInt64>, _ white: Span<UInt64>, height: Int, halfWidth: Int
  ) -> (ones: Int, unequalEdges: Int) {
    let words = (halfWidth + 63) / 64
    requireCount(black.count, height * words, "colour 0")
    requireCount(white.count, height * words, "colour 1")
    let run = functions(for: Float.self).measure_spins
    var result: [Int64] = [0, 0]
    black.withUnsafeBufferPointer { black in
      white.withUnsafeBufferPointer { white in
        guard let black = black.baseAddress, let white = white.baseAddress else { return }
        run(black, white, Int64(height), Int64(words), Int64(halfWidth), &result)
      }
    }
    return (Int(result[0]), Int(result[1]))
  }
}
