import JouleAlgebra
import JouleTensor
import RealModule

/// Rows of labels, and what the conditional distributions of single sites make of them.
///
///     −log PL(θ) = (1/N) Σ_n Σᵢ [log Σ_a exp ℓᵢ(a) − ℓᵢ(xᵢ)],   ℓᵢ(a) = h · f(a) + Σⱼ J · F(a, xⱼ)
///
/// θ holds the parameters of all edges, then of all sites.
struct ConditionalData: Sendable {
  let graph: FieldGraph
  let features: FieldFeatures
  let rowCount: Int
  private let adjacency: Adjacency
  /// `[rows, sites]`.
  private let labels: [UInt8]

  var parameterCount: Int { edgeParameterCount + graph.siteCount * features.siteWidth }
  var edgeParameterCount: Int { graph.edgeCount * features.edgeWidth }

  /// - Throws: when a value is no label; its place is named.
  init<Scalar: TensorScalar>(
    _ rows: Tensor<Scalar>, _ graph: FieldGraph, _ features: FieldFeatures
  ) throws(FieldError) {
    precondition(
      rows.rank == 2 && rows.shape[1] == graph.siteCount,
      "a field of \(graph.siteCount) sites takes rows of shape [batch, \(graph.siteCount)], got "
        + "\(rows.shape)")
    self.graph = graph
    self.features = features
    rowCount = rows.shape[0]
    adjacency = graph.adjacency
    labels = try Self.labels(rows, features.labelCount)
  }

  private static func labels<Scalar: TensorScalar>(
    _ rows: Tensor<Scalar>, _ labelCount: Int
  ) throws(FieldError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(rows.count)
    for (index, value) in rows.elements.enumerated() {
      guard value >= 0 && value < Scalar(labelCount), value == value.rounded(.down) else {
        throw .unsupported(
          what: "row \(index / rows.shape[1]), column \(index % rows.shape[1])",
          found: "\(value)", expected: "a whole number from 0 to \(labelCount - 1)")
      }
      result.append(UInt8(value))
    }
    return result
  }

  /// A label that a site never has, if there is one.
  var absentLabel: (site: Int, label: Int)? {
    let (count, q) = (graph.siteCount, features.labelCount)
    var isSeen = [Bool](repeating: false, count: count * q)
    for (index, label) in labels.enumerated() { isSeen[index % count * q + Int(label)] = true }
    return isSeen.firstIndex(of: false).map { ($0 / q, $0 % q) }
  }

  /// Pieces that are summed by themselves, in parallel: their number depends on that of the rows alone.
  private var pieces: [Range<Int>] {
    let count = max(1, min(8, rowCount / 16))
    return (0..<count).map { rowCount * $0 / count..<rowCount * ($0 + 1) / count }
  }

  /// p(a) of all sites of one row, given the others, `[sites, labels]`.
  ///
  /// - Returns: −log of the probability of what the row has, summed over the sites.
  private func formProbabilities(
    _ row: Int, _ theta: [Double], into p: inout [Double]
  ) -> Double {
    let (q, start, sites) = (features.labelCount, row * graph.siteCount, edgeParameterCount)
    for site in 0..<graph.siteCount {
      for a in 0..<q {
        let feature = features.site(a)
        p[site * q + a] = theta[sites + site * features.siteWidth + feature.place] * feature.value
      }
    }
    graph.forEachEdge { edge, first, second in
      let (a, b) = (Int(labels[start + first]), Int(labels[start + second]))
      let base = edge * features.edgeWidth
      for label in 0..<q {
        let (one, other) = (features.edge(label, b), features.edge(a, label))
        p[first * q + label] += theta[base + one.place] * one.value
        p[second * q + label] += theta[base + other.place] * other.value
      }
    }
    var sum = 0.0
    for site in 0..<graph.siteCount {
      let base = site * q
      let own = base + Int(labels[start + site])
      var greatest = p[base]
      for a in base..<base + q { greatest = max(greatest, p[a]) }
      sum += greatest - p[own]
      var total = 0.0
      for a in base..<base + q {
        p[a] = Double.exp(p[a] - greatest)
        total += p[a]
      }
      sum += Double.log(total)
      for a in base..<base + q { p[a] /= total }
    }
    return sum
  }

  /// Adds −∂ log PL of one row, given ``formProbabilities(_:_:into:)``, which become p(a) − [a = xᵢ].
  private func addScore(_ row: Int, _ p: inout [Double], to gradient: inout [Double]) {
    let (q, start, sites) = (features.labelCount, row * graph.siteCount, edgeParameterCount)
    for site in 0..<graph.siteCount {
      p[site * q + Int(labels[start + site])] -= 1
      for a in 0..<q {
        let feature = features.site(a)
        gradient[sites + site * features.siteWidth + feature.place] +=
          p[site * q + a] * feature.value
      }
    }
    graph.forEachEdge { edge, first, second in
      let (a, b) = (Int(labels[start + first]), Int(labels[start + second]))
      let base = edge * features.edgeWidth
      for label in 0..<q {
        let (one, other) = (features.edge(label, b), features.edge(a, label))
        gradient[base + one.place] += p[first * q + label] * one.value
        gradient[base + other.place] += p[second * q + label] * other.value
      }
    }
  }

