public import JouleCore
public import JouleTensor

/// A path of energies: a value from which annealing and tempering take whatever lies between two
/// distributions.
///
///     p_β(x) ∝ exp(−E_β(x))
///
/// β runs over the numbers from 0 up; usually E_0 is easy to sample and E_1 is the model. Any type with
/// an energy for every β is a path:
///
///     struct Widening: EnergyPath {
///       func energy(at beta: Double) -> Ring { Ring(radius: 2, width: 1 / (0.2 + beta)) }
///     }
public protocol EnergyPath<Energy>: Sendable {
  associatedtype Energy: EnergyModel

  /// E_β.
  func energy(at beta: Double) -> Energy

  /// The change of log p* at rows, between two points of the path.
  ///
  ///     log p*_to(x) − log p*_from(x) = E_from(x) − E_to(x)
  ///
  /// - Parameter rows: `[batch, variables]`.
  /// - Returns: `[batch]`, in nats; −∞ where the row leaves the support.
  func logRatios(of rows: Tensor<Energy.Scalar>, from: Double, to: Double) -> [Double]
}

extension EnergyPath {
  /// By two energies. Rounding of large energies does not cancel: a path that knows the difference
  /// itself implements it.
  public func logRatios(of rows: Tensor<Energy.Scalar>, from: Double, to: Double) -> [Double] {
    let before = energy(at: from).energy(of: rows).elements
    let after = energy(at: to).energy(of: rows).elements
    return before.indices.map { Double(before[$0]) - Double(after[$0]) }
  }
}

/// The geometric path between two energies, the usual one.
///
///     E_β(x) = (1 − β) E₀(x) + β E₁(x),   p_β ∝ p₀^(1−β) p₁^β
///
/// Reference: A. Gelman, X.-L. Meng, Simulating normalizing constants, Statistical Science 13 (1998),
/// §3.2.
public struct GeometricPath<Base: EnergyModel, Target: EnergyModel>: EnergyPath
where Base.Scalar == Target.Scalar {
  public var base: Base
  public var target: Target

  /// - Parameters:
  ///   - base: E₀.
  ///   - target: E₁, of as many variables.
  public init(from base: Base, to target: Target) {
    precondition(
      base.variableCount == target.variableCount,
      "a path joins energies of equally many variables, got \(base.variableCount) and "
        + "\(target.variableCount)")
    self.base = base
    self.target = target
  }

  public func energy(at beta: Double) -> InterpolatedEnergy<Base, Target> {
    InterpolatedEnergy(from: base, to: target, beta: beta)
  }

  /// (to − from) (E₀ − E₁): one evaluation of each, and no cancellation between the points.
  public func logRatios(of rows: Tensor<Base.Scalar>, from: Double, to: Double) -> [Double] {
    let first = base.energy(of: rows).elements
    let second = target.energy(of: rows).elements
    return first.indices.map { (to - from) * (Double(first[$0]) - Double(second[$0])) }
  }
}

/// The path of one energy over all temperatures.
///
///     E_β(x) = β E(x),   β = 1 / temperature
///
/// At β = 0 stands the uniform distribution, so that on unbounded spaces the path begins above it. It has
/// no end: annealing to a minimum goes far beyond 1.
public struct TemperingPath<Model: EnergyModel>: EnergyPath {
  public var model: Model

  public init(_ model: Model) { self.model = model }

  public func energy(at beta: Double) -> TemperedEnergy<Model> { model.tempered(beta) }

  public func logRatios(of rows: Tensor<Model.Scalar>, from: Double, to: Double) -> [Double] {
    model.energy(of: rows).elements.map { (from - to) * Double($0) }
  }
}

/// A path that a program gives as a function.
public struct FunctionPath<Energy: EnergyModel>: EnergyPath {
  private let function: @Sendable (Double) -> Energy

  /// - Parameter energy: E_β for every β that is asked for.
  public init(_ energy: @escaping @Sendable (_ beta: Double) -> Energy) { function = energy }

  public func energy(at beta: Double) -> Energy { function(beta) }
}
