import Joule

/// What the variables of a product of files are.
protocol ExpertValues: Sendable {
  /// The name of the kind in files.
  static var kind: String { get }
  static var title: String { get }
  static var values: VariableValues { get }
}

enum BitExperts: ExpertValues {
  static let kind = "product"
  static let title = "a product of experts over bits"
  static let values = VariableValues.unit
}

enum NumberExperts: ExpertValues {
  static let kind = "real-product"
  static let title = "a product of experts over numbers"
  static let values = VariableValues.real
}

/// A product of models of the catalog, which one file holds: the tensors and the metadata of expert m behind
/// `expertm.`, and the weights as `expert_weights`.
struct ProductModel<Values: ExpertValues>: ArchivableModel {
  typealias Scalar = Float
  /// Files are made of trained models: their parameters stay.
  typealias Experts = ProductOfExperts<FixedEnergy<FileExpert>>

  let product: Experts

  static var kind: String { Values.kind }

  init(_ kinds: [any ModelKind], weights: [Float]) throws(ExpertsError) {
    product = try Experts(kinds.map { FixedEnergy(FileExpert(kind: $0)) }, weights: weights)
  }

  var experts: [FileExpert] { product.experts.map(\.base) }

  var variableCount: Int { product.variableCount }

  func energy(of rows: Tensor<Float>) -> Tensor<Float> { product.energy(of: rows) }

  func archive(into archive: inout Archive) {
    archive.store(Tensor(product.weights), as: "expert_weights")
    for (index, expert) in experts.enumerated() {
      var part = Archive()
      expert.kind.model.archive(into: &part)
      part.metadata["joule.model"] = type(of: expert.kind).name
      archive.store(part, prefix: "expert\(index).")
    }
  }

  /// - Throws: when there are tensors of no expert, an expert cannot be read or is of other variables.
  init(from archive: Archive) throws(ArchiveError) {
    let weights: Tensor<Float> = try archive.tensor("expert_weights")
    guard weights.rank == 1, weights.count > 0 else {
      throw .shape("expert_weights", found: weights.shape, expected: "[experts], at least one")
    }
    if let index = weights.firstNonFinite { throw .notFinite("expert_weights", index: index) }
    let prefixes = (0..<weights.count).map { "expert\($0)." }
    let names = archive.tensors.keys.filter { $0 != "expert_weights" }.sorted()
    if let stranger = names.first(where: { name in !prefixes.contains { name.hasPrefix($0) } }) {
      throw .unknown(stranger, expected: ["expert_weights"] + prefixes.map { "\($0)…" })
    }
    var kinds: [any ModelKind] = []
    for prefix in prefixes {
      let name = try archive.text("\(prefix)joule.model")
      guard let type = ModelCatalog.kind(named: name) else {
        throw .inconsistent(
          "\(prefix)joule.model is '\(name)'; this version knows \(ModelCatalog.names)")
      }
      guard type.values == Values.values, type.takesSteps else {
        throw .inconsistent(
          "\(prefix)joule.model is '\(name)', whose variables are of another kind")
      }
      kinds.append(try type.load(archive.part(prefix)))
    }
    do {
      try self.init(kinds, weights: weights.elements)
    } catch {
      throw .inconsistent("\(error)")
    }
  }
}
