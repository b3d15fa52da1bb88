public import JouleCore
public import JouleRandom
public import JouleTensor

/// Independent bits by their logits, a component a row of them.
///
///     log p_k(x) = Σᵢ xᵢ θ_kᵢ − softplus(θ_kᵢ),   p_kᵢ = σ(θ_kᵢ)
///
/// A bit that is missing (NaN) is summed out: its two probabilities add up to 1, so it has no term. A fit takes such rows for
/// what they say, exactly (missing at random).
///
/// Its parameter is `logits` θ, `[components, variables]`.
public struct BernoulliComponents: MixtureComponents {
  /// θ
  public let logits: Tensor<Double>
  /// Σᵢ softplus(θ_kᵢ), `[components]`
  private let costs: Tensor<Double>

  public static let kind = "bernoulli_mixture"
  public static let parameterNames = ["logits"]

  /// - Precondition: `[components, variables]`, neither zero.
  public init(logits: Tensor<Double>) {
    precondition(
      logits.rank == 2 && logits.count > 0,
      "logits are [components, variables], neither zero, got shape \(logits.shape)")
    self.logits = logits
    costs = logits.softplus().sum(along: 1)
  }

  public init(parameters: [Tensor<Double>]) throws(ArchiveError) {
    guard parameters[0].rank == 2, parameters[0].count > 0 else {
      throw .shape(
        "logits", found: parameters[0].shape, expected: "[components, variables], neither zero")
    }
    self.init(logits: parameters[0])
  }

  public var parameters: [Tensor<Double>] { [logits] }
  public var count: Int { logits.shape[0] }
  public var means: Tensor<Double> { logits.logistic() }
  public var variableCount: Int { logits.shape[1] }

  public func logDensities(of rows: Tensor<Double>) -> Tensor<Double> {
    if let given = GivenValues(rows) {
      return given.values.matmul(logits, transposingOther: true)
        - given.marks.matmul(logits.softplus(), transposingOther: true)
    }
    var result = rows.matmul(logits, transposingOther: true)
    result -= costs
    return result
  }

  public func parameterSlopes(
    at rows: Tensor<Double>, weights: Tensor<Double>
  ) -> [Tensor<Double>] {
    let totals = weights.sum(along: 0).reshaped(to: [count, 1])
    return [weights.matmul(rows, transposingSelf: true) - logits.logistic() * totals]
  }

  public func inputSlopes(at rows: Tensor<Double>, weights: Tensor<Double>) -> Tensor<Double> {
    weights.matmul(logits)
  }

  public func draw(from component: Int, using stream: inout RandomStream) -> [Double] {
    logits.row(component).logistic().elements.map {
      stream.uniform(as: Double.self) < $0 ? 1 : 0
    }
  }
}

extension BernoulliComponents {
  /// Σ r and Σ r x of every component, and Σ r over the rows that miss a variable, `[components, variables]`; nil where none
  /// does.
  public struct Moments: Sendable {
    var totals: Tensor<Double>
    var sums: Tensor<Double>
    var absent: Tensor<Double>?
  }

  public struct Options: Sendable {
    public init() {}
  }

  public func moments(
    of rows: Tensor<Double>, responsibilities: Tensor<Double>
  ) -> Moments {
    let given = GivenValues(rows)
    return Moments(
      totals: responsibilities.sum(along: 0),
      sums: responsibilities.matmul(given?.values ?? rows, transposingSelf: true),
      absent: given.map { responsibilities.matmul(1 - $0.marks, transposingSelf: true) })
  }

  public static func add(_ part: Moments, to total: inout Moments) {
    total.totals += part.totals
    total.sums += part.sums
    if let absent = part.absent { total.absent = total.absent.map { $0 + absent } ?? absent }
  }

  /// p_kᵢ = (Σ r xᵢ + α) / (Σ r + 2α), over the rows that have xᵢ, θ = log p − log(1 − p).
  public func maximized(_ moments: Moments, isEmpty: [Bool], limits: MixtureLimits) -> Self {
    let alpha = limits.pseudoCount
    let ones = moments.sums + alpha
    var zeros = (moments.totals.reshaped(to: [count, 1]) - moments.sums) + alpha
    if let absent = moments.absent { zeros -= absent }
    var logits = ones.log() - zeros.log()
    logits.assignRows(where: isEmpty, from: self.logits)
    return Self(logits: logits)
  }

  /// None: the pseudo-count smooths all alike.
  public func limited(by limits: MixtureLimits) -> [Int] { [] }

  /// Σ α (log p + log(1 − p))
  public func logPrior(limits: MixtureLimits) -> Double {
    -limits.pseudoCount * (logits.softplus() + (-logits).softplus()).sum()
  }

  public static func initial(
    centers: Tensor<Double>, variance: Double, options: Options
  ) -> Self {
    // A centre, and as much of one half.
    Self(logits: (centers * 0.5 + 0.25).log() - (centers * -0.5 + 0.75).log())
  }
}
