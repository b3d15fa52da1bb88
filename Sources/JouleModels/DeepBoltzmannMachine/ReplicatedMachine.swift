public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A restricted Boltzmann machine whose layers come in copies that share their weights: what the layers of a
/// deep Boltzmann machine are pretrained as.
///
///     E = −Σ_{a, b} vᵃᵀWhᵇ − Σₐ bᵀvᵃ − Σ_b cᵀhᵇ,    a = 1 … k copies of v,  b = 1 … l copies of h
///
/// Only the means of the copies matter, and rows hold those: v̄ = Σₐ vᵃ / k, h̄ = Σ_b hᵇ / l. Data are rows
/// whose copies are equal. Two copies of v make the hidden units listen twice as much as they speak, as they
/// will where another layer, not yet there, tells them the other half.
///
/// With x = k v̄ and y = l h̄ it is the machine of binomial units of k and l trials (``CountUnits``); here copies are
/// drawn as bits are, by the block.
///
/// References: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, §3.1; G. Hinton,
/// R. Salakhutdinov, A better way to pretrain deep Boltzmann machines, NIPS 2012, §3.
public struct ReplicatedMachine<Scalar: TensorScalar>: Sendable, Equatable {
  /// The machine of one copy of each layer: all parameters.
  public var base: RestrictedBoltzmannMachine<Scalar>
  /// k.
  public let visibleCopies: Int
  /// l.
  public let hiddenCopies: Int

  /// - Precondition: at least one copy of each layer.
  public init(
    _ base: RestrictedBoltzmannMachine<Scalar>, visibleCopies: Int = 1, hiddenCopies: Int = 1
  ) {
    precondition(
      visibleCopies > 0 && hiddenCopies > 0,
      "layers have at least one copy, got \(visibleCopies) and \(hiddenCopies)")
    self.base = base
    self.visibleCopies = visibleCopies
    self.hiddenCopies = hiddenCopies
  }

  public var parameters: ParameterSet<Scalar> {
    get { base.parameters }
    // In place, for the optimizer.
    _modify { yield &base.parameters }
  }

  public var variableCount: Int { base.variableCount }
  public var hiddenCount: Int { base.hiddenCount }

  private var k: Scalar { Scalar(visibleCopies) }
  private var l: Scalar { Scalar(hiddenCopies) }
}

extension ReplicatedMachine: LatentVariableModel {
  /// F(v̄) = −k bᵀv̄ − l Σⱼ softplus(cⱼ + k (v̄ᵀW)ⱼ).
  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(rows)
    let sums = base.softplusSums(of: base.hiddenInput(of: rows) * k, bias: base.hiddenBias)
    return -(rows.matmul(base.visibleBias) * k + Tensor<Scalar>(sums) * l)
  }

  public func jointEnergy(visible: Tensor<Scalar>, hidden: Tensor<Scalar>) -> Tensor<Scalar> {
    requireRows(visible)
    let coupling = (base.hiddenInput(of: visible) * hidden).sum(along: 1) * (k * l)
    return -(coupling + visible.matmul(base.visibleBias) * k + hidden.matmul(base.hiddenBias) * l)
  }

  public func hiddenMean(given visible: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    base.formHiddenInput(of: visible, into: &mean)
    if visibleCopies > 1 { mean.scale(by: k) }
    VectorKernels.best.addBiasLogistic(
      mean.elements.mutableSpan, bias: base.hiddenBias.elements.span, columns: hiddenCount)
  }

  public func visibleMean(given hidden: Tensor<Scalar>, into mean: inout Tensor<Scalar>) {
    base.formVisibleInput(of: hidden, into: &mean)
    if hiddenCopies > 1 { mean.scale(by: l) }
    VectorKernels.best.addBiasLogistic(
      mean.elements.mutableSpan, bias: base.visibleBias.elements.span, columns: variableCount)
  }

  public func sampleHidden(
    of rows: LatentRows<Scalar>, using random: ChainRandom, into hidden: inout Tensor<Scalar>
  ) {
    draw(
      rows.hiddenMean, copies: hiddenCopies, purpose: DrawPurpose.hidden, using: random,
      into: &hidden)
  }

  public func sampleVisible(
    given hidden: Tensor<Scalar>, using random: ChainRandom, into visible: inout Tensor<Scalar>
  ) {
    let mean = visibleMean(given: hidden)
    draw(mean, copies: visibleCopies, purpose: DrawPurpose.visible, using: random, into: &visible)
  }

  /// The mean of independent copies. The first draws as a machine without copies does.
  private func draw(
    _ mean: Tensor<Scalar>, copies: Int, purpose: UInt32, using random: ChainRandom,
    into result: inout Tensor<Scalar>
  ) {
    VectorKernels.best.bernoulli(
      mean.elements.span, columns: mean.shape[1], random.address(purpose: purpose),
      into: result.elements.mutableSpan)
    guard copies > 1 else { return }
    var copy = Tensor<Scalar>(zeros: mean.shape)
    for number in 1..<copies {
      VectorKernels.best.bernoulli(
        mean.elements.span, columns: mean.shape[1],
        random.folded(number).address(purpose: purpose), into: copy.elements.mutableSpan)
      result += copy
    }
    result.scale(by: 1 / Scalar(copies))
  }
}

