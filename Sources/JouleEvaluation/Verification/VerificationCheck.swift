/// One check of a model: what was compared, how far apart it was, how far it may be.
public struct VerificationCheck: Sendable, Equatable, Codable {
  public let name: String
  /// The difference that was found.
  public let difference: Double
  /// What rounding, or chance, explains.
  public let bound: Double
  /// What was compared with what.
  public let meaning: String

  public init(name: String, difference: Double, bound: Double, meaning: String) {
    self.name = name
    self.difference = difference
    self.bound = bound
    self.meaning = meaning
  }

  /// NaN does not pass.
  public var isPassed: Bool { difference <= bound }
}
