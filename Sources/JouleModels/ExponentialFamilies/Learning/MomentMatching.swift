import JouleTensor
import RealModule

/// How it is known that parameters match their moments.
public struct NewtonCertificate: Sendable, Equatable {
  /// Newton steps; 0 where a formula gave the answer.
  public var iterations: Int
  /// The largest |αᵢ − μᵢ(θ)| in standard deviations of Tᵢ: the gradient of the log-likelihood of one
  /// observation.
  public var gradientNorm: Double
  /// λ² = gᵀ I(θ)⁻¹ g with the gradient g = α − μ(θ). About λ²/2 nats an observation are left to gain.
  ///
  /// Reference: S. Boyd, L. Vandenberghe, Convex Optimization (2004), §9.5.1.
  public var decrement: Double
  /// The number of directions in which θ is determined: less than its count where statistics depend
  /// on each other, and θ is then the shortest of many.
  public var rank: Int
}

/// θ of given moments, and the proof.
public struct MomentMatch: Sendable {
  public let parameters: NaturalParameters
  public let certificate: NewtonCertificate
}

extension ExponentialFamily {
  /// θ with E[T] = α.
  ///
  /// - Throws: as ``match(_:)``.
  public func naturalParameters(
    of moments: MeanParameters
  ) throws(ExponentialFamilyError) -> NaturalParameters {
    try match(moments).parameters
  }

  /// θ with E[T] = α: the maximum of the concave θ·α − log Z(θ), by a formula where the family has one,
  /// else by Newton's method with line search.
  ///
  /// - Throws: ``ExponentialFamilyError/boundary(family:reason:)`` where no θ has these moments but
  ///   arbitrarily near ones; ``ExponentialFamilyError/infeasible(_:names:)`` where no distribution has
  ///   them; ``ExponentialFamilyError/notConverged(family:_:)``.
  public func match(_ moments: MeanParameters) throws(ExponentialFamilyError) -> MomentMatch {
    precondition(
      moments.count == statisticCount,
      "\(name) has \(statisticCount) statistics, got \(moments.count) moments")
    if let index = moments.values.firstIndex(where: { !$0.isFinite }) {
      throw .boundary(
        family: name, reason: "the mean of \(statisticNames[index]) is \(moments[index])")
    }
    if let reason = boundary(at: moments) { throw .boundary(family: name, reason: reason) }
    if let solution = closedForm(of: moments) {
      var newton = NewtonMatching(family: self, target: moments, at: solution)
      _ = newton.step()
      return MomentMatch(parameters: solution, certificate: newton.certificate)
    }
    var newton = NewtonMatching(family: self, target: moments, at: startingPoint(for: moments))
    try newton.run()
    return MomentMatch(parameters: newton.parameters, certificate: newton.certificate)
  }
}

/// Newton's method on ℓ(θ) = θ·α − log Z(θ), which is concave: ∇ℓ = α − μ(θ), ∇²ℓ = −I(θ).
struct NewtonMatching<Family: ExponentialFamily> {
  let family: Family
  let target: MeanParameters
  private(set) var parameters: NaturalParameters
  private(set) var certificate = NewtonCertificate(
    iterations: 0, gradientNorm: .infinity, decrement: .infinity, rank: 0)
  private var cumulants: Cumulants

  /// Steps after which something must be wrong: a well-posed problem takes five to thirty.
  private static var limit: Int { 200 }
  /// After so many steps it is worth to ask whether there is anything to find.
  private static var usualLimit: Int { 12 }
  /// Slow steps that no proof of a boundary explains. In each the smallest probabilities fall by e.
  private static var slowLimit: Int { 40 }

  init(family: Family, target: MeanParameters, at start: NaturalParameters) {
    self.family = family
    self.target = target
    parameters = start
    cumulants = family.cumulants(at: start)
  }

  /// - Throws: see `ExponentialFamily.match(_:)`.
  mutating func run() throws(ExponentialFamilyError) {
    // Near the maximum λ² squares itself from step to step, down to where rounding ends it. A λ² that is
    // small and merely shrinks means that θ is running away towards a boundary, or has far to go.
    var wasFast = false
    var slowSteps = 0
    while true {
      let previous = certificate.decrement
      guard let step = step(), certificate.decrement.isFinite else { throw failure(stopped) }
      let decrement = certificate.decrement
      let isSlow = decrement > 0.05 * previous
      if !isSlow && decrement < 1e-2 { wasFast = true }
      if decrement < 1e-26 || (decrement < 1e-13 && isSlow && wasFast) { return try checkRank() }
      slowSteps += decrement < 1e-3 && isSlow ? 1 : 0
      if slowSteps == Self.slowLimit { throw failure(runsAway) }
      let isOverdue = certificate.iterations == Self.usualLimit || (slowSteps == 4 && isSlow)
      if isOverdue, let proof = family.separation(at: target) { throw proven(proof) }
      guard certificate.iterations < Self.limit, advance(along: step) else {
        if decrement < 1e-13 { return try checkRank() }
        throw failure(stopped)
      }
      certificate.iterations += 1
    }
  }

