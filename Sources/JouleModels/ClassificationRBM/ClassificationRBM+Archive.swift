public import JouleCore
public import JouleTensor

extension ClassificationRBM: ArchivableModel {
  public static var kind: String { "classification_rbm" }

  private static var tensorNames: [String] {
    ["weights", "visible_bias", "hidden_bias", "label_weights", "label_bias"]
  }

  /// W, b, c, U and d by the names that files have for them.
  public var tensors: [(name: String, value: Tensor<Scalar>)] {
    Array(zip(Self.tensorNames, [weights, visibleBias, hiddenBias, labelWeights, labelBias]))
  }

  /// Tensors `weights` [visible, hidden], `visible_bias`, `hidden_bias`, `label_weights`
  /// [classes, hidden] and `label_bias`.
  public func archive(into archive: inout Archive) {
    for (name, value) in tensors { archive.store(value, as: name) }
  }

  /// - Throws: when a tensor is missing, is of another shape or not finite, when there are tensors
  ///   that a machine does not have, when a layer is empty or there are fewer than two classes.
  public init(from archive: Archive) throws(ArchiveError) {
    let names = Self.tensorNames
    for name in names where archive.tensors[name] == nil { throw .missing(name) }
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    let weights: Tensor<Scalar> = try archive.tensor(names[0])
    guard weights.rank == 2, weights.shape[0] > 0, weights.shape[1] > 0 else {
      throw .shape(names[0], found: weights.shape, expected: "[visible, hidden], neither zero")
    }
    let labelWeights: Tensor<Scalar> = try archive.tensor(names[3])
    guard labelWeights.rank == 2, labelWeights.shape[0] > 1,
      labelWeights.shape[1] == weights.shape[1]
    else {
      throw .shape(
        names[3], found: labelWeights.shape,
        expected: "[classes, \(weights.shape[1])], at least two classes")
    }
    self.init(
      weights: weights,
      visibleBias: try archive.tensor(names[1], shape: [weights.shape[0]]),
      hiddenBias: try archive.tensor(names[2], shape: [weights.shape[1]]),
      labelWeights: labelWeights,
      labelBias: try archive.tensor(names[4], shape: [labelWeights.shape[0]]))
    for (name, value) in tensors {
      if let index = value.firstNonFinite { throw .notFinite(name, index: index) }
    }
  }
}
