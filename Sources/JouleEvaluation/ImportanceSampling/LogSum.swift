import RealModule

/// log Σ exp(xᵢ), one value at a time: a scaled sum that follows the largest value.
struct LogSum: Sendable {
  private var largest = -Double.infinity
  /// Σ exp(xᵢ − largest)
  private var scaled = 0.0

  mutating func add(_ value: Double) {
    if value > largest {
      scaled = scaled * Double.exp(largest - value) + 1
      largest = value
    } else if value > -.infinity {
      scaled += Double.exp(value - largest)
    }
  }

  mutating func add(_ other: LogSum) {
    guard other.scaled > 0 else { return }
    if other.largest > largest {
      scaled = scaled * Double.exp(largest - other.largest) + other.scaled
      largest = other.largest
    } else {
      scaled += other.scaled * Double.exp(other.largest - largest)
    }
  }

  /// The logarithm of the sum; −∞ of nothing.
  var value: Double { largest + Double.log(scaled) }

  static func of(_ values: some Sequence<Double>) -> Double {
    var sum = LogSum()
    for value in values { sum.add(value) }
    return sum.value
  }
}
