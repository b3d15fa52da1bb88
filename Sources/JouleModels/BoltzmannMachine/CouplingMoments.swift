import JouleAlgebra
import JouleCore
import JouleTensor

/// What weighted rows of two coupled layers add to a gradient: the moments that the weights' and the biases' slopes
/// are made of, centred or not.
///
///     M = Σ w r x (y − λ)ᵀ − μ Δyᵀ,   Δx = Σ w r x,   Δy = Σ w r y
///
/// In centred parameters the slopes of an energy −xᵀW y − bᵀx − cᵀy are ∂W = −M, ∂b = −(Δx − Mλ), ∂c = −(Δy − Mᵀμ),
/// for weights that add to zero; without offsets −Σ w r x yᵀ, −Δx and −Δy.
struct CouplingMoments<Scalar: TensorScalar>: Sendable {
  /// Rows of both layers and their weights.
  struct Term: Sendable {
    let weight: Scalar
    let rowWeights: Tensor<Scalar>?
    let lower: Tensor<Scalar>
    let upper: Tensor<Scalar>
  }

  /// Δx, `[lower]`.
  private(set) var lower: Tensor<Scalar>
  /// Δy, or with offsets Σ w r (y − λ), which is the same where weights add to zero; `[upper]`.
  private(set) var upper: Tensor<Scalar>
  /// Mλ, `[lower]`; zero without offsets.
  private(set) var lowerCorrection: Tensor<Scalar>
  /// Mᵀμ, `[upper]`; zero without offsets.
  private(set) var upperCorrection: Tensor<Scalar>
  private let outer: OuterSum<Scalar>

  /// - Parameter offsets: μ and λ; nil for uncentred moments.
  init(
    _ terms: [Term], lower n: Int, upper m: Int, offsets: CenteringOffsets<Scalar>?,
    on workers: Workers
  ) {
    var moments = terms.map { TermMoments<Scalar>(term: $0) }
    workers.mutateEach(&moments) { _, moment in moment.form(lower: n, upper: m, offsets) }
    lower = Tensor(zeros: [n])
    upper = Tensor(zeros: [m])
    lowerCorrection = Tensor(zeros: [n])
    upperCorrection = Tensor(zeros: [m])
    for moment in moments {
      lower += moment.lower
      upper += moment.upper
    }
    var products = moments.compactMap(\.product)
    if let offsets {
      products.append(
        OuterSum.Term(
          weight: 1, offsets.visible.elements, upper.elements, count: 1, rows: n, columns: m))
      // Mλ and Mᵀμ need no pass over W: M is a sum of outer products.
      let shift = upper.dot(offsets.hidden)
      let pull = offsets.visible.dot(offsets.visible)
      for moment in moments {
        lowerCorrection += moment.lowerCorrection
        upperCorrection += moment.upperCorrection
      }
      lowerCorrection.add(offsets.visible, scaledBy: -shift)
      upperCorrection.add(upper, scaledBy: -pull)
    }
    outer = OuterSum(rows: n, columns: m, terms: products)
  }

  /// gradient ← s · gradient − M.
  func subtract(from gradient: inout Tensor<Scalar>, scale: Scalar, on workers: Workers) {
    let (n, m) = (lower.count, upper.count)
    // Rows of W a task updates: enough for tables and packing to pay, few enough for several tasks.
    let rowsPerPiece = Swift.max(1, Swift.min(200, (n + 1) / 2))
    workers.mutateRows(
      of: gradient.elements.mutableSpan, rowLength: m, rowsPerPiece: rowsPerPiece
    ) { rows, block in
      outer.form(rows: rows, beta: scale, into: block)
    }
  }
}

/// What one term adds: its first moments, their corrections by the offsets, and the product ready to be formed.
private struct TermMoments<Scalar: TensorScalar>: Sendable {
  let term: CouplingMoments<Scalar>.Term
  /// Σ w r x, `[lower]`.
  var lower = Tensor<Scalar>(zeros: [0])
  /// Σ w r y, or Σ w r (y − λ), `[upper]`.
  var upper = Tensor<Scalar>(zeros: [0])
  /// Σ w r x (y − λ)ᵀλ, `[lower]`.
  var lowerCorrection = Tensor<Scalar>(zeros: [0])
  /// Σ w r (y − λ) xᵀμ, `[upper]`.
  var upperCorrection = Tensor<Scalar>(zeros: [0])
  /// −Σ w r x (y − λ)ᵀ.
  var product: OuterSum<Scalar>.Term?

  init(term: CouplingMoments<Scalar>.Term) { self.term = term }

  mutating func form(lower n: Int, upper m: Int, _ offsets: CenteringOffsets<Scalar>?) {
    let rows = term.lower
    var means = term.upper
    precondition(
      rows.shape[1] == n && means.shape[1] == m,
      "rows of \(rows.shape[1]) and \(means.shape[1]) units, the machine has \(n) and \(m)")
    let count = rows.shape[0]
    if let offsets { means -= offsets.hidden }
    let ones = Tensor<Scalar>([count], repeating: 1)
    if let weights = term.rowWeights { means *= weights.reshaped(to: [count, 1]) }

    // The row weights are in the means already.
    lower = Self.combination(of: rows, term.rowWeights ?? ones, term.weight)
    upper = Self.combination(of: means, ones, term.weight)
    if let offsets {
      lowerCorrection = Self.combination(of: rows, means.matmul(offsets.hidden), term.weight)
      upperCorrection = Self.combination(of: means, rows.matmul(offsets.visible), term.weight)
    }
    product = OuterSum.Term(
      weight: -term.weight, rows.elements, means.elements, count: count, rows: n, columns: m)
  }

  /// w Σᵢ fᵢ rowᵢ.
  private static func combination(
    of rows: Tensor<Scalar>, _ factors: Tensor<Scalar>, _ weight: Scalar
  ) -> Tensor<Scalar> {
    var sum = Tensor<Scalar>(zeros: [rows.shape[1]])
    Tensor.multiply(rows, .transposed, factors, scale: weight, into: &sum)
    return sum
  }
}
