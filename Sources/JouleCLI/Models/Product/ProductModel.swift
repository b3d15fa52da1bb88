import Joule

/// What the variables of a product or mixture of files are.
protocol ExpertValues: Sendable {
  /// The name of the kind in files.
  static var kind: String { get }
  static var title: String { get }
  /// The same of mixtures.
  static var mixtureKind: String { get }
  static var mixtureTitle: String { get }
  static var values: VariableValues { get }
}

enum BitExperts: ExpertValues {
  static let kind = "product"
  static let title = "a product of experts over bits"
  static let mixtureKind = "mixture"
  static let mixtureTitle = "a mixture of experts over bits"
  static let values = VariableValues.unit
}

enum NumberExperts: ExpertValues {
  static let kind = "real-product"
  static let title = "a product of experts over numbers"
  static let mixtureKind = "real-mixture"
  static let mixtureTitle = "a mixture of experts over numbers"
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
    archive.store(experts: experts.map(\.kind))
  }

  /// - Throws: when there are tensors of no expert, an expert cannot be read or is of other variables.
  init(from archive: Archive) throws(ArchiveError) {
    let weights: Tensor<Float> = try archive.tensor("expert_weights")
    guard weights.rank == 1, weights.count > 0 else {
      throw .shape("expert_weights", found: weights.shape, expected: "[experts], at least one")
    }
    if let index = weights.firstNonFinite { throw .notFinite("expert_weights", index: index) }
    let kinds = try archive.experts(
      count: weights.count, of: Values.values, besides: ["expert_weights"])
    if let index = kinds.firstIndex(where: { !$0.takesSteps }) {
      throw .inconsistent(
        "expert \(index) is \(type(of: kinds[index]).title), of which there are no products")
    }
    do {
      try self.init(kinds, weights: weights.elements)
    } catch {
      throw .inconsistent("\(error)")
    }
  }
}
