import JouleAlgebra
import JouleTensor
import RealModule

/// Rows of binary variables as a pairwise field sees them, and their pseudo-likelihood.
///
///     −log PL(J, h) = (1/N) Σ_n Σᵢ log(1 + exp(−uᵢ)),   uᵢ = w tᵢ (hᵢ + Σⱼ Jᵢⱼ vⱼ)
///
/// with t = 2x − 1, and w = 2, v = t of spins, w = 1, v = x of bits.
struct SpinData: Sendable {
  let graph: FieldGraph
  let rowCount: Int
  private let span: Double
  /// v, `[rows, sites]`.
  private let values: [Int8]
  /// t, `[rows, sites]`.
  private let signs: [Int8]

  /// - Throws: when a value is neither 0 nor 1; its place is named.
  init<Scalar: TensorScalar>(
    _ rows: Tensor<Scalar>, _ graph: FieldGraph, _ kind: BinaryValues
  ) throws(FieldError) {
    precondition(
      rows.rank == 2 && rows.shape[1] == graph.siteCount,
      "a field of \(graph.siteCount) sites takes rows of shape [batch, \(graph.siteCount)], got "
        + "\(rows.shape)")
    self.graph = graph
    rowCount = rows.shape[0]
    span = kind.span
    let ones = try Self.bits(rows)
    signs = ones.map { 2 * $0 - 1 }
    values = kind == .spins ? signs : ones
  }

  private static func bits<Scalar: TensorScalar>(
    _ rows: Tensor<Scalar>
  ) throws(FieldError) -> [Int8] {
    var result: [Int8] = []
    result.reserveCapacity(rows.count)
    for (index, value) in rows.elements.enumerated() {
      guard value == 0 || value == 1 else {
        throw .unsupported(
          what: "row \(index / rows.shape[1]), column \(index % rows.shape[1])",
          found: "\(value)", expected: "0 or 1")
      }
      result.append(value == 1 ? 1 : 0)
    }
    return result
  }

  /// A site that has one value in all rows, if there is one.
  var constantSite: (site: Int, value: Int)? {
    let count = graph.siteCount
    for site in 0..<count {
      var sum = 0
      for row in 0..<rowCount { sum += Int(signs[row * count + site]) }
      if abs(sum) == rowCount { return (site, sum > 0 ? 1 : 0) }
    }
    return nil
  }

  /// Pieces that are summed by themselves, in parallel: their number depends on that of the rows alone.
  private var pieces: [Range<Int>] {
    let count = max(1, min(8, rowCount / 16))
    return (0..<count).map { rowCount * $0 / count..<rowCount * ($0 + 1) / count }
  }

  /// w t σ(−u) and log(1 + e^−u) summed, of the sites of one row.
  private func formResiduals(
    _ row: Int, _ parameters: [Double], into residuals: inout [Double]
  ) -> Double {
    let (sites, edges, start) = (graph.siteCount, graph.edgeCount, row * graph.siteCount)
    for site in 0..<sites { residuals[site] = parameters[edges + site] }
    graph.forEachEdge { edge, first, second in
      let coupling = parameters[edge]
      residuals[first] += coupling * Double(values[start + second])
      residuals[second] += coupling * Double(values[start + first])
    }
    var sum = 0.0
    for site in 0..<sites {
      let factor = span * Double(signs[start + site])
      let u = factor * residuals[site]
      let tail = Double.exp(-abs(u))
      sum += max(-u, 0) + Double.log(onePlus: tail)
      residuals[site] = factor * (u >= 0 ? tail / (1 + tail) : 1 / (1 + tail))
    }
    return sum
  }

