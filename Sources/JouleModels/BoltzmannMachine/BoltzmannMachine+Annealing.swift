public import JouleCore
public import JouleRandom
public import JouleTensor

extension BoltzmannMachine: AnnealableModel {
  /// See `AnnealableModel`: μ are the means, λ what hidden units make of them. Without means both are zero.
  public func annealingPath(fromMeans baseMeans: Tensor<Scalar>?) -> BoltzmannPath<Scalar> {
    guard let baseMeans else {
      return BoltzmannPath(
        to: self, visibleShift: Tensor(zeros: [variableCount]),
        hiddenShift: Tensor(zeros: [hiddenCount]))
    }
    precondition(
      baseMeans.shape == [variableCount],
      "base means have shape \(baseMeans.shape), the machine has \(variableCount) columns")
    let means = baseMeans.asRow
    return BoltzmannPath(
      to: self, visibleShift: input(toSide: 0, from: hiddenMean(given: means)).row(0),
      hiddenShift: input(toSide: 1, from: means).row(0))
  }
}

/// The path from independent units to a Boltzmann machine: the couplings grow, what they do on average is there from
/// the start.
///
///     log p*_β(v) = −U(v) + (1 − β) vᵀWλ + Γ_h(β vᵀW + (1 − β) μᵀW)
///     log Z₀ = Γ_v(Wλ) + Γ_h(μᵀW)
///
/// It is the energy in parameters centred at (μ, λ), its coupling times β. For any units, layers and depth; v are the
/// even layers, h the odd ones, W all couplings. The input vᵀW does not depend on β: it stays with the chains from
/// weighing to the next draw.
///
/// Reference: R. Salakhutdinov, I. Murray, On the quantitative analysis of deep belief networks, ICML 2008, §4, with
/// another base distribution.
public struct BoltzmannPath<Scalar: TensorScalar>: AnnealingPath {
  let machine: BoltzmannMachine<Scalar>
  /// Wλ, `[visible]`.
  let visibleShift: Tensor<Scalar>
  /// μᵀW, `[hidden]`.
  let hiddenShift: Tensor<Scalar>

  init(
    to machine: BoltzmannMachine<Scalar>, visibleShift: Tensor<Scalar>,
    hiddenShift: Tensor<Scalar>
  ) {
    self.machine = machine
    self.visibleShift = visibleShift
    self.hiddenShift = hiddenShift
  }

  /// Chains: their even layers, and the input of the odd ones where it is known.
  public struct State: Sendable {
    /// `[chains, visible]`.
    var visible: Tensor<Scalar>
    /// `[chains, hidden]`: vᵀW.
    var input: Tensor<Scalar>?
  }

  public var baseLogPartition: Double {
    machine.logPartitions(ofSide: 0, visibleShift.asRow)[0]
      + machine.logPartitions(ofSide: 1, hiddenShift.asRow)[0]
  }

  public func sampleBase(count: Int, using random: ChainRandom) -> State {
    var rows = Tensor<Scalar>(zeros: [count, machine.variableCount])
    rows += visibleShift
    machine.changeSide(0, &rows) { layer, block in
      machine.layers[layer].formDraws(
        &block, machine.unitParameters(layer), using: random.layer(layer / 2),
        purpose: DrawPurpose.start)
    }
    return State(visible: rows, input: nil)
  }

  public func makeState(at rows: Tensor<Scalar>) -> State {
    machine.requireRows(rows)
    return State(visible: rows, input: nil)
  }

  public func position(of state: State) -> Tensor<Scalar> { state.visible }

  @discardableResult
  public func step(
    _ state: inout State, at beta: Double, using random: ChainRandom
  ) -> PlainTransition {
    var hidden = hiddenInput(of: &state, at: beta)
    machine.changeSide(1, &hidden) { machine.formDraws(ofLayer: $0, &$1, using: random) }
    machine.formInput(toSide: 0, from: hidden, into: &state.visible)
    temper(&state.visible, shift: visibleShift, beta)
    machine.changeSide(0, &state.visible) { machine.formDraws(ofLayer: $0, &$1, using: random) }
    state.input = nil
    return PlainTransition()
  }

  public func weigh(
    _ state: inout State, from: Double, to: Double, logWeights: inout [Double]
  ) {
    let linear = Tensor<Double>(state.visible.matmul(visibleShift))
    let before = machine.logPartitions(ofSide: 1, hiddenInput(of: &state, at: from))
    let after = machine.logPartitions(ofSide: 1, hiddenInput(of: &state, at: to))
    for chain in logWeights.indices {
      logWeights[chain] += after[chain] - before[chain] - (to - from) * linear[chain]
    }
  }

  public func exchange(_ chains: [Bool], of first: inout State, with second: inout State) {
    first.visible.exchangeRows(where: chains, with: &second.visible)
    guard var one = first.input, var other = second.input else {
      (first.input, second.input) = (nil, nil)
      return
    }
    one.exchangeRows(where: chains, with: &other)
    (first.input, second.input) = (one, other)
  }

  /// β vᵀW + (1 − β) μᵀW.
  private func hiddenInput(of state: inout State, at beta: Double) -> Tensor<Scalar> {
    var input = state.input ?? machine.input(toSide: 1, from: state.visible)
    state.input = input
    temper(&input, shift: hiddenShift, beta)
    return input
  }

  private func temper(_ input: inout Tensor<Scalar>, shift: Tensor<Scalar>, _ beta: Double) {
    if beta == 1 { return }
    input.scale(by: Scalar(beta))
    input += shift * Scalar(1 - beta)
  }
}
