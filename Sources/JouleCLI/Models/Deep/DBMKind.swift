import Joule

/// Deep Boltzmann machines of binary units.
struct DBMKind: DeepBoltzmannKind {
  static let title = "a deep Boltzmann machine of binary units"
  static let values = VariableValues.unit
  static let allowsMissing = true

  let model: Model

  init(_ model: Model) { self.model = model }
}
