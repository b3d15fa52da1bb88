public import JouleCore
import JouleTensor

extension IsingModel: ArchivableModel {
  public static var kind: String { "ising" }

  /// Tensors `couplings` [edges] and `field` [sites]; the texts `values`, `spins` or `bits`, and `graph`, such as
  /// `complete` or `28x28:periodic`. A graph that is none of these is the tensor `edges` [edges, 2], numbers of sites
  /// from 0. A constant of the energy that is not 0 is `constant` [1].
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["values"] = values.rawValue
    if let text = graph.text {
      archive.metadata["graph"] = text
    } else {
      let sites = graph.edges.flatMap { [Double($0.first), Double($0.second)] }
      archive.store(Tensor(shape: [graph.edgeCount, 2], elements: sites), as: "edges")
    }
    if constant != 0 { archive.store(Tensor<Double>([constant]), as: "constant") }
  }

  /// - Throws: when a tensor or a text is missing, is of another shape or not finite, when there are tensors that the
  ///   model does not have, or when edges are none of a graph.
  public init(from archive: Archive) throws(ArchiveError) {
    let names = ["couplings", "field", "edges", "constant"]
    if let unknown = archive.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknown(unknown, expected: names)
    }
    let field: Tensor<Scalar> = try archive.tensor("field")
    guard field.rank == 1, field.count > 0 else {
      throw .shape("field", found: field.shape, expected: "[sites], at least one")
    }
    let text = try archive.text("values")
    guard let values = BinaryValues(rawValue: text) else { throw .malformed("values", text) }
    let graph = try Self.graph(from: archive, siteCount: field.count)
    var constant = 0.0
    if archive.tensors["constant"] != nil {
      let stored: Tensor<Double> = try archive.tensor("constant", shape: [1])
      guard stored[0].isFinite else { throw .notFinite("constant", index: 0) }
      constant = stored[0]
    }
    self.init(
      graph, couplings: try archive.tensor("couplings", shape: [graph.edgeCount]), field: field,
      values: values, constant: constant)
    if let place = parameters.firstNonFinite {
      throw .notFinite(place.name, index: place.index)
    }
  }

  private static func graph(
    from archive: Archive, siteCount: Int
  ) throws(ArchiveError) -> FieldGraph {
    do {
      if let text = archive.metadata["graph"] {
        guard archive.tensors["edges"] == nil else {
          throw ArchiveError.inconsistent("it has both a 'graph' and 'edges': one of them is meant")
        }
        return try FieldGraph(text, siteCount: siteCount)
      }
      guard archive.tensors["edges"] != nil else { throw ArchiveError.missing("graph") }
      let edges: Tensor<Double> = try archive.tensor("edges")
      guard edges.rank == 2, edges.shape[1] == 2 else {
        throw ArchiveError.shape("edges", found: edges.shape, expected: "[edges, 2]")
      }
      // −1 is no site, and is refused as one.
      let sites = edges.elements.map { Int(exactly: $0) ?? -1 }
      return try FieldGraph(
        siteCount: siteCount,
        edges: (0..<edges.shape[0]).map { (sites[2 * $0], sites[2 * $0 + 1]) })
    } catch let error as FieldError {
      throw .inconsistent("\(error)")
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw .inconsistent("\(error)")
    }
  }
}
