public import JouleAlgebra
public import JouleRandom
public import JouleTensor

/// An energy at another temperature.
///
///     p_β(x) ∝ exp(−β E(x)),   β = 1 / temperature
///
/// β = 1 is the distribution itself, 0 the uniform one, above 1 lies nearer to the modes. What the energy
/// can do beyond being evaluated it still can. For a latent-variable model E is the free energy of the
/// visible variables; the hidden ones of β F(v) are not independent, so block Gibbs does not carry over.
public struct TemperedEnergy<Untempered: EnergyModel>: EnergyModel {
  public var untempered: Untempered
  /// β.
  public let beta: Double

  /// - Parameter beta: β, finite.
  public init(_ energy: Untempered, beta: Double) {
    precondition(beta.isFinite, "an inverse temperature is finite, got \(beta)")
    untempered = energy
    self.beta = beta
  }

  public var variableCount: Int { untempered.variableCount }

  /// β E(x). What lies outside the support stays there, for β = 0 too.
  public func energy(of rows: Tensor<Untempered.Scalar>) -> Tensor<Untempered.Scalar> {
    untempered.energy(of: rows).scaledAsEnergies(by: beta)
  }

  public func faultReason(at row: Tensor<Untempered.Scalar>) -> String? {
    untempered.faultReason(at: row)
  }
}

extension TemperedEnergy: DifferentiableEnergy where Untempered: DifferentiableEnergy {
  public func energy(
    of rows: Tensor<Untempered.Scalar>, gradient: inout Tensor<Untempered.Scalar>
  ) -> Tensor<Untempered.Scalar> {
    let energies = untempered.energy(of: rows, gradient: &gradient)
    gradient.scale(by: Untempered.Scalar(beta))
    return energies.scaledAsEnergies(by: beta)
  }

  public func energyGradient(
    at rows: Tensor<Untempered.Scalar>, into gradient: inout Tensor<Untempered.Scalar>
  ) {
    untempered.energyGradient(at: rows, into: &gradient)
    gradient.scale(by: Untempered.Scalar(beta))
  }
}

extension TemperedEnergy: ParametricEnergy where Untempered: ParametricEnergy {
  public typealias Completion = Untempered.Completion

  public var parameters: ParameterSet<Untempered.Scalar> {
    get { untempered.parameters }
    set { untempered.parameters = newValue }
  }

  public func complete(_ rows: Tensor<Untempered.Scalar>) -> Completion {
    untempered.complete(rows)
  }

  public func complete(
    _ range: Range<Int>, of batch: Tensor<Untempered.Scalar>, into completion: inout Completion
  ) {
    untempered.complete(range, of: batch, into: &completion)
  }

  public func rows(of completion: Completion) -> Tensor<Untempered.Scalar> {
    untempered.rows(of: completion)
  }

  /// β times the gradient of the energy itself.
  public func accumulateGradient(
    of terms: [GradientTerm<TemperedEnergy>], into gradient: inout ParameterSet<Untempered.Scalar>,
    scalingPreviousBy scale: Untempered.Scalar, on workers: Workers
  ) {
    let factor = Untempered.Scalar(beta)
    untempered.accumulateGradient(
      of: terms.map {
        GradientTerm($0.completion, weight: factor * $0.weight, rowWeights: $0.rowWeights)
      },
      into: &gradient, scalingPreviousBy: scale, on: workers)
  }
}

extension TemperedEnergy: DiscreteEnergy where Untempered: DiscreteEnergy {
  public func values(ofSite site: Int) -> [Untempered.Scalar] {
    untempered.values(ofSite: site)
  }

  public func markovBlanket(ofSite site: Int) -> [Int] { untempered.markovBlanket(ofSite: site) }

  public func conditionalEnergies(
    of rows: Tensor<Untempered.Scalar>, sites: [Int]
  ) -> Tensor<Untempered.Scalar> {
    untempered.conditionalEnergies(of: rows, sites: sites).scaledAsEnergies(by: beta)
  }

  public func resample(
    _ sites: [Int], of rows: inout Tensor<Untempered.Scalar>, beta: Double,
    using random: ChainRandom
  ) -> Int? {
    untempered.resample(sites, of: &rows, beta: self.beta * beta, using: random)
  }
}

extension TemperedEnergy: LocalEnergy where Untempered: LocalEnergy {
  public func flipEnergies(
    of rows: Tensor<Untempered.Scalar>, sites: [Int]
  ) -> Tensor<Untempered.Scalar> {
    untempered.flipEnergies(of: rows, sites: sites).scaledAsEnergies(by: beta)
  }
}

extension EnergyModel {
  /// This energy at inverse temperature β.
  public func tempered(_ beta: Double) -> TemperedEnergy<Self> {
    TemperedEnergy(self, beta: beta)
  }
}
