import Joule

/// Members of exponential families, as `joule fit` writes them.
struct FamilyKind<Family: ArchivableFamily>: NormalizedKind {
  typealias Model = ExponentialFamilyModel<Family>

  static var title: String { "a distribution of the \(commandName) family" }
  static var values: VariableValues { Family.observations == .bits ? .unit : .real }
  var takesSteps: Bool { Family.observations != .isolated }

  let model: Model

  init(_ model: Model) { self.model = model }

  var tensors: [(name: String, value: Tensor<Double>)] {
    let constant = Family.constantName.map { ($0, Tensor<Double>([model.family.constant])) }
    return model.parameters.entries.map { ($0.name, $0.value) } + [constant].compactMap(\.self)
  }
}

extension FamilyKind: MultipliedKind {
  static func product(_ models: [Model], weights: [Double]) -> FamilyKind? {
    (try? ProductOfExperts(models, weights: weights).closedForm())
      .map { FamilyKind($0) }
  }
}
