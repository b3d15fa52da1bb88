public import JouleAlgebra

extension RandomStream {
  /// Uniform in [0, 1), on a grid of 2⁻²⁴ (`Float`) or 2⁻⁵³ (`Double`).
  public mutating func uniform<S: KernelScalar>(as type: S.Type = Double.self) -> S {
    MemoryLayout<S>.size == MemoryLayout<Float>.size
      ? S(Float(nextWord() >> 8) * 0x1p-24) : S(Double(next() >> 11) * 0x1p-53)
  }

  /// Uniform in a range: lower + (upper − lower)·u. Rounding may give the upper end.
  public mutating func uniform<S: KernelScalar>(in range: Range<S>) -> S {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform(as: S.self)
  }

  /// Standard normal, by inversion; accuracy as of `FillDistribution.normal`.
  public mutating func normal<S: KernelScalar>(as type: S.Type = Double.self) -> S {
    VectorKernels.best.number(.normal, ofBits: nextBits(for: type))
  }

  /// Exponential of mean 1: −log(1 − u).
  public mutating func exponential<S: KernelScalar>(as type: S.Type = Double.self) -> S {
    VectorKernels.best.number(.exponential, ofBits: nextBits(for: type))
  }

  /// True with a probability, on a grid of 2⁻³²: 0 is never, 1 always.
  ///
  /// - Precondition: the probability is in [0, 1].
  public mutating func bernoulli(_ probability: Double) -> Bool {
    precondition(
      probability >= 0 && probability <= 1, "a probability is in [0, 1], got \(probability)")
    return Double(nextWord()) * 0x1p-32 < probability
  }

  /// A whole number in 0..<bound, each exactly as likely.
  ///
  /// Reference: Lemire, arXiv:1805.10941, algorithm 5.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "there is no number below \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Gamma of a shape a > 0 and scale 1: density x^(a−1) e^(−x) / Γ(a).
  ///
  /// Reference: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26
  /// (2000); below shape 1 by their §6, x_a = x_{a+1} · u^(1/a).
  public mutating func gamma(shape: Double) -> Double {
    precondition(
      shape > 0 && shape.isFinite, "the shape of a gamma distribution is positive, got \(shape)")
    let kernels = VectorKernels.best
    if shape < 1 {
      let rest: Double = exponential()
      return gamma(shape: shape + 1) * kernels.apply(.exp, to: -rest / shape)
    }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x: Double = normal()
      let root = 1 + c * x
      let rest: Double = exponential()
      guard root > 0 else { continue }
      let v = root * root * root
      // Accept when log u < x²/2 + d − d v + d log v, with u = exp(−rest).
      if -rest < 0.5 * x * x + d - d * v + d * kernels.apply(.log, to: v) { return d * v }
    }
  }

  /// An index drawn from a table.
  public mutating func categorical(_ table: AliasTable) -> Int {
    let column = integer(below: table.count)
    return uniform() < table.thresholds[column] ? column : table.aliases[column]
  }

  /// The numbers 0..<count in a random order, each order as likely.
  public mutating func permutation(count: Int) -> [Int] {
    precondition(count >= 0, "a permutation has a number of elements, got \(count)")
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Puts elements in a random order (Fisher–Yates, from the last down).
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, integer(below: last + 1))
      last -= 1
    }
  }
}
