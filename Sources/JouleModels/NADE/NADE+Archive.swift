public import JouleCore
import JouleTensor

extension NADE: ArchivableModel {
  public static var kind: String { "nade" }

  private static var names: [String] {
    ["weights", "output_weights", "visible_bias", "hidden_bias"]
  }

  /// Tensors `weights` and `output_weights` [variables, hidden], `visible_bias`, `hidden_bias`, and
  /// `order` [variables]: the numbers of the variables as they are predicted, from 0.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.store(Tensor<Double>(order.map { Double($0) }), as: "order")
  }

  /// A file without `order` has that of the columns.
  ///
  /// - Throws: when a tensor is missing, is of another shape or not finite, when there are tensors that
  ///   the model does not have, when a layer is empty, or when the order is no permutation.
  public init(from archive: Archive) throws(ArchiveError) {
    for name in Self.names where archive.tensors[name] == nil { throw .missing(name) }
    let expected = Self.names + ["order"]
    if let unknown = archive.tensors.keys.sorted().first(where: { !expected.contains($0) }) {
      throw .unknown(unknown, expected: expected)
    }
    let weights: Tensor<Scalar> = try archive.tensor(Self.names[0])
    guard weights.rank == 2, weights.shape[0] > 0, weights.shape[1] > 0 else {
      throw .shape(
        Self.names[0], found: weights.shape, expected: "[variables, hidden], neither zero")
    }
    let count = weights.shape[0]
    var order = Array(0..<count)
    if archive.tensors["order"] != nil {
      let stored: Tensor<Double> = try archive.tensor("order", shape: [count])
      let numbers = stored.elements.map { Int(exactly: $0) ?? -1 }
      guard numbers.sorted() == order else {
        throw .malformed("order", "no permutation of 0 to \(count - 1)")
      }
      order = numbers
    }
    self.init(
      weights: weights,
      outputWeights: try archive.tensor(Self.names[1], shape: weights.shape),
      visibleBias: try archive.tensor(Self.names[2], shape: [count]),
      hiddenBias: try archive.tensor(Self.names[3], shape: [weights.shape[1]]), order: order)
    if let place = parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
  }
}
