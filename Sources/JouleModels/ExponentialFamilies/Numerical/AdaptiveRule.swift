import JouleTensor
import RealModule

/// Nodes and weights of an integral over a box, adapted to one integrand.
///
///     ∫ h(x) e^(θ·T(x)) (1, T, T²) dx ≈ Σ_s e^(w_s) (1, T_s, T_s²)
///
/// Cells of the box carry products of the 15-point rule of Gauss and Kronrod. Those with the largest
/// errors are halved across the axis along which the inner 7-point rule differs most, until the errors
/// of the three kinds of integrals are below the tolerance, each relative to its own size.
///
/// - Complexity: 15ᵈ evaluations a cell of d variables; smooth densities need tens of cells.
struct AdaptiveRule {
  /// T at the nodes, `[nodes, statistics]`, cell by cell.
  private(set) var blocks: [(statistics: Tensor<Double>, logWeights: [Double])] = []
  /// The cells, one a block.
  private(set) var cells: [IntegrationBox.Cell] = []
  /// Whether the tolerance was reached; where it was not, the integral may not exist.
  private(set) var isAccurate = false

  fileprivate struct Estimate {
    var cell: IntegrationBox.Cell
    var statistics: Tensor<Double>
    var logWeights: [Double]
    /// log of the largest weight: the sums below are in units of e to it.
    var logScale: Double
    /// Σ e^w (1, T, T²) by the outer rule, and by how much the inner ones differ along each axis.
    var sums: [Double]
    var errors: [[Double]]
    /// The sum of the sizes of what the log-density at the best node is made of.
    var exponentSize = 0.0
  }

  private static let roundLimit = 60
  /// By the number of variables: what smooth densities need, many times over.
  private static let nodeLimits = [30_000, 500_000, 4_000_000]

  init(
    over box: IntegrationBox, tolerance: Double, statisticCount: Int,
    integrand: ([Double]) -> (statistics: [Double], logDensity: Double, size: Double)
  ) {
    let nodesPerCell = box.axes.reduce(1) { count, _ in count * GaussKronrod.nodes.count }
    var estimates = box.firstCells.map {
      Self.estimate($0, box, statisticCount, integrand)
    }
    for _ in 0..<Self.roundLimit {
      let top = estimates.reduce(-Double.infinity) { max($0, $1.logScale) }
      let largestExponent = estimates.first { $0.logScale == top }?.exponentSize ?? 0
      guard top.isFinite else { break }
      var totals = [Double](repeating: 0, count: 2 * statisticCount + 1)
      for estimate in estimates {
        let factor = Double.exp(estimate.logScale - top)
        for index in totals.indices { totals[index] += factor * estimate.sums[index] }
      }
      // T is measured by √E[T²]: its mean may be zero.
      for index in 1...statisticCount {
        totals[index] = (totals[0] * totals[statisticCount + index]).squareRoot()
      }
      let errors = estimates.map { estimate -> Double in
        let factor = Double.exp(estimate.logScale - top)
        return totals.indices.reduce(0) { worst, index in
          let error = estimate.errors.reduce(0) { $0 + $1[index] }
          return totals[index] > 0 ? max(worst, factor * error / totals[index]) : worst
        }
      }
      // Densities carry the rounding of their exponents; a divergent integral's exponents have no end.
      if errors.reduce(0, +) <= max(tolerance, min(1e-8, 1e-14 * largestExponent)) {
        isAccurate = true
        break
      }
      let largest = errors.max() ?? 0
      if !largest.isFinite
        || (estimates.count + 1) * nodesPerCell > Self.nodeLimits[box.axes.count - 1]
      {
        break
      }
      let threshold = max(0.05 * largest, 0.25 * tolerance / Double(estimates.count))
      estimates = zip(estimates, errors).flatMap { estimate, error -> [Estimate] in
        guard error > threshold else { return [estimate] }
        let axis = estimate.errors.indices.max {
          (estimate.errors[$0].max() ?? 0) < (estimate.errors[$1].max() ?? 0)
        }
        return estimate.cell.halves(across: axis ?? 0).map {
          Self.estimate($0, box, statisticCount, integrand)
        }
      }
    }
    blocks = estimates.map { ($0.statistics, $0.logWeights) }
    cells = estimates.map(\.cell)
  }

