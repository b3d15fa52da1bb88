public import JouleAlgebra
public import JouleCore
import JouleTensor

extension RestrictedBoltzmannMachine: CenterableModel {
  /// The weighted sum of free-energy gradients; see ``ParametricEnergy``.
  ///
  ///     ∂F/∂W = −v p(h|v)ᵀ,   ∂F/∂b = −v,   ∂F/∂c = −p(h|v)
  ///
  /// - Complexity: one product of 2·n·m flops a row; W's gradient is cut in blocks of rows.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    var moments = Moments(of: terms, visible: variableCount, hidden: hiddenCount)
    subtract(&moments, offsets: nil, from: &gradient, scale: scale, on: workers)
  }

  /// See ``CenterableModel``. With Δv, Δh and M the weighted sums of v, h and vhᵀ:
  ///
  ///     M′ = M − Δv λᵀ − μ Δhᵀ,   ∂W = −M′,   ∂b = −(Δv − M′λ),   ∂c = −(Δh − M′ᵀμ)
  public func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    var moments = Moments(of: terms, visible: variableCount, hidden: hiddenCount)
    subtract(&moments, offsets: offsets, from: &gradient, scale: scale, on: workers)
  }

  private func subtract(
    _ moments: inout Moments, offsets: CenteringOffsets<Scalar>?,
    from gradient: inout ParameterSet<Scalar>, scale: Scalar, on workers: Workers
  ) {
    var visible = moments.visible
    var hidden = moments.hidden
    var correction: (left: Tensor<Scalar>, right: Tensor<Scalar>)?
    if let offsets {
      // M′λ and M′ᵀμ need no pass over W: M is a sum of outer products.
      let (lambda, mu) = (offsets.hidden, offsets.visible)
      visible -= moments.product(withHidden: lambda)
      visible.add(moments.visible, scaledBy: lambda.dot(lambda))
      visible.add(mu, scaledBy: moments.hidden.dot(lambda))
      hidden -= moments.product(withVisible: mu)
      hidden.add(moments.hidden, scaledBy: mu.dot(mu))
      hidden.add(lambda, scaledBy: moments.visible.dot(mu))
      correction = (
        Tensor(stacking: [moments.visible, mu]), Tensor(stacking: [lambda, moments.hidden])
      )
    }
    gradient.entries[1].value.scale(by: scale, subtracting: visible)
    gradient.entries[2].value.scale(by: scale, subtracting: hidden)

    var outer = OuterSum<Scalar>(rows: variableCount, columns: hiddenCount)
    for term in moments.terms {
      outer.add(
        weight: -term.weight, term.visible.elements, term.hidden.elements,
        count: term.visible.shape[0])
    }
    if let correction {
      outer.add(weight: 1, correction.left.elements, correction.right.elements, count: 2)
    }
    let sum = outer
    workers.mutateRows(
      of: gradient.entries[0].value.elements.mutableSpan, rowLength: hiddenCount,
      rowsPerPiece: weightRowsPerPiece
    ) { rows, block in
      sum.form(rows: rows, beta: scale, into: block)
    }
  }

  /// Rows of W a task updates: enough for tables and packing to pay, few enough for several tasks.
  private var weightRowsPerPiece: Int { Swift.max(1, Swift.min(200, (variableCount + 1) / 2)) }

  /// The weighted first moments of rows, and the terms of the second.
  private struct Moments {
    struct Term {
      let weight: Scalar
      let visible: Tensor<Scalar>
      /// Hidden means, scaled by the row weights where there are any.
      let hidden: Tensor<Scalar>
      /// Row weights or ones.
      let rowWeights: Tensor<Scalar>
    }
    let terms: [Term]
    /// Σ w r v
    var visible: Tensor<Scalar>
    /// Σ w r h
    var hidden: Tensor<Scalar>

    init(
      of gradientTerms: [GradientTerm<RestrictedBoltzmannMachine>], visible n: Int, hidden m: Int
    ) {
      terms = gradientTerms.map { term in
        let rows = term.completion
        precondition(
          rows.visible.shape[1] == n && rows.hiddenMean.shape[1] == m,
          "rows of \(rows.visible.shape[1]) and \(rows.hiddenMean.shape[1]) units, model \(n), \(m)")
        guard let weights = term.rowWeights else {
          return Term(
            weight: term.weight, visible: rows.visible, hidden: rows.hiddenMean,
            rowWeights: Tensor([rows.visible.shape[0]], repeating: 1))
        }
        return Term(
          weight: term.weight, visible: rows.visible,
          hidden: rows.hiddenMean * weights.reshaped(to: [weights.count, 1]), rowWeights: weights)
      }
      visible = Tensor(zeros: [n])
      hidden = Tensor(zeros: [m])
      for term in terms {
        Tensor.multiply(
          term.visible, .transposed, term.rowWeights, scale: term.weight, accumulate: 1,
          into: &visible)
        // `hidden` carries the row weights already.
        Tensor.multiply(
          term.hidden, .transposed, Tensor([term.hidden.shape[0]], repeating: 1),
          scale: term.weight, accumulate: 1, into: &hidden)
      }
    }

    /// Mλ = Σ w r v (hᵀλ), `[visible]`.
    func product(withHidden lambda: Tensor<Scalar>) -> Tensor<Scalar> {
      var result = Tensor<Scalar>(zeros: visible.shape)
      for term in terms {
        Tensor.multiply(
          term.visible, .transposed, term.hidden.matmul(lambda), scale: term.weight, accumulate: 1,
          into: &result)
      }
      return result
    }

    /// Mᵀμ = Σ w r h (vᵀμ), `[hidden]`.
    func product(withVisible mu: Tensor<Scalar>) -> Tensor<Scalar> {
      var result = Tensor<Scalar>(zeros: hidden.shape)
      for term in terms {
        Tensor.multiply(
          term.hidden, .transposed, term.visible.matmul(mu), scale: term.weight, accumulate: 1,
          into: &result)
      }
      return result
    }
  }
}