  /// The value and its gradient with respect to J and h, in this order, `[edges + sites]`.
  func evaluate(
    _ parameters: [Double], on workers: Workers
  ) -> (value: Double, gradient: [Double]) {
    var sums = pieces.map { range in
      (range: range, value: 0.0, gradient: [Double](repeating: 0, count: parameters.count))
    }
    workers.mutateEach(&sums) { _, piece in
      var residuals = [Double](repeating: 0, count: graph.siteCount)
      for row in piece.range {
        piece.value += formResiduals(row, parameters, into: &residuals)
        addScore(row, residuals, to: &piece.gradient)
      }
    }
    var value = 0.0
    var gradient = [Double](repeating: 0, count: parameters.count)
    for piece in sums {
      value += piece.value
      for index in gradient.indices { gradient[index] += piece.gradient[index] }
    }
    let scale = 1 / Double(rowCount)
    return (value * scale, gradient.map { $0 * scale })
  }

  /// −∂ log PL of one row.
  private func addScore(_ row: Int, _ residuals: [Double], to gradient: inout [Double]) {
    let (edges, start) = (graph.edgeCount, row * graph.siteCount)
    for site in 0..<graph.siteCount { gradient[edges + site] -= residuals[site] }
    graph.forEachEdge { edge, first, second in
      gradient[edge] -=
        residuals[first] * Double(values[start + second])
        + residuals[second] * Double(values[start + first])
    }
  }

  /// −∂ log PL of every row, `[rows, edges + sites]`.
  func scores(_ parameters: [Double]) -> Tensor<Double> {
    var elements: [Double] = []
    elements.reserveCapacity(rowCount * parameters.count)
    var residuals = [Double](repeating: 0, count: graph.siteCount)
    var score = [Double](repeating: 0, count: parameters.count)
    for row in 0..<rowCount {
      for index in score.indices { score[index] = 0 }
      _ = formResiduals(row, parameters, into: &residuals)
      addScore(row, residuals, to: &score)
      elements += score
    }
    return Tensor(shape: [rowCount, parameters.count], elements: elements)
  }

  /// The second derivative with respect to each parameter by itself, `[edges + sites]`.
  func curvatures(_ parameters: [Double]) -> [Double] {
    let (sites, edges) = (graph.siteCount, graph.edgeCount)
    var sums = [Double](repeating: 0, count: parameters.count)
    var residuals = [Double](repeating: 0, count: sites)
    for row in 0..<rowCount {
      _ = formResiduals(row, parameters, into: &residuals)
      for site in 0..<sites {
        residuals[site] = weight(residuals[site])
        sums[edges + site] += residuals[site]
      }
      let start = row * sites
      graph.forEachEdge { edge, first, second in
        // v² is |v|.
        sums[edge] +=
          residuals[first] * Double(abs(values[start + second]))
          + residuals[second] * Double(abs(values[start + first]))
      }
    }
    return sums.map { $0 / Double(rowCount) }
  }

  /// w² σ(u) σ(−u) of r = w t σ(−u): |r| (w − |r|).
  private func weight(_ residual: Double) -> Double { abs(residual) * (span - abs(residual)) }

  /// The second derivatives of the value, `[edges + sites, edges + sites]`.
  ///
  ///     Σᵢ w² σ(u) σ(−u) z zᵀ,   z of site i: vⱼ at its edges ij, 1 at its field
  func hessian(_ parameters: [Double]) -> Tensor<Double> {
    let (sites, edges, count) = (graph.siteCount, graph.edgeCount, parameters.count)
    let adjacency = graph.adjacency
    var matrix = [Double](repeating: 0, count: count * count)
    var residuals = [Double](repeating: 0, count: sites)
    for row in 0..<rowCount {
      _ = formResiduals(row, parameters, into: &residuals)
      let start = row * sites
      for site in 0..<sites {
        let weight = weight(residuals[site])
        let range = adjacency.range(of: site)
        let field = edges + site
        matrix[field * count + field] += weight
        for entry in range {
          let edge = Int(adjacency.edges[entry])
          let v = weight * Double(values[start + Int(adjacency.neighbours[entry])])
          matrix[edge * count + field] += v
          matrix[field * count + edge] += v
          for other in range {
            matrix[edge * count + Int(adjacency.edges[other])] +=
              v * Double(values[start + Int(adjacency.neighbours[other])])
          }
        }
      }
    }
    return Tensor(shape: [count, count], elements: matrix) * (1 / Double(rowCount))
  }
}
