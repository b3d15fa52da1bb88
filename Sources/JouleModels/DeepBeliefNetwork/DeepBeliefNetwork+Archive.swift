public import JouleCore
import JouleTensor

extension DeepBeliefNetwork: ArchivableModel {
  public static var kind: String { "dbn" }

  /// The parameters by their names.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
  }

  /// - Throws: when a tensor is missing, does not fit the layer below or is not finite, when there are tensors
  ///   that a network does not have, or when a layer is empty.
  public init(from archive: Archive) throws(ArchiveError) {
    var directed: [(Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>)] = []
    while archive.tensors["generative\(directed.count).weights"] != nil {
      let (generative, recognition) = (
        "generative\(directed.count)", "recognition\(directed.count)"
      )
      let weights: Tensor<Scalar> = try archive.tensor(generative + ".weights")
      try Self.requireMatrix(weights, generative + ".weights", rows: directed.last?.0.shape[1])
      directed.append(
        (
          weights, try archive.tensor(generative + ".bias", shape: [weights.shape[0]]),
          try archive.tensor(recognition + ".weights", shape: weights.shape),
          try archive.tensor(recognition + ".bias", shape: [weights.shape[1]])
        ))
    }
    let weights: Tensor<Scalar> = try archive.tensor("top.weights")
    try Self.requireMatrix(weights, "top.weights", rows: directed.last?.0.shape[1])
    self.init(
      directed: directed,
      top: RestrictedBoltzmannMachine(
        weights: weights,
        visibleBias: try archive.tensor("top.visible_bias", shape: [weights.shape[0]]),
        hiddenBias: try archive.tensor("top.hidden_bias", shape: [weights.shape[1]])))
    let names = parameters.entries.map(\.name)
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    if let place = parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
  }

  private static func requireMatrix(
    _ weights: Tensor<Scalar>, _ name: String, rows: Int?
  ) throws(ArchiveError) {
    guard weights.rank == 2, weights.shape[0] > 0, weights.shape[1] > 0,
      rows == nil || rows == weights.shape[0]
    else {
      throw .shape(
        name, found: weights.shape,
        expected: "[\(rows.map { String($0) } ?? "units"), units above], neither zero")
    }
  }
}
