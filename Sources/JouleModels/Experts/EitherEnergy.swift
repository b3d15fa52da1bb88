public import JouleAlgebra
public import JouleCore
public import JouleRandom
public import JouleTensor

/// A model of one of two kinds: what makes a list of different models a list of one type.
///
/// What both kinds can do it can too, and the compiler knows. More kinds nest:
/// `EitherEnergy<EitherEnergy<A, B>, C>`.
public enum EitherEnergy<First: EnergyModel, Second: EnergyModel>: EnergyModel
where First.Scalar == Second.Scalar {
  public typealias Scalar = First.Scalar

  case first(First)
  case second(Second)

  public var variableCount: Int {
    switch self {
    case .first(let model): model.variableCount
    case .second(let model): model.variableCount
    }
  }

  public func energy(of rows: Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .first(let model): model.energy(of: rows)
    case .second(let model): model.energy(of: rows)
    }
  }

  public func faultReason(at row: Tensor<Scalar>) -> String? {
    switch self {
    case .first(let model): model.faultReason(at: row)
    case .second(let model): model.faultReason(at: row)
    }
  }
}

extension EitherEnergy: DifferentiableEnergy
where First: DifferentiableEnergy, Second: DifferentiableEnergy {
  public func energy(of rows: Tensor<Scalar>, gradient: inout Tensor<Scalar>) -> Tensor<Scalar> {
    switch self {
    case .first(let model): model.energy(of: rows, gradient: &gradient)
    case .second(let model): model.energy(of: rows, gradient: &gradient)
    }
  }

  public func energyGradient(at rows: Tensor<Scalar>, into gradient: inout Tensor<Scalar>) {
    switch self {
    case .first(let model): model.energyGradient(at: rows, into: &gradient)
    case .second(let model): model.energyGradient(at: rows, into: &gradient)
    }
  }
}

extension EitherEnergy: DiscreteEnergy where First: DiscreteEnergy, Second: DiscreteEnergy {
  public func values(ofSite site: Int) -> [Scalar] {
    switch self {
    case .first(let model): model.values(ofSite: site)
    case .second(let model): model.values(ofSite: site)
    }
  }

  public func markovBlanket(ofSite site: Int) -> [Int] {
    switch self {
    case .first(let model): model.markovBlanket(ofSite: site)
    case .second(let model): model.markovBlanket(ofSite: site)
    }
  }

  public func conditionalEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    switch self {
    case .first(let model): model.conditionalEnergies(of: rows, sites: sites)
    case .second(let model): model.conditionalEnergies(of: rows, sites: sites)
    }
  }

  public func resample(
    _ sites: [Int], of rows: inout Tensor<Scalar>, beta: Double, using random: ChainRandom
  ) -> Int? {
    switch self {
    case .first(let model): model.resample(sites, of: &rows, beta: beta, using: random)
    case .second(let model): model.resample(sites, of: &rows, beta: beta, using: random)
    }
  }
}

extension EitherEnergy: LocalEnergy where First: LocalEnergy, Second: LocalEnergy {
  public func flipEnergies(of rows: Tensor<Scalar>, sites: [Int]) -> Tensor<Scalar> {
    switch self {
    case .first(let model): model.flipEnergies(of: rows, sites: sites)
    case .second(let model): model.flipEnergies(of: rows, sites: sites)
    }
  }
}

extension EitherEnergy: ParametricEnergy where First: ParametricEnergy, Second: ParametricEnergy {
  /// What the gradient of one kind or the other needs.
  public enum Completion: Sendable {
    case first(First.Completion)
    case second(Second.Completion)
  }

  public var parameters: ParameterSet<Scalar> {
    get {
      switch self {
      case .first(let model): model.parameters
      case .second(let model): model.parameters
      }
    }
    set {
      switch self {
      case .first(var model):
        model.parameters = newValue
        self = .first(model)
      case .second(var model):
        model.parameters = newValue
        self = .second(model)
      }
    }
  }

  public func complete(_ rows: Tensor<Scalar>) -> Completion {
    switch self {
    case .first(let model): .first(model.complete(rows))
    case .second(let model): .second(model.complete(rows))
    }
  }

  public func rows(of completion: Completion) -> Tensor<Scalar> {
    switch (self, completion) {
    case (.first(let model), .first(let own)): model.rows(of: own)
    case (.second(let model), .second(let own)): model.rows(of: own)
    default: preconditionFailure("rows that a model of the other kind has completed")
    }
  }

  public func accumulateGradient(
    of terms: [GradientTerm<EitherEnergy>], into gradient: inout ParameterSet<Scalar>,
    scalingPreviousBy scale: Scalar, on workers: Workers
  ) {
    switch self {
    case .first(let model):
      let own = terms.map { term -> GradientTerm<First> in
        guard case .first(let completion) = term.completion else {
          preconditionFailure("rows that a model of the other kind has completed")
        }
        return GradientTerm(completion, weight: term.weight, rowWeights: term.rowWeights)
      }
      model.accumulateGradient(of: own, into: &gradient, scalingPreviousBy: scale, on: workers)
    case .second(let model):
      let own = terms.map { term -> GradientTerm<Second> in
        guard case .second(let completion) = term.completion else {
          preconditionFailure("rows that a model of the other kind has completed")
        }
        return GradientTerm(completion, weight: term.weight, rowWeights: term.rowWeights)
      }
      model.accumulateGradient(of: own, into: &gradient, scalingPreviousBy: scale, on: workers)
    }
  }
}

extension EitherEnergy: TractableDistribution
where First: TractableDistribution, Second: TractableDistribution {
  public func sample(using random: ChainRandom, into rows: inout Tensor<Scalar>) {
    switch self {
    case .first(let model): model.sample(using: random, into: &rows)
    case .second(let model): model.sample(using: random, into: &rows)
    }
  }

  public func logDensity(of rows: Tensor<Scalar>) -> Tensor<Double> {
    switch self {
    case .first(let model): model.logDensity(of: rows)
    case .second(let model): model.logDensity(of: rows)
    }
  }
}
