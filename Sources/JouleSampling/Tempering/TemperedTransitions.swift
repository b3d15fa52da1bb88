public import JouleCore
public import JouleRandom
public import JouleTensor

/// Tempered transitions: a proposal that is heated and cooled again, accepted or refused as a whole.
///
///     up:    x̂₀ = x,  x̂_k ~ T_k(·|x̂_{k−1}),  k = 1 … n, ever hotter
///     down:  x̌_n = x̂_n,  x̌_{k−1} ~ T_k(·|x̌_k),  k = n … 1
///     accept x̌₀ with probability min(1, r),
///     log r = Σ_{k=1}^{n} [log p*_k(x̂_{k−1})/p*_{k−1}(x̂_{k−1}) − log p*_k(x̌_{k−1})/p*_{k−1}(x̌_{k−1})]
///
/// One chain, no replicas: a step costs 2n transitions and leaves the coldest distribution of the ladder
/// invariant. It is worth it where energies vary so little from rung to rung that r stays near 1.
///
/// - Precondition: every T_β satisfies detailed balance, as Metropolis kernels, HMC and block Gibbs of two
///   blocks do; a systematic sweep over sites does not.
///
/// Reference: R. Neal, Sampling from multimodal distributions using tempered transitions, Statistics and
/// Computing 6 (1996), §3, eq. 6–8.
public struct TemperedTransitions<Chains: PathKernel>: TransitionKernel {
  public typealias Scalar = Chains.Scalar
  public typealias State = Chains.State

  /// The kernels T_β.
  public var chains: Chains
  public let ladder: TemperatureLadder

  public init(_ chains: Chains, ladder: TemperatureLadder) {
    self.chains = chains
    self.ladder = ladder
  }

  public func makeState(at rows: Tensor<Scalar>) -> State { chains.makeState(at: rows) }

  public func position(of state: State) -> Tensor<Scalar> { chains.position(of: state) }

  @discardableResult
  public func step(
    _ state: inout State, using random: ChainRandom
  ) -> TemperedTransition {
    let betas = Array(ladder.betas.reversed())
    let hottest = betas.count - 1
    var proposed = state
    let count = chains.position(of: state).shape[0]
    var logRatios = [Double](repeating: 0, count: count)
    var fault: TransitionFault?
    for level in 1...hottest {
      let info = chains.advance(
        &proposed, from: betas[level - 1], to: betas[level], logWeights: &logRatios,
        using: random.folded(level))
      fault = fault ?? info.fault?.located(at: betas[level])
    }
    for level in stride(from: hottest, to: 0, by: -1) {
      let info = chains.step(
        &proposed, at: betas[level], using: random.folded(hottest + level))
      fault = fault ?? info.fault?.located(at: betas[level])
      chains.weigh(
        &proposed, from: betas[level], to: betas[level - 1], logWeights: &logRatios)
    }
    if fault == nil, let chain = logRatios.firstIndex(where: \.isNaN) {
      fault = TransitionFault(
        row: chain, reason: .notFinite("the probability ratio of a tempered transition"))
    }
    let test = MetropolisTest(
      logRatios: logRatios,
      using: ChainRandom(
        key: random.key.folded("acceptance"), firstChain: random.firstChain, step: random.step))
    chains.exchange(test.accepted, of: &state, with: &proposed)
    return TemperedTransition(
      acceptanceProbabilities: test.probabilities, accepted: test.accepted, fault: fault)
  }
}

/// What a tempered transition tells.
public struct TemperedTransition: TransitionInfo {
  public let acceptanceProbabilities: [Double]?
  /// Whether each chain took the proposal.
  public let accepted: [Bool]
  public let fault: TransitionFault?
}
