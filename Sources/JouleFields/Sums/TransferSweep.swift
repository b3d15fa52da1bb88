import RealModule

/// The vectors of a ``TransferMatrix``, scaled so that the greatest number of each is 1.
struct TransferSweep {
  private let rows: TransferRows
  private let stateCount: Int
  private let q: Int
  /// q^column.
  private let strides: [Int]
  /// exp of the log weights of every row's states, less the greatest, and that one.
  private var weights: [[Double]] = []
  private var logScales: [Double] = []
  /// exp(−θ(a, b)) between a site and the one in the next row, less the greatest, by row and column.
  private var bonds: [[Double]] = []
  /// The greatest of them, summed over the columns of each row.
  private var bondScales: [Double] = []
  /// v of every row; only the last where no marginals are wanted.
  private var forwards: [[Double]] = []

  /// Marginals, added to by ``backward(firstRow:weight:)``; empty where not wanted.
  var sites: [Double] = []
  var edges: [Double] = []

  /// Numbers of one row span at most this many nats: beyond, what counts later might vanish.
  private static let largestSpan = 600.0

  init(_ rows: TransferRows, stateCount: Int) throws(FieldError) {
    self.rows = rows
    self.stateCount = stateCount
    let q = rows.costs.labelCount
    self.q = q
    var strides = [1]
    for _ in 1..<max(rows.width, 1) { strides.append(strides[strides.count - 1] * q) }
    self.strides = strides
    for row in 0..<rows.count {
      let logWeights = rows.logWeights(row)
      let greatest = logWeights.max() ?? 0
      var span = greatest - (logWeights.min() ?? 0)
      weights.append(logWeights.map { Double.exp($0 - greatest) })
      logScales.append(greatest)
      var bondScale = 0.0
      for column in 0..<rows.width {
        let edge = Int(rows.along[row * rows.width + column])
        guard edge >= 0 else {
          bonds.append([])
          continue
        }
        let table = (0..<q * q).map { -rows.costs.pairwiseCost(edge, $0 / q, $0 % q) }
        let top = table.max() ?? 0
        span += top - (table.min() ?? 0)
        bondScale += top
        bonds.append(table.map { Double.exp($0 - top) })
      }
      bondScales.append(bondScale)
      guard span <= Self.largestSpan else {
        throw .tooLarge(
          what: "a transfer matrix", found: "costs that span \(span) nats in row \(row)",
          limit: "\(Self.largestSpan)", cure: "Variable elimination works in logarithms")
      }
    }
  }

  private func bond(_ row: Int, _ column: Int) -> [Double] { bonds[row * rows.width + column] }

  /// log of the sum over all rows, or over those that follow a given first one.
  mutating func forward(firstRow: Int?) -> Double {
    let keepsAll = !sites.isEmpty
    var vector = weights[0]
    var logScale = logScales[0]
    if let firstRow {
      logScale += Double.log(vector[firstRow])
      vector = [Double](repeating: 0, count: stateCount)
      vector[firstRow] = 1
    }
    forwards.removeAll(keepingCapacity: true)
    for row in 1..<max(rows.count, 1) {
      if keepsAll { forwards.append(vector) }
      for column in 0..<rows.width { apply(bond(row - 1, column), column, to: &vector) }
      multiply(&vector, by: weights[row])
      logScale += bondScales[row - 1] + logScales[row] + Double.log(normalize(&vector))
    }
    forwards.append(vector)
    var sum = 0.0
    if let firstRow {
      let last = closing(firstRow)
      for state in 0..<stateCount { sum += vector[state] * last[state] }
      logScale += bondScales[rows.count - 1]
    } else {
      for value in vector { sum += value }
    }
    return logScale + Double.log(sum)
  }

  /// exp(−θ) between the states of the last row and one of the first.
  private func closing(_ firstRow: Int) -> [Double] {
    var result = [1.0]
    for column in 0..<rows.width {
      let table = bond(rows.count - 1, column)
      let other = firstRow / strides[column] % q
      result = (0..<q).flatMap { label in result.map { $0 * table[label * q + other] } }
    }
    return result
  }

