import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

extension RestrictedBoltzmannMachine: AnnealableModel {
  /// See `AnnealableModel`. Without means the base has the machine's own visible biases.
  public func annealingPath(
    fromMeans baseMeans: Tensor<Scalar>?
  ) -> RestrictedBoltzmannPath<Scalar> {
    guard let baseMeans else {
      return RestrictedBoltzmannPath(to: self, baseBias: visibleBias)
    }
    precondition(
      baseMeans.shape == [variableCount],
      "base means have shape \(baseMeans.shape), the machine has \(variableCount) visible units")
    return RestrictedBoltzmannPath(to: self, baseBias: (baseMeans / (1 - baseMeans)).log())
  }
}

/// The path from independent visible units of bias a to a restricted Boltzmann machine.
///
///     log p*_β(v) = (1 − β) aᵀv + β bᵀv + Σⱼ softplus(β (cⱼ + (vᵀW)ⱼ))
///     log Z₀ = Σᵢ softplus(aᵢ) + m log 2
///
/// The transition at β draws h with probability σ(β(c + vᵀW)), then v with σ(β(b + Wh) + (1 − β) a): block
/// Gibbs sampling of the machine whose joint energy is interpolated. The input vᵀW does not depend on β:
/// it stays with the chains from weighing to the next draw, and goes along where they exchange places.
///
/// Reference: R. Salakhutdinov, I. Murray, On the quantitative analysis of deep belief networks,
/// ICML 2008, eq. 13–17, with hidden units of the base free.
public struct RestrictedBoltzmannPath<Scalar: TensorScalar>: AnnealingPath {
  let machine: RestrictedBoltzmannMachine<Scalar>
  /// a, `[visible]`.
  let baseBias: Tensor<Scalar>
  /// b − a, `[visible]`.
  let biasDifference: Tensor<Scalar>
  /// The bias of hidden units at β = 0, `[hidden]`.
  let zeroBias: Tensor<Scalar>

  init(to machine: RestrictedBoltzmannMachine<Scalar>, baseBias: Tensor<Scalar>) {
    self.machine = machine
    self.baseBias = baseBias
    self.biasDifference = machine.visibleBias - baseBias
    zeroBias = Tensor(zeros: [machine.hiddenCount])
  }

  /// Chains: their visible rows, and what is known of the hidden ones.
  public struct State: Sendable {
    /// `[chains, visible]`.
    var visible: Tensor<Scalar>
    /// `[chains, hidden]`: vᵀW where `holdsInput`, nothing otherwise.
    var hidden: Tensor<Scalar>
    var holdsInput: Bool
    /// `[chains]`; nothing between steps.
    var biasTerm: Tensor<Scalar>
  }

  public var baseLogPartition: Double {
    let softplus = machine.softplusSums(
      of: Tensor(zeros: [1, baseBias.count]), bias: baseBias)[0]
    return softplus + Double(machine.hiddenCount) * 0.693_147_180_559_945_3
  }

  public func sampleBase(count: Int, using random: ChainRandom) -> State {
    var state = makeState(at: Tensor(zeros: [count, machine.variableCount]))
    VectorKernels.best.addBiasLogisticSample(
      state.visible.elements.mutableSpan, bias: baseBias.elements.span,
      columns: machine.variableCount, random.address(purpose: DrawPurpose.start))
    return state
  }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    machine.requireRows(rows)
    return State(
      visible: rows, hidden: Tensor(zeros: [rows.shape[0], machine.hiddenCount]),
      holdsInput: false, biasTerm: Tensor(zeros: [rows.shape[0]]))
  }

  public func position(of state: State) -> Tensor<Scalar> { state.visible }

  @discardableResult
  public func step(
    _ state: inout State, at beta: Double, using random: ChainRandom
  ) -> PlainTransition {
    formInput(of: &state)
    // The visible units' pass serves the hidden ones too: at β = 0 their bias is zero.
    VectorKernels.best.annealVisible(
      state.hidden.elements.mutableSpan, bias: machine.hiddenBias.elements.span,
      baseBias: zeroBias.elements.span, columns: machine.hiddenCount, beta: Scalar(beta),
      random.address(purpose: DrawPurpose.hidden))
    moveVisible(of: &state, at: beta, using: random)
    return PlainTransition()
  }

  public func weigh(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double]
  ) {
    weighBiases(of: &state, from: from, to: to, logWeights: &logWeights)
    formInput(of: &state)
    let before = machine.softplusSums(
      of: state.hidden, bias: machine.hiddenBias, scale: Scalar(from))
    let after = machine.softplusSums(
      of: state.hidden, bias: machine.hiddenBias, scale: Scalar(to))
    for chain in logWeights.indices { logWeights[chain] += after[chain] - before[chain] }
  }

  /// `weigh` and `step` with one pass over the hidden units for both.
  @discardableResult
  public func advance(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double],
    using random: ChainRandom
  ) -> PlainTransition {
    weighBiases(of: &state, from: from, to: to, logWeights: &logWeights)
    formInput(of: &state)
    VectorKernels.best.annealHidden(
      state.hidden.elements.mutableSpan, bias: machine.hiddenBias.elements.span,
      columns: machine.hiddenCount, from: Scalar(from), to: Scalar(to),
      logWeights: logWeights.mutableSpan, random.address(purpose: DrawPurpose.hidden))
    moveVisible(of: &state, at: to, using: random)
    return PlainTransition()
  }

  public func exchange(_ chains: [Bool], of first: inout State, with second: inout State) {
    first.visible.exchangeRows(where: chains, with: &second.visible)
    first.holdsInput = first.holdsInput && second.holdsInput
    second.holdsInput = first.holdsInput
    if first.holdsInput { first.hidden.exchangeRows(where: chains, with: &second.hidden) }
  }

  /// vᵀW, unless the chains hold it.
  private func formInput(of state: inout State) {
    if !state.holdsInput {
      machine.formHiddenInput(of: state.visible, into: &state.hidden)
      state.holdsInput = true
    }
  }

  /// The part of log p* that is linear in v.
  private func weighBiases(
    of state: inout State, from: Double, to: Double, logWeights: inout [Double]
  ) {
    Tensor.multiply(state.visible, .none, biasDifference, .none, into: &state.biasTerm)
    for chain in logWeights.indices {
      logWeights[chain] += (to - from) * Double(state.biasTerm[chain])
    }
  }

  /// From hidden states to visible ones.
  private func moveVisible(of state: inout State, at beta: Double, using random: ChainRandom) {
    state.holdsInput = false
    machine.formVisibleInput(of: state.hidden, into: &state.visible)
    VectorKernels.best.annealVisible(
      state.visible.elements.mutableSpan, bias: machine.visibleBias.elements.span,
      baseBias: baseBias.elements.span, columns: machine.variableCount, beta: Scalar(beta),
      random.address(purpose: DrawPurpose.visible))
  }
}
