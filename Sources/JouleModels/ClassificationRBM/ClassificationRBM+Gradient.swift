public import JouleAlgebra
public import JouleCore
public import JouleTensor

extension ClassificationRBM: CenterableModel {
  /// The weighted sum of the gradients of F(x, y): the machine's own.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    machine.accumulateGradient(
      of: terms.map(\.ofMachine), into: &gradient, scalingPreviousBy: scale, on: workers)
  }

  /// See `CenterableModel`; the label units are centred like the others.
  public func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    machine.accumulateCenteredGradient(
      of: terms.map(\.ofMachine), offsets: offsets, into: &gradient, scalingPreviousBy: scale,
      on: workers)
  }
}

extension GradientTerm where Model.Completion == LatentRows<Model.Scalar> {
  /// The same rows as a term of the machine.
  fileprivate var ofMachine: GradientTerm<RestrictedBoltzmannMachine<Model.Scalar>> {
    GradientTerm<RestrictedBoltzmannMachine<Model.Scalar>>(
      completion, weight: weight, rowWeights: rowWeights)
  }
}

extension ClassificationRBM: DiscriminativeModel {
  /// The exact gradient of −log p(y | x). With o_yⱼ = cⱼ + (xᵀW)ⱼ + u_yⱼ and the errors
  /// e_y = p(y | x) − [y is the label]:
  ///
  ///     ∂W = x gᵀ,   ∂c = g = Σ_y e_y σ(o_y),   ∂u_y = e_y σ(o_y),   ∂d_y = e_y,   ∂b = 0
  ///
  /// Reference: Larochelle & Bengio (2008), eq. 8.
  ///
  /// - Complexity: two products of 2·n·m flops a row, then m softplus and m logistic a row and class.
  public func accumulateConditionalGradient(
    at rows: Tensor<Scalar>, weight: Scalar, into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    requireRows(rows)
    let (n, m) = (variableCount, hiddenCount)
    var pieces = RowPieces.ranges(rows.shape[0]).map { ConditionalPiece<Scalar>(range: $0) }
    workers.mutateEach(&pieces) { _, piece in piece.form(self, rows, weight) }

    let outer = OuterSum<Scalar>(rows: n, columns: m, terms: pieces.compactMap(\.product))
    workers.mutateRows(
      of: gradient.entries[0].value.elements.mutableSpan, rowLength: m,
      rowsPerPiece: Swift.max(1, Swift.min(200, (n + 1) / 2))
    ) { rows, block in
      outer.form(rows: rows, beta: scale, into: block)
    }
    gradient.entries[1].value.scale(by: scale)
    gradient.entries[2].value.scale(by: scale)
    for piece in pieces {
      for label in 0..<classCount {
        gradient.entries[0].value.addRow(inputCount + label, piece.labelWeights, row: label)
        gradient.entries[1].value[inputCount + label] += piece.labelBias[label]
      }
      gradient.entries[2].value += piece.hiddenBias
    }
  }
}

/// What some rows add to the gradient of −log p(y | x).
private struct ConditionalPiece<Scalar: TensorScalar>: Sendable {
  let range: Range<Int>
  /// w Σ e_y σ(o_y), `[classes, hidden]`.
  var labelWeights = Tensor<Scalar>(zeros: [0, 0])
  /// w Σ e_y, `[classes]`.
  var labelBias = Tensor<Scalar>(zeros: [0])
  /// w Σ g, `[hidden]`.
  var hiddenBias = Tensor<Scalar>(zeros: [0])
  /// w Σ x gᵀ, of as many rows as the machine has visible units: those of labels are zero.
  var product: OuterSum<Scalar>.Term?

  init(range: Range<Int>) { self.range = range }

  mutating func form(
    _ model: ClassificationRBM<Scalar>, _ rows: Tensor<Scalar>, _ weight: Scalar
  ) {
    let (n, m, count) = (model.variableCount, model.hiddenCount, range.count)
    let batch = rows.rows(range)
    let inputs = model.unlabelled(model.inputs(of: batch))
    let hiddenInput = model.machine.hiddenInput(of: inputs)
    let errors = self.errors(of: model, batch, hiddenInput)
    var signal = Tensor<Scalar>(zeros: [count, m])
    var means = signal
    labelWeights = Tensor(zeros: [model.classCount, m])
    for (label, bias) in model.classBiases.enumerated() {
      means.assign(hiddenInput)
      VectorKernels.best.addBiasLogistic(
        means.elements.mutableSpan, bias: bias.elements.span, columns: m)
      means *= errors.columns(label..<label + 1)
      signal += means
      labelWeights.assignRow(
        label, from: (means.sum(along: 0) * weight).reshaped(to: [1, m]), row: 0)
    }
    labelBias = errors.sum(along: 0) * weight
    hiddenBias = signal.sum(along: 0) * weight
    product = OuterSum.Term(
      weight: weight, inputs.elements, signal.elements, count: count, rows: n, columns: m)
  }

  /// e, `[batch, classes]`: zero where a row has no label.
  private func errors(
    of model: ClassificationRBM<Scalar>, _ rows: Tensor<Scalar>, _ hiddenInput: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    let classCount = model.classCount
    // bᵀx is the same for all classes and cancels.
    let exponents = -model.classEnergies(
      ofHiddenInput: hiddenInput, linear: Tensor(zeros: [rows.shape[0]]))
    var errors = (exponents - exponents.logSumExp(along: 1, keepingAxis: true)).exp().elements
    for (row, label) in model.labels(of: rows).enumerated() {
      if let label {
        errors[row * classCount + label] -= 1
      } else {
        for index in 0..<classCount { errors[row * classCount + index] = 0 }
      }
    }
    return Tensor<Scalar>(Tensor(shape: [rows.shape[0], classCount], elements: errors))
  }
}

extension Tensor {
  /// A row += a row of another tensor.
  fileprivate mutating func addRow(_ row: Int, _ other: Tensor, row otherRow: Int) {
    assignRow(
      row, from: (self.row(row) + other.row(otherRow)).reshaped(to: [1, shape[1]]), row: 0)
  }
}
