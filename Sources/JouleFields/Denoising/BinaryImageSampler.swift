import JouleRandom
import RealModule

/// Gibbs sampling of y given x on an open grid of four neighbours: the black sites of the chessboard at once,
/// then the white.
///
/// The conditional probability of a site has ten values, for what was seen and the sum over neighbours: a
/// table of thresholds, and no exponential a site.
struct BinaryImageSampler: Sendable {
  let seen: [UInt8]
  let height: Int
  let width: Int
  /// y
  private(set) var labels: [UInt8]
  private var words: [UInt32]

  init(seen: [UInt8], height: Int, width: Int) {
    self.seen = seen
    self.height = height
    self.width = width
    labels = seen
    words = [UInt32](repeating: 0, count: seen.count)
  }

  /// One sweep.
  ///
  /// - Parameter key: of this sweep alone.
  mutating func sweep(coupling: Double, noise: Double, key: RandomKey) {
    let pull = 0.5 * (Double.log(1 - noise) - Double.log(noise))
    // Where a word is below the threshold, y = 1: p(y = 1) = σ(2 (±h + J m)).
    let thresholds = (0..<18).map { place -> UInt64 in
      let field = (place < 9 ? -pull : pull) + coupling * Double(place % 9 - 4)
      return UInt64(0x1p32 / (1 + Double.exp(-2 * field)))
    }
    var stream = RandomStream(key: key)
    stream.fillWords(words.mutableSpan)
    for colour in 0..<2 {
      for y in 0..<height {
        let row = y * width
        for x in stride(from: (y + colour) % 2, to: width, by: 2) {
          let site = row + x
          let place = (seen[site] == 1 ? 13 : 4) + neighbourSum(y, x)
          labels[site] = UInt64(words[site]) < thresholds[place] ? 1 : 0
        }
      }
    }
  }

  /// Σⱼ sⱼ over the neighbours.
  @inline(__always)
  private func neighbourSum(_ y: Int, _ x: Int) -> Int {
    let site = y * width + x
    var sum = 0
    if x > 0 { sum += 2 * Int(labels[site - 1]) - 1 }
    if x < width - 1 { sum += 2 * Int(labels[site + 1]) - 1 }
    if y > 0 { sum += 2 * Int(labels[site - width]) - 1 }
    if y < height - 1 { sum += 2 * Int(labels[site + width]) - 1 }
    return sum
  }

  /// How many sites have sᵢ Σⱼ sⱼ = u, for u = −4 … 4.
  var agreements: [Int] {
    var counts = [Int](repeating: 0, count: 9)
    for y in 0..<height {
      for x in 0..<width {
        let spin = 2 * Int(labels[y * width + x]) - 1
        counts[spin * neighbourSum(y, x) + 4] += 1
      }
    }
    return counts
  }

  /// The fraction of pixels where y ≠ x.
  var disagreement: Double {
    let different = zip(labels, seen).count { $0 != $1 }
    return Double(different) / Double(max(1, seen.count))
  }
}
