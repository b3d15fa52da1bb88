public import JouleAlgebra
import JouleTensor

extension MarkovChain {
  /// The mixing time t_mix(ε), exact: by powers of T, the worst start over all states.
  ///
  /// T², T⁴, T⁸, … until the distance has fallen to ε, then the bits of t from the highest down. Rounding
  /// matters where t comes near 10¹⁵/d, as it does for T itself.
  ///
  /// - Parameters:
  ///   - threshold: ε, in (0, 1).
  ///   - limit: no power above this is looked at.
  ///   - progress: called after each product with the time reached and the distance there.
  /// - Returns: nil where the distance stays above ε up to the limit, as it does for ever unless the
  ///   chain ``forgetsItsStart``.
  /// - Throws: `.underflow`.
  /// - Complexity: about 2 log₂ t products of matrices of 2d³ operations.
  public func mixingTime(
    threshold: Double = 0.25, limit: Int = 1 << 50, stationary: [Double]? = nil,
    on workers: Workers = .single, progress: (MixingTime.Distance) -> Void = { _ in }
  ) throws(MarkovChainError) -> MixingTime? {
    precondition(threshold > 0 && threshold < 1, "ε lies between 0 and 1, got \(threshold)")
    precondition(limit > 0, "a limit on steps is positive, got \(limit)")
    guard forgetsItsStart else { return nil }
    let stationary = try given(stationary, on: workers)
    requireDistribution(stationary)
    var seen: [MixingTime.Distance] = []
    func isFar(_ power: [Double], _ steps: Int) -> Bool {
      let distance = MixingTime.Distance(
        steps: steps, totalVariation: worstDistance(power, from: stationary))
      seen.append(distance)
      progress(distance)
      return distance.totalVariation > threshold
    }
    func found(_ steps: Int) -> MixingTime {
      MixingTime(
        threshold: threshold, steps: steps, distances: seen.sorted { $0.steps < $1.steps })
    }
    // At time 0 all the probability is on one state.
    let start = 1 - (stationary.min() ?? 1)
    seen.append(.init(steps: 0, totalVariation: start))
    if start <= threshold { return found(0) }
    guard isFar(transition.elements, 1) else { return found(1) }

    var powers = PowersOfTwo(transition.elements, order: stateCount)
    var (reached, steps, bit) = (transition.elements, 1, 0)
    while true {
      guard steps <= limit / 2 else { return nil }
      let square = SquareProduct.stochastic(reached, reached, order: stateCount, on: workers)
      guard isFar(square, 2 * steps) else { break }
      reached = square
      steps *= 2
      bit += 1
      powers.append(square)
    }
    // Far at `steps` = 2^bit, near at twice that: the lower bits decide.
    while bit > 0 {
      bit -= 1
      let further = SquareProduct.stochastic(
        powers.power(bit, on: workers), reached, order: stateCount, on: workers)
      if isFar(further, steps + 1 << bit) {
        reached = further
        steps += 1 << bit
      }
    }
    return found(steps + 1)
  }

  /// d(0), d(1), …, d(T): how far from π the worst start still is after each step.
  ///
  /// - Parameter steps: T ≥ 0.
  /// - Precondition: π is stationary.
  /// - Complexity: a product of matrices of 2d³ operations a step.
  public func worstDistances(
    upTo steps: Int, from stationary: [Double], on workers: Workers = .single
  ) -> [Double] {
    requireDistribution(stationary)
    precondition(steps >= 0, "a chain makes steps, got \(steps)")
    var distances = [1 - (stationary.min() ?? 1)]
    var power = transition.elements
    for step in 0..<steps {
      if step > 0 {
        power = SquareProduct.stochastic(
          transition.elements, power, order: stateCount, on: workers)
      }
      distances.append(worstDistance(power, from: stationary))
    }
    return distances
  }

  /// What the eigenvalues say of t_mix(ε): bounds from below and from above.
  ///
  /// - Returns: nil unless the chain ``forgetsItsStart``.
  /// - Throws: `.underflow`, `.notConverged`.
  /// - Complexity: that of the spectrum; for a chain that is not reversible another 2d³ operations and
  ///   a symmetric eigenvalue problem.
  public func mixingBounds(
    threshold: Double = 0.25, spectrum: ChainSpectrum? = nil, stationary: [Double]? = nil,
    on workers: Workers = .single
  ) throws(MarkovChainError) -> MixingBounds? {
    precondition(threshold > 0 && threshold < 1, "ε lies between 0 and 1, got \(threshold)")
    guard forgetsItsStart else { return nil }
    let stationary = try given(stationary, on: workers)
    let modulus: Double
    if let spectrum {
      modulus = spectrum.secondModulus
    } else {
      modulus = try self.spectrum(stationary: [stationary], on: workers).secondModulus
    }
    let least = stationary.min() ?? 0
    var singular: Double?
    if least > 0 {
      singular =
        detailedBalance(of: stationary).isReversible
        ? modulus : try secondSingularValue(stationary, on: workers)
    }
    return MixingBounds(
      threshold: threshold, secondModulus: modulus, secondSingularValue: singular,
      leastProbability: least)
  }

  private func given(
    _ stationary: [Double]?, on workers: Workers
  ) throws(MarkovChainError) -> [Double] {
    if let stationary { return stationary }
    return try stationaryDistribution(on: workers)
  }

  /// d of a power of T: the distance from π for the worst start.
  private func worstDistance(_ power: [Double], from stationary: [Double]) -> Double {
    var sums = [Double](repeating: 0, count: stateCount)
    var index = 0
    for probability in stationary {
      for column in sums.indices { sums[column] += abs(power[index + column] - probability) }
      index += stateCount
    }
    return (sums.max() ?? 0) / 2
  }

  /// The second singular value of D^(−1/2) T D^(1/2): the root of the second eigenvalue of T̃ T.
  private func secondSingularValue(
    _ stationary: [Double], on workers: Workers
  ) throws(MarkovChainError) -> Double {
    let order = stateCount
    if order == 1 { return 0 }
    let matrix = balancedBlock(Array(0..<order), stationary)
    let transposed = Tensor(shape: [order, order], elements: matrix).transposed().elements
    let gram = SquareProduct.of(transposed, matrix, order: order, on: workers)
    do throws(LinearAlgebraError) {
      let values = try SymmetricEigen<Double>.values(of: gram.span, order: order)
      return max(0, values[order - 2]).squareRoot()
    } catch {
      throw .notConverged
    }
  }
}

/// T^(2^k) for k = 0, 1, …: all of them, or where they would fill the memory every second, fourth, … one,
/// from which the others are squared again.
private struct PowersOfTwo {
  /// Numbers in all the matrices together: 1 GB.
  private static let largestElementCount = 1 << 27

  private let order: Int
  private var kept: [[Double]]
  private var spacing = 1
  private var count = 1

  init(_ first: [Double], order: Int) {
    self.order = order
    kept = [first]
  }

  mutating func append(_ power: [Double]) {
    if count % spacing == 0 { kept.append(power) }
    count += 1
    if kept.count > 2, kept.count * order * order > Self.largestElementCount {
      kept = Swift.stride(from: 0, to: kept.count, by: 2).map { kept[$0] }
      spacing *= 2
    }
  }

  func power(_ exponent: Int, on workers: Workers) -> [Double] {
    var power = kept[exponent / spacing]
    for _ in 0..<exponent % spacing {
      power = SquareProduct.stochastic(power, power, order: order, on: workers)
    }
    return power
  }
}
