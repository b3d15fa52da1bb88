import JouleCore
import JouleRandom
import JouleTensor

// What every model made of layers does with the descriptions of its parameters.
extension ParameterSet {
  /// The parameters as training starts from them. Each draws from the key folded with its name.
  init(initial descriptions: [ParameterDescription], using key: RandomKey) {
    self.init(
      descriptions.map {
        Entry(name: $0.name, role: $0.role, value: $0.initialValue(using: key.folded($0.name)))
      })
  }

  /// The parameters that an archive holds.
  ///
  /// - Parameter others: names of tensors that may stand beside them.
  /// - Throws: when a tensor is unknown, missing, of another shape or not finite.
  init(
    _ descriptions: [ParameterDescription], from archive: Archive, besides others: [String] = []
  ) throws(ArchiveError) {
    let names = descriptions.map(\.name) + others
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    var entries: [Entry] = []
    for parameter in descriptions {
      entries.append(
        Entry(
          name: parameter.name, role: parameter.role,
          value: try archive.tensor(parameter.name, shape: parameter.shape)))
    }
    self.init(entries)
    if let place = firstNonFinite { throw .notFinite(place.name, index: place.index) }
  }

  /// Stops a program whose parameters are not the described ones, in names, shapes or order.
  func require(_ descriptions: [ParameterDescription]) {
    precondition(
      entries.map(\.name) == descriptions.map(\.name)
        && entries.map(\.value.shape) == descriptions.map(\.shape),
      "parameters \(entries.map { ($0.name, $0.value.shape) }) are not "
        + "\(descriptions.map { ($0.name, $0.shape) })")
  }
}
