public import JouleCore
public import JouleTensor

/// An energy between two others.
///
///     E(x) = (1 − β) E₀(x) + β E₁(x)
///
/// What both can do beyond being evaluated it can too. At β = 0 and 1 it is the one or the other alone:
/// an infinite energy of the other does not count there.
public struct InterpolatedEnergy<Base: EnergyModel, Target: EnergyModel>: EnergyModel
where Base.Scalar == Target.Scalar {
  public typealias Scalar = Target.Scalar

  /// E₀.
  public var base: Base
  /// E₁.
  public var target: Target
  /// β.
  public let beta: Double

  /// - Parameter beta: β, from 0 to 1.
  public init(from base: Base, to target: Target, beta: Double) {
    precondition(
      beta >= 0 && beta <= 1, "between two energies β goes from 0 to 1, got \(beta)")
    self.base = base
    self.target = target
    self.beta = beta
  }

  public var variableCount: Int { target.variableCount }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    mixed {
      base.energy(of: rows)
    } with: {
      target.energy(of: rows)
    }
  }

  public func faultReason(at row: Tensor<Scalar>) -> String? {
    target.faultReason(at: row) ?? base.faultReason(at: row)
  }

  /// (1 − β) a + β b of what is needed only.
  private func mixed(
    _ first: () -> Tensor<Scalar>, with second: () -> Tensor<Scalar>
  ) -> Tensor<Scalar> {
    if beta == 0 { return first() }
    if beta == 1 { return second() }
    var sum = first()
    sum.scale(by: Scalar(1 - beta))
    var rest = second()
    rest.scale(by: Scalar(beta))
    sum += rest
    return sum
  }
}

extension InterpolatedEnergy: DifferentiableEnergy
where Base: DifferentiableEnergy, Target: DifferentiableEnergy {
  public func energy(
    of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>
  ) -> Tensor<Scalar> {
    if beta == 0 { return base.energy(of: rows, gradient: &gradient) }
    if beta == 1 { return target.energy(of: rows, gradient: &gradient) }
    var baseGradient = gradient
    let baseEnergy = base.energy(of: rows, gradient: &baseGradient)
    let targetEnergy = target.energy(of: rows, gradient: &gradient)
    gradient.scale(by: Scalar(beta))
    baseGradient.scale(by: Scalar(1 - beta))
    gradient += baseGradient
    return baseEnergy * Scalar(1 - beta) + targetEnergy * Scalar(beta)
  }
}

extension InterpolatedEnergy: DiscreteEnergy where Base: DiscreteEnergy, Target: DiscreteEnergy {
  /// Those of the target, which the base shares.
  public func values(ofSite site: Int) -> [Scalar] { target.values(ofSite: site) }

  public func markovBlanket(ofSite site: Int) -> [Int] {
    Set(base.markovBlanket(ofSite: site)).union(target.markovBlanket(ofSite: site)).sorted()
  }

  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    mixed {
      base.conditionalEnergies(of: rows, sites: sites)
    } with: {
      target.conditionalEnergies(of: rows, sites: sites)
    }
  }
}

extension InterpolatedEnergy: LocalEnergy where Base: LocalEnergy, Target: LocalEnergy {
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    mixed {
      base.flipEnergies(of: rows, sites: sites)
    } with: {
      target.flipEnergies(of: rows, sites: sites)
    }
  }
}
