import JouleCore
import JouleTensor
import RealModule

/// The ratio of the partition functions of two models that do not move, from chains at equilibrium of both,
/// as long as they run: Bennett's acceptance ratio at a fixed shift.
///
///     Z₁/Z₀ = e^C E₀[σ(f − C)] / E₁[σ(r + C)],   f = log p*₁/p*₀, r = −f
///
/// It holds for every C; the variance is least at C = log Z₁/Z₀, and C is an estimate of that. Sums are kept
/// chain by chain, so that errors come from chains that know nothing of each other, however slowly each moves.
///
/// Reference: C. Bennett, Efficient estimation of free energy differences from Monte Carlo data, J. Comput.
/// Phys. 22 (1976), eq. 7–10.
struct RatioRecord: Sendable, Equatable {
  /// C.
  let shift: Double
  /// Exchanges that were counted.
  private(set) var turns = 0.0
  /// Σ σ(f − C) and Σ σ(r + C) of every chain.
  private(set) var forward: [Double]
  private(set) var reverse: [Double]

  /// A record whose shift is the ratio as one exchange shows it; the exchange itself is not counted.
  ///
  /// - Parameters:
  ///   - forward: f of chains under the first model.
  ///   - reverse: r of as many under the second.
  init(forward: [Double], reverse: [Double]) {
    var shift = 0.0
    // To the fixed point of C = log Z₁/Z₀ at C; the mean of the two one-sided bounds is a good beginning.
    shift = (Self.mean(forward) - Self.mean(reverse)) / 2
    for _ in 0..<50 {
      let left = Self.mean(forward.map { Self.logistic($0 - shift) })
      let right = Self.mean(reverse.map { Self.logistic($0 + shift) })
      guard left > 0, right > 0 else { break }
      shift += Double.log(left / right)
    }
    self.shift = shift
    self.forward = [Double](repeating: 0, count: forward.count)
    self.reverse = [Double](repeating: 0, count: reverse.count)
  }

  mutating func note(forward: [Double], reverse: [Double]) {
    for chain in forward.indices {
      self.forward[chain] += Self.logistic(forward[chain] - shift)
      self.reverse[chain] += Self.logistic(reverse[chain] + shift)
    }
    turns += 1
  }

  /// log Z₁/Z₀; the shift before the first exchange.
  var logRatio: Double {
    turns > 0 ? shift + Double.log(Self.mean(forward) / Self.mean(reverse)) : shift
  }

  /// What each chain adds to the error of the ratio, to first order: means of these, divided by the root of
  /// the number of chains. Of several pairs they add up chain by chain, as a chain goes through all of them.
  var deviations: [Double] {
    guard turns > 0 else { return [Double](repeating: 0, count: forward.count) }
    let (left, right) = (Self.mean(forward), Self.mean(reverse))
    return zip(forward, reverse).map { $0 / left - $1 / right }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private static func logistic(_ x: Double) -> Double {
    // exp of a negative number only: no overflow to infinity.
    if x < 0 {
      let e = Double.exp(x)
      return e / (1 + e)
    }
    return 1 / (1 + Double.exp(-x))
  }
}

extension RatioRecord {
  func archive(into archive: inout Archive, prefix: String) {
    archive.store(Tensor([shift, turns]), as: prefix + "shift_and_turns")
    archive.store(Tensor(forward), as: prefix + "forward")
    archive.store(Tensor(reverse), as: prefix + "reverse")
  }

  init(from archive: Archive, prefix: String) throws(ArchiveError) {
    let numbers: Tensor<Double> = try archive.tensor(prefix + "shift_and_turns", shape: [2])
    let forward: Tensor<Double> = try archive.tensor(prefix + "forward")
    let reverse: Tensor<Double> = try archive.tensor(prefix + "reverse", shape: forward.shape)
    (shift, turns) = (numbers[0], numbers[1])
    (self.forward, self.reverse) = (forward.elements, reverse.elements)
  }
}