  /// With statistics that depend on each other, moments may contradict the dependence.
  private func checkRank() throws(ExponentialFamilyError) {
    guard certificate.rank < target.count, certificate.gradientNorm > 1e-9 else { return }
    throw failure(stopped)
  }

  /// The proof that no member fits, if there is one; else what was seen.
  private func failure(_ seen: ExponentialFamilyError) -> ExponentialFamilyError {
    family.separation(at: target).map(proven) ?? seen
  }

  private func proven(_ proof: SeparatingDirection) -> ExponentialFamilyError {
    let scale = max(abs(proof.target), abs(proof.reach), 1e-300)
    return proof.margin > 1e-9 * scale
      ? .infeasible(proof, names: family.statisticNames)
      : .boundary(
        family: family.name,
        reason: "\(proof.statement(family.statisticNames)): the likelihood grows without end along "
          + "that direction")
  }

  /// I(θ)⁻¹ g, with the certificate brought up to date; nil if the information is not finite.
  mutating func step() -> [Double]? {
    let gradient: [Double] = zip(target.values, cumulants.mean.values).map { $0 - $1 }
    let variances = diagonal(of: cumulants.covariance)
    certificate.gradientNorm = zip(gradient, variances).reduce(0) { largest, pair in
      pair.0 == 0 ? largest : max(largest, abs(pair.0) / pair.1.squareRoot())
    }
    guard let solution = solveInformation(cumulants.covariance, gradient) else {
      certificate.decrement = .nan
      return nil
    }
    certificate.rank = solution.rank
    certificate.decrement = max(0, zip(gradient, solution.values).reduce(0) { $0 + $1.0 * $1.1 })
    return solution.values
  }

  /// The longest of the steps 1, ½, ¼, … along which ℓ rises by a quarter of what the slope promises.
  private mutating func advance(along step: [Double]) -> Bool {
    let value = parameters.dot(target.values) - cumulants.logPartition
    // What rounding alone can change ℓ by.
    let noise = 1e-14 * (1 + abs(cumulants.logPartition) + abs(parameters.dot(target.values)))
    var length = 1.0
    for _ in 0..<60 {
      let next = parameters + length * NaturalParameters(step)
      if family.requirement(brokenBy: next) == nil {
        let logPartition = family.logPartition(at: next)
        let rise = next.dot(target.values) - logPartition - value
        if rise.isFinite, rise >= 0.25 * length * certificate.decrement - noise {
          let cumulants = family.cumulants(at: next)
          if cumulants.mean.values.allSatisfy(\.isFinite) {
            parameters = next
            self.cumulants = cumulants
            return true
          }
        }
      }
      length /= 2
    }
    return false
  }

  private var stopped: ExponentialFamilyError {
    .notConverged(family: family.name, certificate)
  }

  private var runsAway: ExponentialFamilyError {
    .boundary(
      family: family.name,
      reason: "the likelihood goes on rising while the parameters grow without end (at step "
        + "\(certificate.iterations) the largest is "
        + "\(parameters.values.map { abs($0) }.max() ?? 0)): the moments lie on the boundary of those "
        + "that members of the family have")
  }
}

/// The shortest d with I d = g, by Cholesky of I in units of the deviations; where that fails by its
/// eigenvectors, leaving out those that belong to nothing but rounding.
func solveInformation(
  _ information: Tensor<Double>, _ gradient: [Double]
) -> (values: [Double], rank: Int)? {
  let count = gradient.count
  // A statistic that does not vary has no say.
  let scales = diagonal(of: information).map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
  guard scales.allSatisfy(\.isFinite), information.firstNonFinite == nil else { return nil }
  var scaled = information
  for i in 0..<count {
    for j in 0..<count { scaled[i, j] *= scales[i] * scales[j] }
  }
  let right = Tensor(zip(gradient, scales).map { $0 * $1 })
  let isRegular = scales.allSatisfy { $0 > 0 }
  if isRegular, let solution = try? scaled.solvePositiveDefinite(right) {
    return (zip(solution.elements, scales).map { $0 * $1 }, count)
  }
  guard let (values, vectors) = try? scaled.symmetricEigen() else { return nil }
  let cutoff = values.max() * 1e-13 * Double(count)
  var solution = [Double](repeating: 0, count: count)
  var rank = 0
  for k in 0..<count where values[k] > cutoff {
    rank += 1
    var part = 0.0
    for i in 0..<count { part += vectors[i, k] * right[i] / values[k] }
    for i in 0..<count { solution[i] += part * vectors[i, k] }
  }
  return (zip(solution, scales).map { $0 * $1 }, rank)
}
