public import JouleCore
import JouleTensor

extension NeuralEnergy: ArchivableModel {
  public static var kind: String { "energy" }

  private static var centerName: String { "confinement_center" }

  /// The parameters by name; the texts `architecture` and `input`, such as `mlp:128x3` and `784`; and where there
  /// is a confinement, the text `confinement` κ and the tensor `confinement_center` c.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["architecture"] = architecture.description
    archive.metadata["input"] = inputShape.map(String.init).joined(separator: "x")
    if let confinement {
      archive.metadata["confinement"] = "\(confinement.strength)"
      archive.store(confinement.center, as: Self.centerName)
    }
  }

  /// - Throws: when a text is missing or is none of this version's, when tensors are missing, of other shapes than the
  ///   architecture says, unknown to it, or not finite.
  public init(from archive: Archive) throws(ArchiveError) {
    let text = try archive.text("architecture")
    let inputText = try archive.text("input")
    let architecture: EnergyArchitecture
    do { architecture = try EnergyArchitecture(text) } catch {
      throw .malformed("architecture", text)
    }
    let lengths = inputText.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let inputShape = lengths.compactMap(\.self)
    guard inputShape.count == lengths.count,
      let network = try? architecture.network(for: inputShape)
    else { throw .malformed("input", inputText) }

    let parameters = try ParameterSet<Scalar>(
      network.parameters, from: archive, besides: [Self.centerName])
    self.init(
      architecture, network, inputShape: inputShape,
      confinement: try Self.confinement(from: archive, variables: inputShape.reduce(1, *)),
      parameters: parameters)
  }

  private static func confinement(
    from archive: Archive, variables: Int
  ) throws(ArchiveError) -> Confinement<Scalar>? {
    guard let text = archive.metadata["confinement"] else {
      if archive.tensors[centerName] != nil { throw .missing("confinement") }
      return nil
    }
    guard let strength = Double(text), strength > 0, strength.isFinite else {
      throw .malformed("confinement", text)
    }
    let center: Tensor<Scalar> = try archive.tensor(centerName, shape: [variables])
    if let index = center.firstNonFinite { throw .notFinite(centerName, index: index) }
    return Confinement(strength: Scalar(strength), center: center)
  }
}
