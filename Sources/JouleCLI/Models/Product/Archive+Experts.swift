import Joule

extension Archive {
  /// Stores models of the catalog behind `expert0.`, `expert1.` and so on, tensors and metadata.
  mutating func store(experts kinds: [any ModelKind]) {
    for (index, kind) in kinds.enumerated() {
      var part = Archive()
      kind.model.archive(into: &part)
      part.metadata["joule.model"] = type(of: kind).name
      store(part, prefix: "expert\(index).")
    }
  }

  /// The models of the catalog that it holds.
  ///
  /// - Parameters:
  ///   - values: of their variables.
  ///   - names: tensors that are no expert's.
  /// - Throws: when there are tensors of no expert, or an expert cannot be read.
  func experts(
    count: Int, of values: VariableValues, besides names: [String]
  ) throws(ArchiveError) -> [any ModelKind] {
    let prefixes = (0..<count).map { "expert\($0)." }
    let strangers = tensors.keys.sorted().filter { name in
      !names.contains(name) && !prefixes.contains { name.hasPrefix($0) }
    }
    if let stranger = strangers.first {
      throw .unknown(stranger, expected: names + prefixes.map { "\($0)…" })
    }
    var kinds: [any ModelKind] = []
    for prefix in prefixes {
      let name = try text("\(prefix)joule.model")
      guard let type = ModelCatalog.kind(named: name) else {
        throw .inconsistent(
          "\(prefix)joule.model is '\(name)'; this version knows \(ModelCatalog.names)")
      }
      guard type.values == values else {
        throw .inconsistent(
          "\(prefix)joule.model is '\(name)', whose variables are of another kind")
      }
      kinds.append(try type.load(part(prefix)))
    }
    return kinds
  }
}
