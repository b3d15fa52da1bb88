public import JouleCore
import JouleTensor

extension RestrictedBoltzmannMachine: ArchivableModel {
  public static var kind: String { "rbm" }

  /// Tensors `weights` [visible, hidden], `visible_bias` and `hidden_bias`.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
  }

  /// - Throws: when a tensor is missing, is of another shape or not finite, when there are tensors
  ///   that a machine does not have, or when a layer is empty.
  public init(from archive: Archive) throws(ArchiveError) {
    let names = ["weights", "visible_bias", "hidden_bias"]
    for name in names where archive.tensors[name] == nil { throw .missing(name) }
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    let weights: Tensor<Scalar> = try archive.tensor(names[0])
    guard weights.rank == 2, weights.shape[0] > 0, weights.shape[1] > 0 else {
      throw .shape(names[0], found: weights.shape, expected: "[visible, hidden], neither zero")
    }
    self.init(
      weights: weights,
      visibleBias: try archive.tensor(names[1], shape: [weights.shape[0]]),
      hiddenBias: try archive.tensor(names[2], shape: [weights.shape[1]]))
    if let place = parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
  }
}
