public import JouleAlgebra
public import JouleCore
import JouleTensor

extension RestrictedBoltzmannMachine: CenterableModel {
  /// The weighted sum of free-energy gradients; see `ParametricEnergy`.
  ///
  ///     ∂F/∂W = −v p(h|v)ᵀ,   ∂F/∂b = −v,   ∂F/∂c = −p(h|v)
  ///
  /// - Complexity: one product of 2·n·m flops a row; W's gradient is cut in blocks of rows.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    subtract(terms, offsets: nil, from: &gradient, scale: scale, on: workers)
  }

  /// See `CenterableModel`. With Δv and Δh the weighted sums of v and h, and weights that add to zero:
  ///
  ///     M = Σ w v (h − λ)ᵀ − μ Δhᵀ,   ∂W = −M,   ∂b = −(Δv − Mλ),   ∂c = −(Δh − Mᵀμ)
  public func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    subtract(terms, offsets: offsets, from: &gradient, scale: scale, on: workers)
  }

  private func subtract(
    _ terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>?,
    from gradient: inout ParameterSet<Scalar>, scale: Scalar, on workers: Workers
  ) {
    let (n, m) = (variableCount, hiddenCount)
    var moments = terms.map { TermMoments<Scalar>(term: $0) }
    workers.mutateEach(&moments) { _, moment in moment.form(visible: n, hidden: m, offsets) }
    var visible = Tensor<Scalar>(zeros: [n])
    var hidden = Tensor<Scalar>(zeros: [m])
    for moment in moments {
      visible += moment.visible
      hidden += moment.hidden
    }
    var products = moments.compactMap(\.product)
    if let offsets {
      products.append(
        OuterSum.Term(
          weight: 1, offsets.visible.elements, hidden.elements, count: 1, rows: n, columns: m))
      // Mλ and Mᵀμ need no pass over W: M is a sum of outer products.
      let shift = hidden.dot(offsets.hidden)
      let pull = offsets.visible.dot(offsets.visible)
      let sum = hidden
      for moment in moments {
        visible -= moment.visibleCorrection
        hidden -= moment.hiddenCorrection
      }
      visible.add(offsets.visible, scaledBy: shift)
      hidden.add(sum, scaledBy: pull)
    }
    gradient.entries[1].value.scale(by: scale, subtracting: visible)
    gradient.entries[2].value.scale(by: scale, subtracting: hidden)

    let outer = OuterSum<Scalar>(rows: n, columns: m, terms: products)
    workers.mutateRows(
      of: gradient.entries[0].value.elements.mutableSpan, rowLength: m,
      rowsPerPiece: weightRowsPerPiece
    ) { rows, block in
      outer.form(rows: rows, beta: scale, into: block)
    }
  }

  /// Rows of W a task updates: enough for tables and packing to pay, few enough for several tasks.
  private var weightRowsPerPiece: Int { Swift.max(1, Swift.min(200, (variableCount + 1) / 2)) }
}

/// What one term adds to the gradient, but for the weights' own: its first moments, their corrections by
/// the offsets, and the product ready to be formed.
private struct TermMoments<Scalar: TensorScalar>: Sendable {
  let term: GradientTerm<RestrictedBoltzmannMachine<Scalar>>
  /// Σ w r v, `[visible]`.
  var visible = Tensor<Scalar>(zeros: [0])
  /// Σ w r h, or Σ w r (h − λ), `[hidden]`.
  var hidden = Tensor<Scalar>(zeros: [0])
  /// Σ w r v (h − λ)ᵀλ, `[visible]`.
  var visibleCorrection = Tensor<Scalar>(zeros: [0])
  /// Σ w r (h − λ) vᵀμ, `[hidden]`.
  var hiddenCorrection = Tensor<Scalar>(zeros: [0])
  /// −Σ w r v (h − λ)ᵀ.
  var product: OuterSum<Scalar>.Term?

  init(term: GradientTerm<RestrictedBoltzmannMachine<Scalar>>) { self.term = term }

  mutating func form(visible n: Int, hidden m: Int, _ offsets: CenteringOffsets<Scalar>?) {
    let rows = term.completion.visible
    var means = term.completion.hiddenMean
    precondition(
      rows.shape[1] == n && means.shape[1] == m,
      "rows of \(rows.shape[1]) and \(means.shape[1]) units, the machine has \(n) and \(m)")
    let count = rows.shape[0]
    if let offsets { means -= offsets.hidden }
    let ones = Tensor<Scalar>([count], repeating: 1)
    if let weights = term.rowWeights { means *= weights.reshaped(to: [count, 1]) }

    // The row weights are in the means already.
    visible = Self.combination(of: rows, term.rowWeights ?? ones, term.weight)
    hidden = Self.combination(of: means, ones, term.weight)
    if let offsets {
      visibleCorrection = Self.combination(of: rows, means.matmul(offsets.hidden), term.weight)
      hiddenCorrection = Self.combination(of: means, rows.matmul(offsets.visible), term.weight)
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
