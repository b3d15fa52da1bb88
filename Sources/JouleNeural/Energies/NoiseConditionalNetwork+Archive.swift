public import JouleCore
import JouleTensor

extension NoiseConditionalNetwork: ArchivableModel {
  public static var kind: String { "noise_conditional_energy" }

  /// The parameters by name; the texts `architecture` and `input`, such as `mlp:128x3` and `2`; and of the levels of noise
  /// `strongest_noise`, `weakest_noise` and `noise_levels`.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["architecture"] = architecture.description
    archive.metadata["input"] = inputShape.map(String.init).joined(separator: "x")
    archive.metadata["strongest_noise"] = "\(levels.strongest)"
    archive.metadata["weakest_noise"] = "\(levels.weakest)"
    archive.metadata["noise_levels"] = "\(levels.count)"
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
      inputShape.allSatisfy({ $0 > 0 && $0 < 1 << 20 }),
      let network = try? Self.network(architecture, inputShape: inputShape)
    else { throw .malformed("input", inputText) }
    func number(_ name: String) throws(ArchiveError) -> Double {
      let text = try archive.text(name)
      guard let number = Double(text) else { throw .malformed(name, text) }
      return number
    }
    let (strongest, weakest) = (try number("strongest_noise"), try number("weakest_noise"))
    let count = try archive.integer("noise_levels")
    guard NoiseLevels.areLevels(strongest, weakest, count) else {
      throw .inconsistent(
        "its levels of noise are \(count) from \(strongest) to \(weakest), expected at least 2 from a strong one to a "
          + "weaker one above 0")
    }
    self.init(
      architecture, network, inputShape: inputShape,
      levels: NoiseLevels(from: strongest, to: weakest, count: count),
      parameters: try ParameterSet<Scalar>(network.parameters, from: archive))
  }
}
