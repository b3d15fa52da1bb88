public import JouleCore
public import JouleTensor

/// A mixture of independent bits.
public typealias BernoulliMixture<Scalar: TensorScalar> = MixtureModel<Scalar, BernoulliComponents>

/// A mixture of normal distributions.
public typealias GaussianMixture<Scalar: TensorScalar> = MixtureModel<Scalar, GaussianComponents>

extension MixtureModel: ArchivableModel {
  public static var kind: String { Components.kind }

  /// Tensors `weight_logits` [components] and those of the components.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
  }

  /// - Throws: when a tensor is missing, is of another shape or not finite, or when there are tensors
  ///   that the mixture does not have.
  public init(from archive: Archive) throws(ArchiveError) {
    let names = [Self.weightName] + Components.parameterNames
    for name in names where archive.tensors[name] == nil { throw .missing(name) }
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    var values: [Tensor<Double>] = []
    for name in names.dropFirst() { values.append(try archive.tensor(name)) }
    let components = try Components(parameters: values)
    self.init(
      weightLogits: try archive.tensor(Self.weightName, shape: [components.count]),
      components: components)
    if let place = parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
  }
}