  /// The value and its gradient.
  func evaluate(_ theta: [Double], on workers: Workers) -> (value: Double, gradient: [Double]) {
    var sums = pieces.map { range in
      (range: range, value: 0.0, gradient: [Double](repeating: 0, count: theta.count))
    }
    workers.mutateEach(&sums) { _, piece in
      var p = [Double](repeating: 0, count: graph.siteCount * features.labelCount)
      for row in piece.range {
        piece.value += formProbabilities(row, theta, into: &p)
        addScore(row, &p, to: &piece.gradient)
      }
    }
    var value = 0.0
    var gradient = [Double](repeating: 0, count: theta.count)
    for piece in sums {
      value += piece.value
      for index in gradient.indices { gradient[index] += piece.gradient[index] }
    }
    let scale = 1 / Double(rowCount)
    return (value * scale, gradient.map { $0 * scale })
  }

  /// −∂ log PL of every row, `[rows, parameters]`.
  func scores(_ theta: [Double]) -> Tensor<Double> {
    var elements: [Double] = []
    elements.reserveCapacity(rowCount * theta.count)
    var p = [Double](repeating: 0, count: graph.siteCount * features.labelCount)
    var score = [Double](repeating: 0, count: theta.count)
    for row in 0..<rowCount {
      for index in score.indices { score[index] = 0 }
      _ = formProbabilities(row, theta, into: &p)
      addScore(row, &p, to: &score)
      elements += score
    }
    return Tensor(shape: [rowCount, theta.count], elements: elements)
  }
}

extension ConditionalData {
  /// The parameters that act on a site of a row, of each label: which, and what they multiply,
  /// `[labels][1 + neighbours]`.
  private func actions(_ row: Int, _ site: Int) -> [[(parameter: Int, value: Double)]] {
    let start = row * graph.siteCount
    return (0..<features.labelCount).map { a in
      let own = features.site(a)
      return [(edgeParameterCount + site * features.siteWidth + own.place, own.value)]
        + adjacency.range(of: site).map { entry in
          let b = Int(labels[start + Int(adjacency.neighbours[entry])])
          let feature = adjacency.isFirst[entry] ? features.edge(a, b) : features.edge(b, a)
          return (
            Int(adjacency.edges[entry]) * features.edgeWidth + feature.place, feature.value
          )
        }
    }
  }

  /// Calls `body` with what acts on every site of every row, and the probabilities of its labels.
  private func forEachSite(
    _ theta: [Double],
    _ body: (_ actions: [[(parameter: Int, value: Double)]], _ p: ArraySlice<Double>) -> Void
  ) {
    let q = features.labelCount
    var p = [Double](repeating: 0, count: graph.siteCount * q)
    for row in 0..<rowCount {
      _ = formProbabilities(row, theta, into: &p)
      for site in 0..<graph.siteCount { body(actions(row, site), p[site * q..<(site + 1) * q]) }
    }
  }

  /// The second derivative with respect to each parameter by itself.
  func curvatures(_ theta: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: theta.count)
    forEachSite(theta) { actions, p in
      for index in actions[0].indices {
        // Variance of one number: Σ p z² − (Σ p z)², from the label 0 so that little cancels. Where each label
        // has a parameter of its own it is p (1 − p).
        let isShared = actions.allSatisfy { $0[index].parameter == actions[0][index].parameter }
        if isShared {
          let origin = actions[0][index].value
          var (mean, square) = (0.0, 0.0)
          for (action, weight) in zip(actions, p) {
            let z = action[index].value - origin
            mean += weight * z
            square += weight * z * z
          }
          sums[actions[0][index].parameter] += max(0, square - mean * mean)
        } else {
          for (action, weight) in zip(actions, p) {
            sums[action[index].parameter] += weight * (1 - weight)
          }
        }
      }
    }
    return sums.map { $0 / Double(rowCount) }
  }

  /// The second derivatives of the value, `[parameters, parameters]`: Σ Cov_p[z], z what acts on a site.
  func hessian(_ theta: [Double]) -> Tensor<Double> {
    let count = theta.count
    var matrix = [Double](repeating: 0, count: count * count)
    forEachSite(theta) { actions, p in
      for (a, one) in actions.enumerated() {
        for (b, other) in actions.enumerated() {
          let (pa, pb) = (p[p.startIndex + a], p[p.startIndex + b])
          let weight = a == b ? pa * (1 - pa) : -pa * pb
          for (row, x) in one {
            for (column, y) in other { matrix[row * count + column] += weight * x * y }
          }
        }
      }
    }
    return Tensor(shape: [count, count], elements: matrix) * (1 / Double(rowCount))
  }
}
