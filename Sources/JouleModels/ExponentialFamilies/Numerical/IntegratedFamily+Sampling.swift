import JouleRandom
import RealModule

/// Independent draws, without a Markov chain.
///
/// The polynomials g through the nodes of the adapted rule propose: a cell by its mass, then one axis after
/// another by the inverse of its distribution function. A proposal x is kept with probability
///
///     min(1, p(x) / (3/2 · g(x)))
///
/// so that draws are from p itself wherever g is at least two thirds of it, not from g. That fails only where
/// the density jumps within a cell, and the rule has made such cells as small as its tolerance.
///
/// - Complexity: one rule a sampler; about one and a half evaluations of T a draw.
extension IntegratedFamily: SampledFamily {
  /// - Precondition: the integral at θ exists and was found to the tolerance.
  public func sampler(at parameters: NaturalParameters) -> Draw {
    let rule = rule(at: parameters)
    precondition(
      rule.isAccurate,
      "\(name) has no partition function at \(parameters.values), or none to a tolerance of \(tolerance)"
    )
    let logPartition = logSumExp(rule.blocks.flatMap(\.logWeights))
    let cells = zip(rule.cells, rule.blocks).compactMap {
      InterpolatedCell($0, logWeights: $1.logWeights.map { $0 - logPartition })
    }
    let table = AliasTable(weights: cells.map(\.mass))
    return { stream in
      while true {
        let cell = cells[stream.categorical(table)]
        let proposal = cell.draw(using: &stream)
        let points = zip(axes, proposal.place).map { $0.point(at: $1) }
        let x = points.map(\.x)
        guard proposal.density > 0, functions.requirement(brokenBy: x.span) == nil else { continue }
        let logDensity =
          parameters.dot(functions.statistics(of: x.span)) + functions.logBaseMeasure(of: x.span)
          - logPartition + points.reduce(cell.logVolume) { $0 + $1.logJacobian }
        let uniform: Double = stream.uniform()
        if uniform * 1.5 * proposal.density < Double.exp(logDensity) { return x }
      }
    }
  }
}

/// A cell of an adapted rule, with the polynomial through the density at its nodes.
private struct InterpolatedCell: Sendable {
  /// The integral of the density over the cell.
  let mass: Double
  let logVolume: Double
  private let cell: IntegrationBox.Cell
  /// The density a unit of the cell's own coordinates in (0, 1), at the nodes, `[15, …, 15]` with the first
  /// axis last.
  private let densities: [Double]

  private static let order = GaussKronrod.nodes.count

  /// Nil where there is no mass.
  init?(_ cell: IntegrationBox.Cell, logWeights: [Double]) {
    self.cell = cell
    logVolume = cell.width.reduce(0) { $0 + Double.log($1) }
    let weights = logWeights.map { Double.exp($0) }
    mass = weights.reduce(0, +)
    guard mass > 0 else { return nil }
    densities = weights.indices.map { node in
      var (rest, share) = (node, 1.0)
      for _ in cell.width {
        share *= GaussKronrod.weights[rest % Self.order]
        rest /= Self.order
      }
      return weights[node] / share
    }
  }

  /// A place in the unit cube, and the density that proposes it, in units of the densities.
  func draw(using stream: inout RandomStream) -> (place: [Double], density: Double) {
    var place = cell.lower
    var values = densities
    for axis in place.indices.reversed() {
      // The rule integrates the polynomial over the axes before this one exactly.
      var margin = values
      while margin.count > Self.order { margin = Self.contracted(margin, GaussKronrod.weights) }
      let u = NodePolynomial(margin).quantile(stream.uniform())
      place[axis] += cell.width[axis] * u
      let shares = NodePolynomial.shares(at: u)
      let inner = values.count / Self.order
      values = (0..<inner).map { index in
        shares.indices.reduce(0) { $0 + shares[$1] * values[$1 * inner + index] }
      }
    }
    return (place, values[0])
  }

  /// The sum over the axis that varies fastest.
  private static func contracted(_ values: [Double], _ weights: [Double]) -> [Double] {
    stride(from: 0, to: values.count, by: order).map { start in
      weights.indices.reduce(0) { $0 + weights[$1] * values[start + $1] }
    }
  }
}