extension ReplicatedMachine: CenterableModel {
  /// The one copy's gradient, times the pairs of copies for W, the copies of a layer for its bias.
  public func accumulateGradient(
    of terms: [GradientTerm<Self>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    add(into: &gradient, scalingPreviousBy: scale, on: workers) { sum in
      base.accumulateGradient(
        of: Self.own(terms), into: &sum, scalingPreviousBy: 0, on: workers)
      sum.entries[0].value.scale(by: k * l)
      sum.entries[1].value.scale(by: k)
      sum.entries[2].value.scale(by: l)
    }
  }

  /// See `CenterableModel`. With M, Δv and Δh of one copy of each layer:
  ///
  ///     ∂W = −k l M,   ∂b = −k (Δv − l² Mλ),   ∂c = −l (Δh − k² Mᵀμ)
  public func accumulateCenteredGradient(
    of terms: [GradientTerm<Self>], offsets: CenteringOffsets<Scalar>,
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    add(into: &gradient, scalingPreviousBy: scale, on: workers) { sum in
      base.accumulateCenteredGradient(
        of: Self.own(terms), offsets: offsets, into: &sum, scalingPreviousBy: 0, on: workers)
      // What it has is −M, −(Δv − Mλ) and −(Δh − Mᵀμ).
      let pull = sum.entries[0].value.matmul(offsets.hidden)
      let push = offsets.visible.matmul(sum.entries[0].value)
      sum.entries[1].value.add(pull, scaledBy: 1 - l * l)
      sum.entries[2].value.add(push, scaledBy: 1 - k * k)
      sum.entries[0].value.scale(by: k * l)
      sum.entries[1].value.scale(by: k)
      sum.entries[2].value.scale(by: l)
    }
  }

  private func add(
    into gradient: inout ParameterSet<Scalar>, scalingPreviousBy scale: Scalar,
    on workers: Workers, _ form: (inout ParameterSet<Scalar>) -> Void
  ) {
    if scale == 0 {
      form(&gradient)
      return
    }
    var sum = gradient.zeros()
    form(&sum)
    for index in gradient.entries.indices {
      gradient.entries[index].value.scale(by: scale)
      gradient.entries[index].value += sum.entries[index].value
    }
  }

  private static func own(
    _ terms: [GradientTerm<Self>]
  ) -> [GradientTerm<RestrictedBoltzmannMachine<Scalar>>] {
    terms.map { GradientTerm($0.completion, weight: $0.weight, rowWeights: $0.rowWeights) }
  }
}
