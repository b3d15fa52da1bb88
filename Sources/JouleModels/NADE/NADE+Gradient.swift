public import JouleAlgebra
public import JouleCore
public import JouleTensor

extension NADE {
  /// The rows with their logits and their hidden states: room for m numbers a row, and as many more for
  /// each value that is not 0.
  public typealias Completion = AutoregressiveRows<Scalar>

  public func complete(_ rows: Tensor<Scalar>) -> AutoregressiveRows<Scalar> {
    var completion = AutoregressiveRows<Scalar>(
      variables: variableCount, hidden: hiddenCount, keepsStates: true)
    complete(0..<rows.shape[0], of: rows, into: &completion)
    return completion
  }

  public func complete(
    _ range: Range<Int>, of batch: Tensor<Scalar>,
    into completion: inout AutoregressiveRows<Scalar>
  ) {
    requireRows(batch)
    completion.assign(
      batch.elements.span.extracting(
        range.lowerBound * variableCount..<range.upperBound * variableCount))
    layer.advance(&completion)
  }

  public func rows(of completion: AutoregressiveRows<Scalar>) -> Tensor<Scalar> {
    Tensor(shape: [completion.count, variableCount], elements: completion.values)
  }

  /// The weighted sum of gradients of E = −log p; see `ParametricEnergy`.
  ///
  ///     δᵢ = σ(yᵢ) − xᵢ,   ∂E/∂bᵢ = δᵢ,   ∂E/∂Vᵢ = δᵢ hᵢ
  ///     gᵢ = Σ_{k≥i} δ_k V_k ⊙ h_k ⊙ (1 − h_k),   ∂E/∂Wᵢ = xᵢ gᵢ₊₁,   ∂E/∂c = g₁
  ///
  /// indices in the order of the variables.
  ///
  /// Reference: Uria et al. (2016), algorithm 1.
  ///
  /// - Complexity: 4·n·m flops a row.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    gradient.scale(by: scale)
    var residuals = terms.map { Residuals(term: $0) }
    workers.mutateEach(&residuals) { _, residual in residual.form() }
    for residual in residuals { gradient.entries[2].value += residual.sum }

    // Out of the array while they are written: two elements of one array cannot be lent at once.
    let nothing = Tensor<Scalar>(zeros: [0])
    var slopes = [0, 1, 3].map { index in
      let slope = gradient.entries[index].value
      gradient.entries[index].value = nothing
      return slope
    }
    var hidden = slopes.removeLast()
    var output = slopes.removeLast()
    var input = slopes.removeLast()
    layer.addGradient(
      of: residuals.map { .init($0.term.completion, residuals: $0.values.elements) },
      weights: input.elements.mutableSpan, outputWeights: output.elements.mutableSpan,
      hiddenBias: hidden.elements.mutableSpan, on: workers)
    gradient.entries[0].value = input
    gradient.entries[1].value = output
    gradient.entries[3].value = hidden
  }
}

/// w r δ of the rows of one term: the gradient of the weighted sum of energies in the logits.
private struct Residuals<Scalar: TensorScalar>: Sendable {
  let term: GradientTerm<NADE<Scalar>>
  /// `[rows, variables]`
  var values = Tensor<Scalar>(zeros: [0])
  /// Summed over the rows, `[variables]`.
  var sum = Tensor<Scalar>(zeros: [0])

  init(term: GradientTerm<NADE<Scalar>>) { self.term = term }

  mutating func form() {
    let rows = term.completion
    let shape = [rows.count, rows.variables]
    values = Tensor(shape: shape, elements: rows.logits)
    values.formLogistic()
    values -= Tensor(shape: shape, elements: rows.values)
    if let weights = term.rowWeights { values *= weights.reshaped(to: [rows.count, 1]) }
    if term.weight != 1 { values.scale(by: term.weight) }
    sum = values.sum(along: 0)
  }
}
