import Joule

/// A kind whose products are of the kind themselves, some or all.
protocol MultipliedKind: ModelKind {
  /// The product of models as one model, exactly; nil where there is none.
  static func product(_ models: [Model], weights: [Double]) -> Self?
}

extension RBMKind: MultipliedKind {
  static func product(_ models: [Model], weights: [Double]) -> RBMKind? {
    (try? ProductOfExperts(models, weights: weights.map { Float($0) }).closedForm()).map {
      RBMKind($0)
    }
  }
}

extension IsingKind: MultipliedKind {
  static func product(_ models: [Model], weights: [Double]) -> IsingKind? {
    IsingKind(Model.product(models, weights: weights.map { Float($0) }))
  }
}

/// The product of models of one kind as a model of that kind; nil where there is none.
func closedProduct(_ kinds: [any ModelKind], weights: [Double]) -> (any ModelKind)? {
  func product<Kind: MultipliedKind>(_ first: Kind) -> (any ModelKind)? {
    let alike = kinds.compactMap { $0 as? Kind }
    return alike.count == kinds.count
      ? Kind.product(alike.map(\.model), weights: weights) : nil
  }
  return (kinds.first as? any MultipliedKind).flatMap { product($0) }
}