  /// Adds the marginals of what the last forward sweep summed, times a weight.
  mutating func backward(firstRow: Int?, weight: Double) {
    var vector = firstRow.map(closing) ?? [Double](repeating: 1, count: stateCount)
    for row in stride(from: rows.count - 1, through: 0, by: -1) {
      addMarginals(of: row, vector, firstRow: firstRow, weight: weight)
      guard row > 0 else { return }
      multiply(&vector, by: weights[row])
      var partial: [[Double]] = []
      if !edges.isEmpty {
        // Of the row before, the columns below c taken to this row already.
        var next = forwards[row - 1]
        for column in 0..<rows.width {
          partial.append(next)
          apply(bond(row - 1, column), column, to: &next)
        }
      }
      for column in stride(from: rows.width - 1, through: 0, by: -1) {
        let table = bond(row - 1, column)
        if !edges.isEmpty {
          addBond(
            Int(rows.along[(row - 1) * rows.width + column]), table, column, partial[column],
            vector, weight: weight)
        }
        apply((0..<q * q).map { table[$0 % q * q + $0 / q] }, column, to: &vector)
      }
      _ = normalize(&vector)
    }
  }

  private mutating func addMarginals(
    of row: Int, _ backward: [Double], firstRow: Int?, weight: Double
  ) {
    var p = forwards[row]
    multiply(&p, by: backward)
    let scale = weight / p.reduce(0, +)
    for column in 0..<rows.width {
      let next = (column + 1) % rows.width
      let edge = Int(rows.across[row * rows.width + column])
      var pairs = [Double](repeating: 0, count: q * q)
      for state in 0..<stateCount {
        let (a, b) = (state / strides[column] % q, state / strides[next] % q)
        pairs[a * q + b] += p[state]
      }
      for pair in 0..<q * q {
        sites[rows.site(row, column) * q + pair / q] += scale * pairs[pair]
        if edge >= 0 && !edges.isEmpty { edges[edge * q * q + pair] += scale * pairs[pair] }
      }
      guard let firstRow, row == rows.count - 1, !edges.isEmpty else { continue }
      let around = Int(rows.along[row * rows.width + column])
      let other = firstRow / strides[column] % q
      for pair in 0..<q * q {
        edges[(around * q + pair / q) * q + other] += scale * pairs[pair]
      }
    }
  }

  /// p(a, b) of a site and the one in the next row ∝ M(a, b) Σ f(…, a, …) g(…, b, …).
  private mutating func addBond(
    _ edge: Int, _ table: [Double], _ column: Int, _ f: [Double], _ g: [Double], weight: Double
  ) {
    let stride = strides[column]
    var sums = [Double](repeating: 0, count: q * q)
    for start in Swift.stride(from: 0, to: stateCount, by: stride * q) {
      for a in 0..<q {
        for b in 0..<q {
          var sum = 0.0
          for place in 0..<stride {
            sum += f[start + a * stride + place] * g[start + b * stride + place]
          }
          sums[a * q + b] += sum
        }
      }
    }
    for pair in sums.indices { sums[pair] *= table[pair] }
    let scale = weight / sums.reduce(0, +)
    for pair in sums.indices { edges[edge * q * q + pair] += scale * sums[pair] }
  }

  /// v(…, b, …) ← Σ_a v(…, a, …) M(a, b) at one column.
  private func apply(_ table: [Double], _ column: Int, to vector: inout [Double]) {
    let stride = strides[column]
    if q == 2 {
      let (m00, m01, m10, m11) = (table[0], table[1], table[2], table[3])
      for start in Swift.stride(from: 0, to: stateCount, by: 2 * stride) {
        for place in start..<start + stride {
          let (x, y) = (vector[place], vector[place + stride])
          vector[place] = x * m00 + y * m10
          vector[place + stride] = x * m01 + y * m11
        }
      }
      return
    }
    var old = [Double](repeating: 0, count: q)
    for start in Swift.stride(from: 0, to: stateCount, by: q * stride) {
      for place in start..<start + stride {
        for a in 0..<q { old[a] = vector[place + a * stride] }
        for b in 0..<q {
          var sum = 0.0
          for a in 0..<q { sum += old[a] * table[a * q + b] }
          vector[place + b * stride] = sum
        }
      }
    }
  }

  private func multiply(_ vector: inout [Double], by factors: [Double]) {
    for state in 0..<stateCount { vector[state] *= factors[state] }
  }

  /// - Returns: what it was divided by, the greatest number.
  private func normalize(_ vector: inout [Double]) -> Double {
    var greatest = 0.0
    for value in vector { greatest = max(greatest, value) }
    let scale = 1 / greatest
    for state in 0..<stateCount { vector[state] *= scale }
    return greatest
  }
}
