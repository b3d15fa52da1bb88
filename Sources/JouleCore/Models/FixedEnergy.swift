public import JouleAlgebra
public import JouleRandom
public import JouleTensor

/// An energy that is not learnt: what it can do beyond its parameters it still can, and it has none.
///
/// Where a model is made of several, this keeps one of them as it is while the others train, and lets
/// energies take part that have no parameters to begin with.
public struct FixedEnergy<Base: EnergyModel>: ParametricEnergy {
  public typealias Scalar = Base.Scalar
  /// Rows alone: no gradient asks for more.
  public typealias Completion = Tensor<Base.Scalar>

  public let base: Base
  /// None.
  public var parameters = ParameterSet<Base.Scalar>([])

  public init(_ base: Base) { self.base = base }

  public var variableCount: Int { base.variableCount }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> { base.energy(of: rows) }

  public func faultReason(at row: Tensor<Scalar>) -> String? { base.faultReason(at: row) }

  public func complete(_ rows: Tensor<Scalar>) -> Tensor<Scalar> { rows }

  /// Nothing: there is no parameter.
  public func accumulateGradient(
    of terms: [GradientTerm<FixedEnergy>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {}
}

extension FixedEnergy: DifferentiableEnergy where Base: DifferentiableEnergy {
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    base.energy(of: rows, gradient: &gradient)
  }

  public func energyGradient(at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>) {
    base.energyGradient(at: rows, into: &gradient)
  }
}

extension FixedEnergy: DiscreteEnergy where Base: DiscreteEnergy {
  public func values(ofSite site: Int) -> [Scalar] { base.values(ofSite: site) }

  public func markovBlanket(ofSite site: Int) -> [Int] { base.markovBlanket(ofSite: site) }

  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    base.conditionalEnergies(of: rows, sites: sites)
  }

  public func resample(
    _ sites: [Int], of rows: inout Tensor<Scalar>, beta: Double, using random: ChainRandom
  ) -> Int? {
    base.resample(sites, of: &rows, beta: beta, using: random)
  }
}

extension FixedEnergy: LocalEnergy where Base: LocalEnergy {
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    base.flipEnergies(of: rows, sites: sites)
  }
}
