import JouleAlgebra

// Counts by splitting: a large problem becomes one of half the size at the price of one continuous draw,
// until what is left is small enough to be counted directly. Exact, and of logarithmic cost.
extension RandomStream {
  /// Below this many trials or events they are counted one by one.
  private static var directCount: Int { 24 }

  /// The number of successes among trials of a probability p.
  ///
  /// With Y the i-th smallest of n uniform numbers, a Beta(i, n + 1 − i) variable: if Y ≤ p, i of them
  /// are successes and the n − i above Y are left, else the i − 1 below Y.
  ///
  /// Reference: L. Devroye, Non-Uniform Random Variate Generation (1986), §X.4.3.
  ///
  /// - Precondition: `trials` ≥ 0, p in [0, 1].
  /// - Complexity: O(log n) draws.
  public mutating func binomial(trials: Int, probability: Double) -> Int {
    precondition(trials >= 0, "a binomial distribution has trials, got \(trials)")
    precondition(
      probability >= 0 && probability <= 1, "a probability is in [0, 1], got \(probability)")
    var (trials, p) = (trials, probability)
    var successes = 0
    while trials > Self.directCount {
      let middle = (trials + 1) / 2
      let y = beta(Double(middle), Double(trials + 1 - middle))
      if y <= p {
        successes += middle
        trials -= middle
        p = Swift.min(1, (p - y) / (1 - y))
      } else {
        trials = middle - 1
        p = Swift.min(1, p / y)
      }
    }
    for _ in 0..<trials where uniform() < p { successes += 1 }
    return successes
  }

  /// A Poisson count of mean λ.
  ///
  /// With X the time of the m-th event of a process of rate 1, a Gamma(m) variable: if X ≤ λ, m events
  /// have come and λ − X is left, else the m − 1 before X are spread evenly over it.
  ///
  /// Reference: J. H. Ahrens, U. Dieter, Computer methods for sampling from gamma, beta, Poisson and
  /// binomial distributions, Computing 12 (1974), §4.
  ///
  /// - Precondition: 0 ≤ λ < 2⁵³.
  /// - Complexity: O(log λ) draws.
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean < 0x1p53, "a Poisson mean is in [0, 2^53), got \(mean)")
    var rest = mean
    var events = 0
    while rest > Double(Self.directCount) {
      let middle = Int(rest * 7 / 8)
      let time = gamma(shape: Double(middle))
      guard time <= rest else {
        return events + binomial(trials: middle - 1, probability: rest / time)
      }
      events += middle
      rest -= time
    }
    rest -= exponential()
    while rest > 0 {
      events += 1
      rest -= exponential()
    }
    return events
  }

  /// The number of failures before the first success, of probability p: ⌊log u / log(1 − p)⌋.
  ///
  /// - Precondition: p in (0, 1].
  public mutating func geometric(probability: Double) -> Double {
    precondition(
      probability > 0 && probability <= 1, "the probability is in (0, 1], got \(probability)")
    let waiting: Double = exponential()
    if probability == 1 { return 0 }
    return (waiting / -VectorKernels.best.apply(.log1p, to: -probability)).rounded(.down)
  }
}
