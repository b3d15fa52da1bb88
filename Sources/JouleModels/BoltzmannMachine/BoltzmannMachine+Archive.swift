public import JouleCore
import JouleTensor

extension BoltzmannMachine: ArchivableModel {
  public static var kind: String { "boltzmann_machine" }

  /// The parameters by their names, and the layers as text: `layers`, separated by spaces.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["layers"] = layers.map { $0.text }.joined(separator: " ")
  }

  /// - Throws: when the layers cannot be read, a tensor is missing, of another shape or not finite, when there are
  ///   tensors that the machine does not have, or when it is not normalisable.
  public init(from archive: Archive) throws(ArchiveError) {
    let text = try archive.text("layers")
    var layers: [UnitLayer] = []
    for part in text.split(separator: " ") {
      do throws(UnitTextError) {
        layers.append(try UnitLayer(parsing: String(part)))
      } catch {
        throw .inconsistent("its layers cannot be read: \(error)")
      }
    }
    guard layers.count > 1 else { throw .malformed("layers", text) }
    var machine = BoltzmannMachine(
      layers: layers,
      weights: zip(layers, layers.dropFirst()).map { Tensor(zeros: [$0.width, $1.width]) })
    let names = machine.parameters.entries.map(\.name)
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    try machine.parameters.restore(from: archive, prefix: "")
    if let place = machine.parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
    if let reason = machine.normalizationFault { throw .inconsistent(reason) }
    self = machine
  }
}
