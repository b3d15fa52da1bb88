public import JouleCore
import JouleTensor

extension ExponentialFamilyModel: ArchivableModel where Family: ArchivableFamily {
  public static var kind: String { Family.kind }

  private static var parameterName: String { "natural_parameters" }

  /// The tensor `natural_parameters` θ [statistics], and the number that θ does not tell, such as `trials` [1].
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    if let name = Family.constantName {
      archive.store(Tensor<Double>([family.constant]), as: name)
    }
  }

  /// - Throws: when a tensor is missing, unknown, of another shape or not finite, when no family has so many
  ///   parameters, or when θ is outside its domain.
  public init(from archive: Archive) throws(ArchiveError) {
    let names = [Self.parameterName] + [Family.constantName].compactMap(\.self)
    for name in names where archive.tensors[name] == nil { throw .missing(name) }
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    let theta: Tensor<Double> = try archive.tensor(Self.parameterName)
    guard theta.rank == 1 else {
      throw .shape(Self.parameterName, found: theta.shape, expected: "[statistics]")
    }
    if let index = theta.firstNonFinite { throw .notFinite(Self.parameterName, index: index) }
    var constant = 0.0
    if let name = Family.constantName {
      let stored: Tensor<Double> = try archive.tensor(name, shape: [1])
      constant = stored[0]
    }
    guard let family = Family(parameterCount: theta.count, constant: constant) else {
      let detail = Family.constantName.map { " and \($0) \(constant)" } ?? ""
      throw .inconsistent(
        "there is no \(Family.kind.replacing("_", with: " ")) distribution with \(theta.count) natural "
          + "parameters\(detail)")
    }
    do {
      try self.init(family, NaturalParameters(theta.elements))
    } catch {
      throw .inconsistent("\(error)")
    }
  }
}
