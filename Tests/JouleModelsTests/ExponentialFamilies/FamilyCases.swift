import Foundation
import Joule

/// Whatever the tests ask of a family with formulas.
typealias TestedFamily = ConventionalParameters & SampledFamily

/// One line for each family: every law below is checked on all of them.
struct FamilyCase: Sendable, CustomStringConvertible {
  let description: String
  let family: any TestedFamily
  let reference: FamilyReference
  /// Data whose likelihood has no maximum.
  let degenerate: [[Double]]
  /// A row outside the support.
  let foreign: [Double]
  /// Textbook parameters outside their domain.
  let improper: [Double]

  private init(
    _ name: String, _ family: any TestedFamily, degenerate: [[Double]], foreign: [Double],
    improper: [Double]
  ) {
    description = name
    self.family = family
    guard let reference = FamilyReference.all[name] else {
      preconditionFailure("no reference for \(name)")
    }
    self.reference = reference
    self.degenerate = degenerate
    self.foreign = foreign
    self.improper = improper
  }

  static let all: [FamilyCase] = [
    .init("bernoulli", Bernoulli(), degenerate: [[1], [1]], foreign: [2], improper: [1]),
    .init(
      "binomial", Binomial(trials: 17), degenerate: [[17], [17]], foreign: [18], improper: [0]),
    .init(
      "categorical", Categorical(categoryCount: 4), degenerate: [[0], [1], [2]], foreign: [4],
      improper: [0.5, 0.5, 0, 0]),
    .init(
      "multinomial", Multinomial(trials: 6, categoryCount: 3),
      degenerate: [[6, 0, 0], [3, 3, 0]],
      foreign: [1, 2, 4], improper: [0.5, 0.6, 0.2]),
    .init("poisson", Poisson(), degenerate: [[0], [0]], foreign: [1.5], improper: [0]),
    .init("geometric", Geometric(), degenerate: [[0], [0]], foreign: [-1], improper: [0]),
    .init(
      "negativeBinomial", NegativeBinomial(successes: 3.5), degenerate: [[0], [0]], foreign: [0.5],
      improper: [1]),
    .init("exponential", Exponential(), degenerate: [], foreign: [-0.1], improper: [-1]),
    .init("gamma", Gamma(), degenerate: [[2.5], [2.5]], foreign: [0], improper: [1, -2]),
    .init(
      "inverseGamma", InverseGamma(), degenerate: [[2.5], [2.5]], foreign: [-1], improper: [0, 1]),
    .init("beta", Beta(), degenerate: [[0.3], [0.3]], foreign: [1], improper: [0, 1]),
    .init(
      "dirichlet", Dirichlet(partCount: 3), degenerate: [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]],
      foreign: [0.2, 0.3, 0.6], improper: [1, 1, -1]),
    .init("gaussian", Gaussian(), degenerate: [[1e6], [1e6]], foreign: [.nan], improper: [0, 0]),
    .init(
      "multivariateGaussian", MultivariateGaussian(variableCount: 2),
      degenerate: [[1, 2], [2, 4], [0, 0], [-3, -6]], foreign: [1, .infinity],
      improper: [0, 0, 1, 2, 1]),
    .init("vonMises", VonMises(), degenerate: [[0.7], [0.7]], foreign: [.nan], improper: [0, -1]),
    .init(
      "wishart", Wishart(order: 2), degenerate: [[1, 0.5, 2], [1, 0.5, 2]], foreign: [1, 2, 1],
      improper: [0.9, 1, 0, 1]),
  ]
}

/// Everything about one family and its reference member, with the type of the family known.
struct Member<Family: TestedFamily> {
  let family: Family
  let model: ExponentialFamilyModel<Family>
  let reference: FamilyReference

  var theta: NaturalParameters { model.naturalParameters }
  var rows: Tensor<Double> { Tensor(reference.rows) }

  init(_ family: Family, _ reference: FamilyReference) throws {
    self.family = family
    self.reference = reference
    model = try ExponentialFamilyModel(family, conventional: reference.conventional)
  }

  /// θ moved by fractions of what one observation leaves open, until it is in the domain.
  func neighbour(_ stream: inout RandomStream, spread: Double = 0.4) -> NaturalParameters {
    let information = model.fisherInformation
    var step: [Double] = []
    for index in 0..<theta.count {
      step.append(spread * stream.normal() / information[index, index].squareRoot())
    }
    var moved = theta + NaturalParameters(step)
    while family.requirement(brokenBy: moved) != nil {
      step = step.map { $0 / 2 }
      moved = theta + NaturalParameters(step)
    }
    return moved
  }
}

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }
func cosine(_ x: Double) -> Double { cos(x) }
