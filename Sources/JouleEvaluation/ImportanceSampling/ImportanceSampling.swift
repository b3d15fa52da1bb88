public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// Importance sampling: draws from one distribution, weighted to stand for another.
///
///     x ~ q,   w(x) = exp(−E(x)) / q(x),   Z ≈ mean w,   E_p[f] ≈ Σ w f / Σ w
///
///     let sample = try ImportanceSampling(of: energy, from: NormalDistribution(…))
///       .run(count: 10_000, key: key)
///     let mean = sample.mean(of: sample.rows)
///
/// The estimate of Z is unbiased, that of an expectation consistent. Both rest on q reaching wherever p does;
/// `WeightedSample.paretoShape` says how far they can be trusted.
///
/// Reference: A. Owen, Monte Carlo theory, methods and examples (2013), ch. 9, eq. 9.3 and 9.6.
public struct ImportanceSampling<Target: EnergyModel, Proposal: TractableDistribution>: Sendable
where Target.Scalar == Proposal.Scalar {
  public let target: Target
  public let proposal: Proposal

  /// - Parameters:
  ///   - target: p, by its energy.
  ///   - proposal: q, of as many variables.
  public init(of target: Target, from proposal: Proposal) {
    precondition(
      target.variableCount == proposal.variableCount,
      "target and proposal have equally many variables, got \(target.variableCount) and "
        + "\(proposal.variableCount)")
    self.target = target
    self.proposal = proposal
  }

  /// Draws and weighs so many rows.
  ///
  /// - Parameters:
  ///   - count: at least 1.
  ///   - workers: the result does not depend on their number.
  /// - Throws: for the first row whose energy is NaN or −∞, or whose density is not finite.
  public func run(
    count: Int, key: RandomKey, on workers: Workers = .single
  ) throws(TransitionFault) -> WeightedSample<Target.Scalar> {
    precondition(count > 0, "importance sampling needs at least one draw, got \(count)")
    let (target, proposal) = (target, proposal)
    var pieces = RowPieces.ranges(count).map { Piece(range: $0) }
    workers.mutateEach(&pieces) { _, piece in
      let rows = proposal.sample(
        count: piece.range.count,
        using: ChainRandom(key: key, firstChain: piece.range.lowerBound))
      let energies = target.energy(of: rows).elements
      let densities = proposal.logDensity(of: rows).elements
      piece.logWeights = energies.indices.map { -Double(energies[$0]) - densities[$0] }
      piece.rows = rows
      if let row = piece.logWeights.firstIndex(where: { !($0 < .infinity) }) {
        let reason: TransitionFault.Reason =
          densities[row].isFinite
          ? .notFinite("the energy \(energies[row]) of a draw")
          : .notFinite("the log density \(densities[row]) of a draw")
        piece.fault = TransitionFault(row: piece.range.lowerBound + row, reason: reason)
      }
    }
    if let fault = pieces.lazy.compactMap(\.fault).first { throw fault }
    return WeightedSample(
      rows: Tensor(concatenating: pieces.compactMap(\.rows), along: 0),
      weights: ImportanceWeights(pieces.flatMap(\.logWeights)))
  }

  private struct Piece: Sendable {
    let range: Range<Int>
    var rows: Tensor<Target.Scalar>?
    var logWeights: [Double] = []
    var fault: TransitionFault?
  }
}

/// Rows with the weights that make them stand for a distribution.
public struct WeightedSample<Scalar: TensorScalar>: Sendable {
  /// `[count, variables]`.
  public let rows: Tensor<Scalar>
  public let weights: ImportanceWeights

  /// - Precondition: a weight a row.
  public init(rows: Tensor<Scalar>, weights: ImportanceWeights) {
    precondition(
      rows.rank == 2 && rows.shape[0] == weights.logWeights.count,
      "\(weights.logWeights.count) weights for rows of shape \(rows.shape)")
    self.rows = rows
    self.weights = weights
  }

  /// log Z of the target, its constant included, by the mean weight; too low on average by about
  /// `standardError²/2`.
  public var logPartition: Double { weights.logMean }

  /// k of the weights' tail; see ``ParetoSmoothing``. Above 0.7 believe nothing.
  public var paretoShape: Double? { ParetoSmoothing(weights).shape }

  /// The same with the tail of the weights smoothed.
  public var smoothed: WeightedSample {
    WeightedSample(rows: rows, weights: ParetoSmoothing(weights).weights)
  }

  /// The expectation of something known of every row, with its Monte-Carlo standard error.
  ///
  ///     μ = Σ w f / Σ w,   se² = Σ w² (f − μ)² / (Σ w)²
  ///
  /// - Parameter values: f of each row.
  ///
  /// Reference: A. Owen, Monte Carlo theory, methods and examples (2013), eq. 9.9.
  public func mean(of values: [Double]) -> MeanEstimate {
    precondition(
      values.count == rows.shape[0], "\(values.count) values for \(rows.shape[0]) rows")
    let normalized = weights.normalized
    // A weight of zero counts for nothing, whatever the value there.
    let mean = zip(normalized, values).reduce(0) { $1.0 > 0 ? $0 + $1.0 * $1.1 : $0 }
    let squares = zip(normalized, values).reduce(0) {
      let term = $1.0 > 0 ? $1.0 * ($1.1 - mean) : 0
      return $0 + term * term
    }
    return MeanEstimate(mean: mean, standardError: squares.squareRoot())
  }

  /// The expectation of every column of something known of the rows, such as the rows themselves.
  ///
  /// - Parameter values: `[count, columns]`.
  public func means(of values: Tensor<Scalar>) -> [MeanEstimate] {
    precondition(
      values.rank == 2 && values.shape[0] == rows.shape[0],
      "values of shape \(values.shape) for \(rows.shape[0]) rows")
    return (0..<values.shape[1]).map { column in
      mean(of: values.columns(column..<column + 1).elements.map { Double($0) })
    }
  }

  /// Equally weighted rows: sampling-importance-resampling.
  ///
  /// They follow the target as the number of weighted rows grows, well above `count`.
  ///
  /// - Returns: `[count, variables]`; rows repeat.
  ///
  /// Reference: D. Rubin, Using the SIR algorithm to simulate posterior distributions, Bayesian
  /// Statistics 3 (1988).
  public func resampled(
    count: Int, by scheme: Resampling = .systematic, key: RandomKey
  ) -> Tensor<Scalar> {
    rows.rows(at: weights.resampled(count: count, by: scheme, key: key))
  }
}