  /// The rule on one cell.
  private static func estimate(
    _ cell: IntegrationBox.Cell, _ box: IntegrationBox, _ statisticCount: Int,
    _ integrand: ([Double]) -> (statistics: [Double], logDensity: Double, size: Double)
  ) -> Estimate {
    let dimensions = box.axes.count
    let order = GaussKronrod.nodes.count
    let nodeCount = (0..<dimensions).reduce(1) { count, _ in count * order }
    let logVolume = cell.width.reduce(0) { $0 + Double.log($1) }
    var statistics = Tensor<Double>(zeros: [nodeCount, statisticCount])
    var logDensities = [Double](repeating: 0, count: nodeCount)
    var sizes = logDensities
    var x = [Double](repeating: 0, count: dimensions)
    for node in 0..<nodeCount {
      var rest = node
      var logJacobian = logVolume
      for axis in 0..<dimensions {
        let point = box.axes[axis].point(
          at: cell.lower[axis] + cell.width[axis] * GaussKronrod.nodes[rest % order])
        x[axis] = point.x
        logJacobian += point.logJacobian
        rest /= order
      }
      let value = integrand(x)
      for (index, statistic) in value.statistics.enumerated() {
        statistics[node, index] = statistic
      }
      logDensities[node] = value.logDensity + logJacobian
      sizes[node] = value.size
    }
    // Where the density is 0, T may be infinite: the node then has no say.
    let logScale = logDensities.max() ?? -.infinity
    var result = Estimate(
      cell: cell, statistics: statistics, logWeights: [], logScale: logScale,
      sums: [Double](repeating: 0, count: 2 * statisticCount + 1),
      errors: [[Double]](
        repeating: [Double](repeating: 0, count: 2 * statisticCount + 1), count: dimensions))
    result.logWeights.reserveCapacity(nodeCount)
    if let best = logDensities.firstIndex(of: logScale) { result.exponentSize = sizes[best] }
    guard logScale.isFinite else {
      result.logWeights =
        logScale == -.infinity
        ? logDensities : [Double](repeating: .nan, count: nodeCount)
      return result
    }
    for node in 0..<nodeCount {
      var rest = node
      var weight = 1.0
      var ratios = [Double](repeating: 1, count: dimensions)
      for axis in 0..<dimensions {
        let place = rest % order
        weight *= GaussKronrod.weights[place]
        ratios[axis] = 1 - GaussKronrod.innerWeights[place] / GaussKronrod.weights[place]
        rest /= order
      }
      let density = Double.exp(logDensities[node] - logScale)
      result.logWeights.append(
        density > 0 ? logDensities[node] + Double.log(weight) : -.infinity)
      guard density > 0 else { continue }
      let mass = weight * density
      result.add(mass, at: 0, ratios)
      for index in 0..<statisticCount {
        let statistic = result.statistics[node, index]
        result.add(mass * statistic, at: 1 + index, ratios)
        result.add(mass * statistic * statistic, at: 1 + statisticCount + index, ratios)
      }
    }
    result.sharpenErrors(statisticCount)
    return result
  }
}

extension AdaptiveRule.Estimate {
  fileprivate mutating func add(_ value: Double, at index: Int, _ ratios: [Double]) {
    sums[index] += value
    for axis in ratios.indices { errors[axis][index] += value * ratios[axis] }
  }

  /// The relative difference δ of the rules is the inner one's error, of order 14 in the cell's width;
  /// the outer one's, of order 23, is below δ^1.5. (200 δ)² allows for constants and still falls as fast.
  ///
  /// Reference: R. Piessens et al., QUADPACK (1983), §2.2.4.1, with the exponent 1.5 there.
  fileprivate mutating func sharpenErrors(_ statisticCount: Int) {
    for axis in errors.indices {
      for index in errors[axis].indices {
        // Sizes free of sign: Z, √(Z·∫T²), ∫T².
        let size =
          index == 0 || index > statisticCount
          ? abs(sums[index]) : (sums[0] * sums[statisticCount + index]).squareRoot()
        let difference = abs(errors[axis][index])
        let ratio = size > 0 ? 200 * difference / size : 0
        errors[axis][index] = min(difference, size * ratio * ratio)
      }
    }
  }
}
